"""Build the course as a site of plain pages: ``python website/build.py [--help]``.

No internet is asked for. Each lesson is run once, and becomes a page and slides; texts and data
cards become pages; a list of all sections serves the search.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import content
import jinja2
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from packaging.requirements import Requirement

from crossroads.course import write_whole
from crossroads.lessons.map import rows
from crossroads.lessons.progress import VARIABLE
from crossroads.web.html import Html, style, table

HERE = Path(__file__).parent
TREE = HERE.parent
LESSONS = sorted((TREE / "lessons").glob("[0-9][0-9]-*.ipynb"))
#: Of the package's requirements, those that a lesson runs with; the others are for marking.
FOR_LESSONS = ("anywidget", "markupsafe", "matplotlib", "networkx", "pandas", "pyyaml")
SEARCH = ["static/sections.js", "static/search.js"]
#: A folder that holds this file was made here, and may be replaced.
MARK = ".crossroads-site"
#: So many lessons are run side by side.
TOGETHER = 2


@dataclass(frozen=True)
class Page:
    """One page of the site: its place, its name in lists, its body, and the file it was made of."""

    path: str
    name: str
    body: str
    source: str
    lesson: bool = False


def main(arguments: list[str]) -> int:
    """Build the site; returns the exit code. What is wrong is said in one line."""
    parser = argparse.ArgumentParser(prog="make site", description="Build the course as a site.")
    parser.add_argument("--output", type=Path, default=TREE / "site", help="the folder to make")
    parser.add_argument("--live", action="store_true", help="with the live edition (needs Node)")
    parser.add_argument(
        "--teacher", action="store_true", help="with the teacher's notes, which hold answers"
    )
    parser.add_argument(
        "--repository",
        default="",
        help="the course's public git repository: adds the doors to Binder and Colab",
    )
    options = parser.parse_args(arguments)
    try:
        build(options.output.resolve(), options.live, options.teacher, options.repository)
    except (ValueError, OSError) as problem:
        print(f"make site: {problem}", file=sys.stderr)
        return 1
    print(f"Built {options.output}: open its index.html, or serve it with")
    print(f"  {sys.executable} -m http.server --bind 127.0.0.1 --directory {options.output}")
    return 0


def build(output: Path, live: bool = False, teacher: bool = False, repository: str = "") -> None:
    """Make the site in ``output``: whole, or not at all.

    Raises ``ValueError`` where a lesson stops with an error, a link leads nowhere, a picture has no
    text alternative, or ``output`` holds something else than a site.
    """
    if output.is_dir() and any(output.iterdir()) and not (output / MARK).is_file():
        raise ValueError(f"{output} holds something else than a site; choose another --output")
    output.parent.mkdir(parents=True, exist_ok=True)
    lessons = executed(LESSONS)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".site-") as temporary:
        folder = Path(temporary) / "site"
        write_site(folder, lessons, live, teacher, repository)
        if output.exists():
            output.rename(Path(temporary) / "before")
        folder.rename(output)


def write_site(
    folder: Path,
    lessons: Mapping[Path, Any],
    live: bool = False,
    teacher: bool = False,
    repository: str = "",
) -> None:
    """Write the pages, the slides and all that they need; ``lessons`` are executed notebooks."""
    readable = {path: _readable(path, notebook, live) for path, notebook in lessons.items()}
    pages = [
        _start(live, repository),
        *(_lesson_page(path, notebook, live) for path, notebook in readable.items()),
        _text_page("lessons/glossary.md"),
        _text_page("lessons/reading-list.md"),
        _text_page("data/README.md", "data/index.html"),
        *(_text_page(f"data/cards/{path.name}") for path in _named("data/cards", "*.md")),
        _quizzes(),
        _slides_page(),
        Page("search.html", "Search", _template("search.html.j2").render(), "search.html"),
    ]
    private = [_teacher_page(path) for path in _named("docs/teacher", "*.md")] if teacher else []
    places = _places([*pages, *private])
    for name in _data():
        write_whole(folder / name, (TREE / name).read_bytes())
    contents = _contents(pages, private, live)
    turns = _turns([page for page in pages if page.source.startswith("lessons/")])
    for page in [*pages, *private]:
        body = content.linked(page.body, page.source, page.path, places)
        before, after = turns.get(page.path, (None, None))
        made = _template("page.html.j2").render(
            title=page.name,
            path=page.path,
            body=body,
            lesson=page.lesson,
            private=page in private,
            here=[s for s in content.sections(body) if s.level > 1] if page.lesson else [],
            contents=contents,
            before=before,
            after=after,
            scripts=SEARCH if page.path == "search.html" else [],
            to=partial(content.relative, page=page.path),
        )
        write_whole(folder / page.path, made)
    for path, notebook in readable.items():
        _write_slides(folder, path, notebook, places, teacher)
    write_whole(folder / SEARCH[0], _sections(pages))
    for name in ("search.js", "slides.js", "slides.css"):
        write_whole(folder / "static" / name, (HERE / "static" / name).read_bytes())
    own = (HERE / "static" / "site.css").read_text("utf-8")
    write_whole(folder / "static" / "site.css", style() + own)
    if repository:
        for path in LESSONS:
            write_whole(folder / "colab" / path.name, nbformat.writes(_for_colab(path, repository)))
    if live:
        import live as live_edition  # late: plain pages need no JupyterLite

        live_edition.build(folder, LESSONS)
    write_whole(
        folder / MARK, "Made by make site. What is in this folder is replaced by the next.\n"
    )


# -- lessons ---------------------------------------------------------------------------------------


def executed(paths: Iterable[Path]) -> dict[Path, Any]:
    """Each lesson's notebook after a run from a clean kernel, as a newcomer's."""
    paths = list(paths)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(TOGETHER) as pool:
        return dict(zip(paths, pool.map(partial(_executed, folder=folder), paths), strict=True))


def _executed(path: Path, folder: str, tries: int = 2) -> Any:
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=120,
        resources={"metadata": {"path": folder}},
        extra_arguments=["--log-level=ERROR"],
    )
    try:
        # A loop of its own, closed at the end: a thread's default one stays open.
        asyncio.run(client.async_execute(env=os.environ | {VARIABLE: f"{folder}/progress"}))
    except CellExecutionError as error:
        raise ValueError(f"{path.name} stops: {error.ename}: {error.evalue}") from None
    except RuntimeError:
        # Another program took the port that this kernel was to have.
        if tries == 1:
            raise ValueError(f"{path.name}: its kernel doesn't start") from None
        return _executed(path, folder, tries - 1)
    return notebook


def _readable(path: Path, notebook: Any, live: bool) -> Any:
    how = 'Its controls move <a href="../index.html#ways-to-use-it">where the course runs</a>.'
    if live:
        how = f'Move its controls in <a href="{_live_address(path)}">the live edition</a>.'
    try:
        return content.readable(notebook, lessons_table(), how)
    except ValueError as problem:
        raise ValueError(f"{path.name}, {problem}") from None


def lessons_table(folder: str = "") -> Html:
    """The lessons with their questions and minutes; links are from the lessons' folder."""
    about = rows(TREE / "lessons")
    names = [
        Html(f'<a href="{folder}{escape(file)}">{number}. {escape(title)}</a>')
        for file, number, title in zip(about["file"], about["lesson"], about["title"], strict=True)
    ]
    shown = about[["question", "minutes"]].set_axis(["Question", "Minutes"], axis=1)
    shown.insert(0, "Lesson", names)
    return table(shown, "The lessons, in order")


