"""Notebooks and Markdown as HTML that stands by itself: no script, nothing from elsewhere.

Pure: what is read and written is in ``build``.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import checks
import mistune
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer
from nbformat.v4 import new_code_cell, new_markdown_cell
from traitlets.config import Config

from crossroads.i18n import _
from crossroads.lessons.checks import lesson_items

HERE = Path(__file__).parent
#: What the package's widgets call themselves in plain text, when nobody can move them.
EXPLORER, PREDICTION = "Explorer", "Prediction"


# -- notebooks -------------------------------------------------------------------------------------


def readable(notebook: Any, contents: str, how: str, ask: str) -> Any:
    """An executed lesson as somebody reads it who can't run it.

    Questions get their answers, folded away; ``contents`` stands for the map of one's progress.
    ``how``, a paragraph, tells where an explorer's controls can be moved, and ``ask`` where a
    question is answered that a page can't read. Raises ``ValueError`` for a picture without a text
    alternative.
    """
    made = deepcopy(notebook)
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    _cover(code)
    for cell in code:
        _settle(cell, contents, how, ask)
    return made


def _cover(cells: list[Any]) -> None:
    """Mark what stands between a prediction and where it's laid beside the result.

    It's covered until the reader opens it, as in JupyterLab (``predict.ts`` of the pen).
    """
    calls = [dict(_calls(cell.source)) for cell in cells]
    for start, called in enumerate(calls):
        asked = called.get("predict")
        ends = [at for at, other in enumerate(calls) if asked and other.get("prediction") == asked]
        for at in range(start + 1, *ends[:1] or [start]):
            other = cells[at].metadata.get("crossroads", {}).get("predicted") is False
            if cells[at].outputs and not other and not _ASKS & calls[at].keys():
                cells[at].metadata.setdefault("predicted", asked)


#: The course's functions that only ask, or lay a prediction beside its result.
_ASKS = {"check", "predict", "prediction", "course_map"}


def _settle(cell: Any, contents: str, how: str, ask: str) -> None:
    calls = dict(_calls(cell.source))
    for output in cell.outputs:
        data = output.get("data", {})
        if "image/png" in data and not cell.metadata.get("crossroads", {}).get("alt"):
            raise ValueError(f"cell {cell.id} draws a picture: its metadata need crossroads.alt")
        # Lists of types are in order of richness. A picture has words that its author wrote.
        poorer = ("text/html", "text/plain") if "image/png" in data else ("text/plain",)
        output["data"] = {k: v for k, v in data.items() if k not in poorer or len(data) == 1}
        # A learner's own interactive stands as it is, beside the question on it.
        if "text/html" not in output["data"] or 'class="cr-own"' in data["text/html"]:
            continue
        shown, kind = data["text/html"], data.get("text/plain")
        if kind == EXPLORER:
            shown += how
        elif kind == PREDICTION:
            shown = shown.replace('class="cr ', 'class="check ')
        if "check" in calls:
            shown = checks.question(lesson_items(calls["check"][:2])[calls["check"]], ask)
        elif "prediction" in calls:
            shown = '<div class="check"><p>{}</p></div>'.format(
                escape(_("Compare this with what you wrote down."))
            )
        elif "course_map" in calls:
            shown = contents
        output["data"]["text/html"] = shown
    alone = len(ast.parse(cell.source).body) == 1 and not _takes_value(cell.source)
    if alone and calls.keys() & {"check", "predict", "prediction"}:
        cell.metadata["silent"] = True  # what only asks is no code to be read
        cell.metadata["question"] = "check" in calls


def _calls(source: str) -> Iterator[tuple[str, str]]:
    """The course's own functions that a cell calls, each with its first argument if it's a text."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(ast.Name("cr"), name), args=[ast.Constant(str(t)), *_]
            ):
                yield name, t
            case ast.Call(func=ast.Attribute(ast.Name("cr"), name)):
                yield name, ""


def _takes_value(source: str) -> bool:
    """Whether the cell's only statement checks what the learner's code has made."""
    return bool(re.match(r"cr\.check\(\s*\"[\w-]+\"\s*,", source))


def prefaced(notebook: Any, words: str, code: str) -> Any:
    """A lesson that begins with a text and a code cell of its own, for a place without quizzes."""
    made = deepcopy(notebook)
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\[([^\]]+)\]\(\.\./quizzes/[^)]*\)", r"\1", cell.source)
    first = [new_markdown_cell(words, id="first-words"), new_code_cell(code, id="first-code")]
    made.cells = [*first, *made.cells]
    return made


