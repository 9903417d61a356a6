"""The site's pages, but for its slides: lessons, texts, and what only the site has."""

from __future__ import annotations

import json
import posixpath
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import checks
import content
import glossary
import nbformat
from babel import Locale
from glossary import Term
from packaging.requirements import Requirement
from templates import render

from crossroads import i18n
from crossroads.i18n import N_, _
from crossroads.lessons.checks import lesson_items
from crossroads.lessons.map import rows

TREE = Path(__file__).parents[1]
LESSONS = sorted((TREE / "lessons").glob("[0-9][0-9]-*.ipynb"))
#: The lessons in other languages, each in the folder of its language.
TRANSLATED = sorted((TREE / "lessons").glob("*/[0-9][0-9]-*.ipynb"))
GLOSSARY = "lessons/glossary.md"
#: Of the package's requirements, those that a lesson runs with; the others are for marking.
FOR_LESSONS = ("anywidget", "markupsafe", "matplotlib", "networkx", "pandas", "pyyaml")
#: What a page says of an explorer, and of a question whose answer it can't read.
HOW = N_("This is the explorer’s first view. You can use its controls in")
ASK = N_("You write this answer yourself. You can check it in")


@dataclass(frozen=True)
class Page:
    """One page of the site: its place, its name in lists, its body, and the file it was made of.

    A lesson has questions that can be answered on it, and terms that are explained on it.
    """

    path: str
    name: str
    body: str
    source: str
    lesson: bool = False
    language: str = "en"
    direction: str = "ltr"
    questions: Mapping[str, Any] = field(default_factory=dict)
    terms: Sequence[Term] = ()


def readable(path: Path, notebook: Any, live: bool) -> Any:
    """An executed lesson as somebody reads it; what is wrong is said with the lesson's name."""
    address = _live_address(path) if live else ""
    with speaking(language_of(path)):
        up = "" if path in LESSONS else "../"
        how = render("how.html.j2", live=address, said=_(HOW), up=up)
        ask = render("how.html.j2", live=address, said=_(ASK), up=up)
        try:
            return content.readable(notebook, lessons_table(from_=path), how, ask)
        except ValueError as problem:
            raise ValueError(f"{path.name}, {problem}") from None