def _live_address(path: Path) -> str:
    return f"../live/lab/index.html?path=lessons/{path.name}"


def _lesson_page(path: Path, notebook: Any, live: bool) -> Page:
    about = notebook.metadata["crossroads"]
    where = '<a href="../index.html#ways-to-use-it">where the course runs</a>'
    if live:
        where = f'in <a href="{_live_address(path)}">the live edition</a>, or {where}'
    note = (
        '<p class="aside">This page is for reading. To run, move or type what it asks for, open it '
        f'{where}. For a class: <a href="../slides/{path.stem}.html">slides</a>.</p>'
    )
    body = content.body(notebook).replace("</h1>", f"</h1>{note}", 1)
    name = f"{about['lesson']}. {about['title']}"
    return Page(f"lessons/{path.stem}.html", name, body, f"lessons/{path.name}", lesson=True)


# -- other pages -----------------------------------------------------------------------------------


def _start(live: bool, repository: str) -> Page:
    source = _template("index.md.j2").render(
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


def _text_page(name: str, path: str = "") -> Page:
    """A Markdown document as a page, at its own place or at ``path``."""
    source = (TREE / name).read_text("utf-8")
    title = source.partition("\n")[0].removeprefix("# ")
    return Page(path or name.replace(".md", ".html"), title, content.text(source), name)


def _teacher_page(path: Path) -> Page:
    return _text_page(f"docs/teacher/{path.name}", f"teacher/{path.stem}.html")


def _quizzes() -> Page:
    """What the quizzes are, and where: their notebooks aren't here, since they hold keys."""
    found = []
    for path in _named("assignments", "*/*.ipynb"):
        first = nbformat.read(path, as_version=4).cells[0].source
        found.append((path.stem, first.partition("\n")[0].removeprefix("# ")))
    body = _template("quizzes.html.j2").render(quizzes=found)
    return Page("quizzes.html", "Quizzes", body, "quizzes.html")


def _slides_page() -> Page:
    body = _template("slides-list.html.j2").render(lessons=[(p.stem, _name(p)) for p in LESSONS])
    return Page("slides/index.html", "Slides", body, "slides/index.html")


def _write_slides(
    folder: Path, path: Path, notebook: Any, places: content.Places, teacher: bool
) -> None:
    source, target = f"lessons/{path.name}", f"slides/{path.stem}.html"
    notes = ""
    if teacher:
        plan = (TREE / "docs" / "teacher" / f"{path.name[:2]}.md").read_text("utf-8")
        notes = content.text(re.findall(r"^## Minute plan\n.*?(?=^## )", plan, re.M | re.S)[0])
    found = content.slides(notebook)
    bodies = "<!--slide-->".join(content.body(slide) for _, slide in found)
    bodies = content.linked(content.unique(bodies), source, target, places)
    made = _template("slides.html.j2").render(
        title=_name(path),
        slides=list(zip([part for part, _ in found], bodies.split("<!--slide-->"), strict=True)),
        notes=notes,
        lesson=f"lessons/{path.stem}.html",
        to=partial(content.relative, page=target),
    )
    write_whole(folder / target, made)


def _for_colab(path: Path, repository: str) -> Any:
    """A lesson that fetches the course first; Colab's own kernel and widgets stay as they are."""
    project = tomllib.loads((TREE / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {Requirement(line).name: line for line in project["dependencies"]}
    needed = " ".join(f'"{wanted[name]}"' for name in FOR_LESSONS)
    code = _template("colab.py.j2").render(
        name=project["name"], repository=repository, needed=needed
    )
    words = _template("colab.md.j2").render()
    return content.prefaced(nbformat.read(path, as_version=4), words, code)


# -- how they hang together ------------------------------------------------------------------------


def _places(pages: Iterable[Page]) -> content.Places:
    """Where on the site a file of the tree is shown; a page of the site is where it is."""
    found = {page.source: page.path for page in pages} | {page.path: page.path for page in pages}
    found |= {name: name for name in _data()}
    found |= {f"slides/{p.stem}.html": f"slides/{p.stem}.html" for p in LESSONS}
    for path in _named("assignments", "*/*.ipynb"):
        found[f"quizzes/{path.stem}/{path.name}"] = f"quizzes.html#{path.stem}"
    more = ["live/lab/index.html", *(f"colab/{path.name}" for path in LESSONS)]
    found |= {name: name for name in more}
    return found.__getitem__


def _contents(
    pages: list[Page], private: list[Page], live: bool
) -> list[tuple[str, list[tuple[str, str]]]]:
    """What every page's list of contents holds: headings, each with places and names."""
    lessons = [(page.path, page.name) for page in pages if page.lesson]
    beside = ["lessons/glossary.html", "lessons/reading-list.html", "data/index.html"]
    beside += ["quizzes.html", "slides/index.html"]
    names = {page.path: page.name for page in pages}
    more = [(path, names[path]) for path in beside]
    if live:
        more.append(("live/lab/index.html?path=lessons/00-start-here.ipynb", "Live edition"))
    found = [("Lessons", lessons), ("Beside them", more)]
    if private:
        notes = [(page.path, page.name.removesuffix(": teacher's notes")) for page in private]
        found.append(("Teacher’s notes", notes))
    return found


def _turns(order: list[Page]) -> dict[str, tuple[Page | None, Page | None]]:
    """For each page the one before and the one after."""
    around = [None, *order, None]
    return {page.path: (around[i], around[i + 2]) for i, page in enumerate(order)}


def _sections(pages: Iterable[Page]) -> str:
    """The list that the search goes through, as a script: one entry for each section."""
    found = [
        {
            "at": page.path + (f"#{section.anchor}" if section.level > 1 else ""),
            "page": page.name,
            "title": section.title,
            "words": section.words,
        }
        for page in pages
        if page.path != "search.html"
        for section in content.sections(page.body)
    ]
    return f"const SECTIONS = {json.dumps(found, ensure_ascii=False, indent=0)};\n"


def _name(path: Path) -> str:
    about = json.loads(path.read_text("utf-8"))["metadata"]["crossroads"]
    return f"{about['lesson']}. {about['title']}"


def _named(folder: str, pattern: str) -> list[Path]:
    return sorted((TREE / folder).glob(pattern))


def _data() -> list[str]:
    """The data files, as they are."""
    files = [path for path in _named("data", "**/*") if path.is_file() and path.suffix != ".md"]
    return [path.relative_to(TREE).as_posix() for path in files]


@cache
def _template(name: str) -> jinja2.Template:
    loader = jinja2.FileSystemLoader(HERE / "template")
    # Markdown is written for Markdown: only pages escape.
    escapes = jinja2.select_autoescape(["html.j2"])
    return jinja2.Environment(loader=loader, autoescape=escapes, trim_blocks=True).get_template(
        name
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