def body(notebook: Any) -> str:
    """A notebook's cells as HTML."""
    text, _resources = _exporter().from_notebook_node(notebook)
    return _finished(text)


@cache
def _exporter() -> HTMLExporter:
    settings = Config()
    settings.HTMLExporter.extra_template_basedirs = [str(HERE)]
    settings.HTMLExporter.template_name = "template"
    exporter = HTMLExporter(config=settings)
    exporter.register_filter("prose", prose)
    exporter.environment.globals["predict_first"] = lambda: _("Predict first, then open")
    return exporter


# -- Markdown --------------------------------------------------------------------------------------


def prose(source: str) -> str:
    """Markdown as HTML, with anchors at its headings."""
    # No formulas: a dollar sign is money.
    render = mistune.create_markdown(
        renderer=IPythonRenderer(escape=False, exclude_anchor_links=True),
        plugins=["table", "strikethrough", "url"],
    )
    return re.sub(r"<(h[1-6])>(.*?)</\1>", _with_anchor, str(render(source)))


def _with_anchor(heading: re.Match[str]) -> str:
    words = re.sub(r"<[^>]+>", "", unescape(heading[2])).casefold()
    anchor = "-".join(re.findall(r"\w+", words))
    return f'<{heading[1]} id="{escape(anchor)}">{heading[2]}</{heading[1]}>'


def text(source: str) -> str:
    """A Markdown document as HTML."""
    return _finished(prose(source))


# -- what both need --------------------------------------------------------------------------------


def _finished(markup: str) -> str:
    """With tables and charts that can be scrolled and read out, and each anchor once."""
    # Each fragment brings the course's style sheet along; a page has it once.
    markup = re.sub(r"<style[^>]*>.*?</style>", "", markup, flags=re.S)
    markup = re.sub(
        r'<table(?: border="1" class="dataframe")?>.*?</table>', _table, markup, flags=re.S
    )
    said = escape(_("Chart"))
    frame = f'<div class="cr-scroll chart" tabindex="0" role="group" aria-label="{said}"'
    markup = re.sub(
        r'(?s)(<figure[^>]*>)(<svg[^>]* width="(\d+)".*?</svg>)',
        rf'\1{frame} style="--own: \3px">\2</div>',
        markup,
    )
    return unique(markup)


def unique(markup: str) -> str:
    """With each heading's anchor once: the second ``next`` is ``next-2``."""
    seen: dict[str, int] = {}

    def once(found: re.Match[str]) -> str:
        seen[found[2]] = count = seen.get(found[2], 0) + 1
        return found[0] if count == 1 else f'{found[1]}{found[2]}-{count}"'

    return re.sub(r'(<h[1-6] id=")([^"]*)"', once, markup)


def _table(found: re.Match[str]) -> str:
    """A table of pandas or Markdown, with scopes, in a frame of its own."""
    made = re.sub(r"<table[^>]*>", '<table class="cr-table">', found[0])
    made = re.sub(r' style="text-align: ?right;?"', "", made)
    head, rest = made.split("</thead>", 1)
    head = re.sub(r"<th>\s*</th>", "<td></td>", head).replace("<th>", '<th scope="col">')
    rest = rest.replace("<th>", '<th scope="row">')
    label = f'role="group" aria-label="{escape(_("Table"))}"'
    return f'<div class="cr-scroll" tabindex="0" {label}>{head}</thead>{rest}</div>'


#: The place on the site of a file of the tree; ``KeyError`` where it has none.
Places = Callable[[str], str]


def linked(markup: str, source: str, target: str, places: Places) -> str:
    """With every link between sources led to the page that shows it.

    ``source`` is the file that the links were written in and ``target`` the page's place on the
    site. Raises ``ValueError`` for a link to a file that has no place there.
    """

    def lead(found: re.Match[str]) -> str:
        address = unescape(found[1])
        parts = urlsplit(address)
        if parts.scheme or not parts.path:
            return found[0]
        file = posixpath.normpath(posixpath.join(posixpath.dirname(source), parts.path))
        try:
            place = places(file)
        except KeyError:
            raise ValueError(f"{source}: its link to {address} leads to no page") from None
        way = relative(place, target)
        way += f"?{parts.query}" if parts.query else ""
        way += f"#{parts.fragment}" if parts.fragment else ""
        return f'href="{escape(way)}"'

    return re.sub(r'href="([^"]*)"', lead, markup)


def relative(place: str, page: str) -> str:
    """The way to a place on the site from a page of it."""
    end = re.search(r"[?#]|$", place).start()  # type: ignore[union-attr]
    return posixpath.relpath(place[:end], posixpath.dirname(page) or ".") + place[end:]
