"""Build the course as a site of plain pages: ``python website/build.py [--help]``.

No internet is asked for. Each lesson is run once, and becomes a page and slides; texts and data
cards become pages; a list of all sections serves the search.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import content
import nbformat
from pages import (
    LESSONS,
    TRANSLATED,
    TREE,
    Page,
    data_files,
    for_colab,
    glossary_page,
    language_name,
    lesson_page,
    name_of,
    named,
    quizzes_page,
    readable,
    search_page,
    slides_page,
    speaking,
    start_page,
    teacher_page,
    text_page,
)
from running import executed
from sections import sections
from slides import slides
from templates import render

from crossroads.course import write_whole
from crossroads.i18n import N_
from crossroads.web.html import style
from crossroads.web.widget import script

HERE = Path(__file__).parent
SEARCH = ["static/sections.js", "static/search.js"]
#: What every page has; what a lesson has besides: its controls are the course's own widget's.
EVERYWHERE, LESSON = ["static/page.js", "static/folds.js"], ["static/checks.js"]
#: With it charts answer.
VALUES = "static/values.js"
#: A folder that holds this file was made here, and may be replaced.
MARK = ".crossroads-site"


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
    lessons = executed([*LESSONS, *TRANSLATED])
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
    readables = {path: readable(path, notebook, live) for path, notebook in lessons.items()}
    pages = [
        start_page(live, repository),
        *(lesson_page(path, notebook, live) for path, notebook in readables.items()),
        glossary_page(),
        text_page("lessons/reading-list.md"),
        text_page("data/README.md", "data/index.html"),
        *(text_page(f"data/cards/{path.name}") for path in named("data/cards", "*.md")),
        quizzes_page(),
        slides_page(),
        search_page(),
    ]
    private = [teacher_page(path) for path in named("docs/teacher", "*.md")] if teacher else []
    places = _places([*pages, *private])
    for name in data_files():
        write_whole(folder / name, (TREE / name).read_bytes())
    contents = _contents(pages, private, live)
    turns = {}
    for code in dict.fromkeys(page.language for page in pages):
        texts = [p for p in pages if p.source.startswith("lessons/") and p.language == code]
        turns |= _turns(texts)
    for page in [*pages, *private]:
        body = content.linked(page.body, page.source, page.path, places)
        before, after = turns.get(page.path, (None, None))
        with speaking(page.language):
            made = render(
                "page.html.j2",
                title=page.name,
                path=page.path,
                body=body,
                lesson=page.lesson,
                language=page.language,
                direction=page.direction,
                private=page in private,
                here=[s for s in sections(body) if s.level > 1] if page.lesson else [],
                contents=contents,
                before=before,
                after=after,
                questions=page.questions,
                terms=page.terms,
                scripts=_scripts(page) + _answering(body),
                to=partial(content.relative, page=page.path),
            )
        write_whole(folder / page.path, made)
    for path in LESSONS:
        notebook = readables[path]
        _write_slides(folder, path, notebook, places, teacher)
    write_whole(folder / SEARCH[0], _sections(pages))
    own = (HERE / LESSON[0]).read_text("utf-8")
    shared = script("check").replace("export default { render };", "")
    write_whole(folder / LESSON[0], f"(() => {{\n{shared}\n{own}}})();\n")
    write_whole(folder / VALUES, (TREE / "src/crossroads" / VALUES).read_bytes())
    for name in ("page.js", "folds.js", "search.js", "slides.js", "slides.css"):
        write_whole(folder / "static" / name, (HERE / "static" / name).read_bytes())
    own = (HERE / "static" / "site.css").read_text("utf-8")
    write_whole(folder / "static" / "site.css", style() + own)
    if repository:
        for path in LESSONS:
            write_whole(folder / "colab" / path.name, nbformat.writes(for_colab(path, repository)))
    if live:
        import live as live_edition  # late: plain pages need no JupyterLite

        live_edition.build(folder, LESSONS)
    write_whole(
        folder / MARK, "Made by make site. What is in this folder is replaced by the next.\n"
    )


def _answering(body: str) -> list[str]:
    """The script that a page with charts needs."""
    return [VALUES] if "cr-figure" in body else []


def _write_slides(
    folder: Path, path: Path, notebook: Any, places: content.Places, teacher: bool
) -> None:
    source, target = f"lessons/{path.name}", f"slides/{path.stem}.html"
    notes = ""
    if teacher:
        plan = (TREE / "docs" / "teacher" / f"{path.name[:2]}.md").read_text("utf-8")
        notes = content.text(re.findall(r"^## Minute plan\n.*?(?=^## )", plan, re.M | re.S)[0])
    found = slides(notebook)
    bodies = "<!--slide-->".join(content.body(slide) for _, slide in found)
    bodies = content.linked(content.unique(bodies), source, target, places)
    made = render(
        "slides.html.j2",
        title=name_of(path),
        slides=list(zip([part for part, _ in found], bodies.split("<!--slide-->"), strict=True)),
        notes=notes,
        lesson=f"lessons/{path.stem}.html",
        scripts=_answering(bodies),
        to=partial(content.relative, page=target),
    )
    write_whole(folder / target, made)


def _scripts(page: Page) -> list[str]:
    more = SEARCH if page.path == "search.html" else LESSON if page.questions else []
    return [*EVERYWHERE, *more]


# -- how they hang together ------------------------------------------------------------------------


def _places(pages: Iterable[Page]) -> content.Places:
    """Where on the site a file of the tree is shown; a page of the site is where it is."""
    found = {page.source: page.path for page in pages} | {page.path: page.path for page in pages}
    found |= {name: name for name in data_files()}
    found |= {f"slides/{p.stem}.html": f"slides/{p.stem}.html" for p in LESSONS}
    for path in named("assignments", "*/*.ipynb"):
        found[f"quizzes/{path.stem}/{path.name}"] = f"quizzes.html#{path.stem}"
    more = ["live/lab/index.html", *(f"colab/{path.name}" for path in LESSONS)]
    found |= {name: name for name in more}
    return found.__getitem__


def _contents(
    pages: list[Page], private: list[Page], live: bool
) -> list[tuple[str, list[tuple[str, str]]]]:
    """What every page's list of contents holds: headings, each with places and names."""
    lessons: dict[str, list[tuple[str, str]]] = {}
    for page in pages:
        if page.lesson:
            lessons.setdefault(page.language, []).append((page.path, page.name))
    beside = ["lessons/glossary.html", "lessons/reading-list.html", "data/index.html"]
    beside += ["quizzes.html", "slides/index.html"]
    names = {page.path: page.name for page in pages}
    more = [(path, names[path]) for path in beside]
    if live:
        more.append(("live/lab/index.html?path=lessons/00-start-here.ipynb", "Live edition"))
    translated = [(language_name(code), found) for code, found in lessons.items() if code != "en"]
    found = [(N_("Lessons"), lessons["en"]), *translated, (N_("More"), more)]
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
        for section in sections(page.body)
    ]
    return f"const SECTIONS = {json.dumps(found, ensure_ascii=False, indent=0)};\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