def language_of(path: Path) -> str:
    """The language of a lesson's file, by its folder."""
    return "en" if path.parent.name == "lessons" else path.parent.name


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say what is said of a page in its own language."""
    i18n.language(language)
    try:
        yield
    finally:
        i18n.language("en")


def lessons_table(folder: str = "", from_: Path | None = None) -> str:
    """The lessons with their questions and minutes; links are from the lesson ``from_``, if any."""
    about = rows(TREE / "lessons").to_dict("records")
    if from_ and from_ not in LESSONS:
        about = [
            {**one, "file": posixpath.relpath(one["file"], from_.parent.name)} for one in about
        ]
    return render("lessons.html.j2", folder=folder, lessons=about)


def _live_address(path: Path) -> str:
    return f"../live/lab/index.html?path=lessons/{path.name}" if path in LESSONS else ""


def lesson_page(path: Path, notebook: Any, live: bool) -> Page:
    """A readable lesson, with a note on where it runs."""
    about = notebook.metadata["crossroads"]
    address = _live_address(path) if live else ""
    english = path in LESSONS
    with speaking(language_of(path)):
        note = render(
            "lesson-note.html.j2",
            live=address,
            slides=f"../slides/{path.stem}.html" if english else "",
            up="" if english else "../",
            others=_others(path),
        )
        # The glossary explains English words.
        known = glossary.read((TREE / GLOSSARY).read_text("utf-8")) if english else []
        texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
        body, terms = glossary.explained(content.body(notebook), glossary.terms_of(texts, known))
        file = path.relative_to(TREE)
        return Page(
            file.with_suffix(".html").as_posix(),
            f"{about['lesson']}. {about['title']}",
            body.replace("</h1>", f"</h1>{note}", 1),
            file.as_posix(),
            lesson=True,
            language=language_of(path),
            direction="rtl" if i18n.rtl() else "ltr",
            questions=checks.clicked(lesson_items(path.name[:2]).values()),
            terms=terms,
        )


def language_name(code: str) -> str:
    """What a language is called by those who speak it: Русский."""
    name = str(Locale.parse(code).get_display_name() or code)
    return name[0].upper() + name[1:]


def _others(path: Path) -> list[tuple[str, str, str]]:
    """The same lesson in other languages: links to their notebooks, codes, names."""
    same = [p for p in (*LESSONS, *TRANSLATED) if p.name == path.name and p != path]
    return [
        (
            posixpath.relpath(p.as_posix(), path.parent.as_posix()),
            language_of(p),
            language_name(language_of(p)),
        )
        for p in same
    ]


def glossary_page() -> Page:
    """The glossary, with a place for each term."""
    page = text_page(GLOSSARY)
    body = page.body
    for term in glossary.read((TREE / GLOSSARY).read_text("utf-8")):
        head = f"<li><strong>{escape(term.name, quote=False)}</strong>"
        body = body.replace(head, head.replace("<li>", f'<li id="{term.anchor}">'), 1)
    return replace(page, body=body)


def start_page(live: bool, repository: str) -> Page:
    """The first page."""
    source = render(
        "index.md.j2",
        lessons=lessons_table("lessons/"),
        live=live,
        repository=repository,
        binder=quote(repository, safe=""),
        colab=f"colab/{LESSONS[1].name}",
    )
    return Page(
        "index.html",
        "Crossroads: reading Tajikistan’s South Asia outreach with data",
        content.text(source),
        "index.html",
    )


def text_page(name: str, path: str = "") -> Page:
    """A Markdown document as a page, at its own place or at ``path``."""
    source = (TREE / name).read_text("utf-8")
    title = source.partition("\n")[0].removeprefix("# ")
    return Page(path or name.replace(".md", ".html"), title, content.text(source), name)


def teacher_page(path: Path) -> Page:
    """A lesson's notes for the teacher."""
    return text_page(f"docs/teacher/{path.name}", f"teacher/{path.stem}.html")


def quizzes_page() -> Page:
    """What the quizzes are, and where: their notebooks aren't here, since they hold keys."""
    found = []
    for path in named("assignments", "*/*.ipynb"):
        first = nbformat.read(path, as_version=4).cells[0].source
        found.append((path.stem, first.partition("\n")[0].removeprefix("# ")))
    body = render("quizzes.html.j2", quizzes=found)
    return Page("quizzes.html", "Quizzes", body, "quizzes.html")


def slides_page() -> Page:
    """The list of all slides."""
    body = render("slides-list.html.j2", lessons=[(p.stem, name_of(p)) for p in LESSONS])
    return Page("slides/index.html", "Slides", body, "slides/index.html")


def search_page() -> Page:
    """The search, whose list of sections is a script of its own."""
    return Page("search.html", "Search", render("search.html.j2"), "search.html")


def for_colab(path: Path, repository: str) -> Any:
    """A lesson that fetches the course first; Colab's own kernel and widgets stay as they are."""
    project = tomllib.loads((TREE / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {Requirement(line).name: line for line in project["dependencies"]}
    needed = " ".join(f'"{wanted[name]}"' for name in FOR_LESSONS)
    code = render("colab.py.j2", name=project["name"], repository=repository, needed=needed)
    words = render("colab.md.j2")
    return content.prefaced(nbformat.read(path, as_version=4), words, code)


def name_of(path: Path) -> str:
    """A lesson's number and title."""
    about = json.loads(path.read_text("utf-8"))["metadata"]["crossroads"]
    return f"{about['lesson']}. {about['title']}"


def named(folder: str, pattern: str) -> list[Path]:
    """Files of the tree, in order."""
    return sorted((TREE / folder).glob(pattern))


def data_files() -> list[str]:
    """The data files, as they are."""
    files = [path for path in named("data", "**/*") if path.is_file() and path.suffix != ".md"]
    return [path.relative_to(TREE).as_posix() for path in files]
