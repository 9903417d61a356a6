"""Students' words made harmless before they are laid where other programs show them.

nbgrader's formgrader and feedback show an answer's Markdown with its HTML as it is, and outputs
with their scripts, all with the rights of the teacher's server. So what is written into
``autograded/`` holds nothing that could run there: the words stay, and stay readable.
"""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

import nh3

from .submitted import pictures

#: Tags that a table or text may have in an output; no attributes but those of table cells.
TAGS = {
    *("p", "br", "hr", "em", "strong", "b", "i", "u", "s", "sub", "sup", "code", "pre", "kbd"),
    *("blockquote", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "div", "span"),
}
_CELL = {"colspan", "rowspan", "scope"}
#: Seconds that one person's text may take to be laid out.
SECONDS = 2.0
CANT_BE_SHOWN = "*This answer cannot be shown here. It is in the submitted notebook.*"

# What Markdown itself never makes of these is plain text to every reader of it.
_QUIET = re.compile(r"(?!.*(?:[<\\]|\]\(|\]\[|\]:|```|~~~|\$\$)).*", re.S)
_DEEP = re.compile(r"^(?:[ \t]*(?:[>*+-]|\d+[.)])){12}", re.M)
_PLAIN_TAG = re.compile(r"</?(?:b|i|u|s|em|strong|sub|sup|br|hr|code|kbd|p)\s*/?>", re.I)
_MARKUP = re.compile(r"<(?!/?(?:b|i|u|s|em|strong|sub|sup|br|hr|code|kbd|p)\s*/?>)", re.I)
_CODE = re.compile(r"(^(?:`{3,}|~{3,})[^\n]*\n.*?^(?:`{3,}|~{3,})[ \t]*$|`[^`\n]+`)", re.M | re.S)
_SCHEME = re.compile(r"\s*(?:https?://|mailto:|#)", re.I)
#: A picture submitted beside the notebook: no address of the server's, and none outside.
_BESIDE = re.compile(r"(?![/.])(?!.*\.\.)[\w ./-]+\.(?:png|jpe?g|gif|webp)", re.I)
#: What of TeX makes links, classes and styles.
_TEX = re.compile(r"\\(?=(?:href|url|style|class|cssId|data|require|html\w*|unicode)\b)")


@contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """Raise ``TimeoutError`` where what is done within takes longer.

    Only a process's main thread on Linux and macOS can be told; elsewhere there is no limit.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer") or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield
        return

    def ring(*_: object) -> None:
        raise TimeoutError("a text took too long to be laid out")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def name(text: str) -> str:
    """Return a person's name without signs that make HTML of it.

    Nbgrader's pages take names as they are.

    Brackets and straight double quotes become the typographic ones that look like them.
    """
    return text.translate({ord("<"): "‹", ord(">"): "›", ord('"'): "”", ord("`"): "’"})


def notebook(made: Mapping[str, Any], released: Collection[str]) -> dict[str, Any]:
    """Return a marked notebook whose answers and outputs run nothing, wherever they are shown.

    ``released`` are the Markdown sources of the teacher's own, which stay as they are.
    """
    cells = []
    for cell in made.get("cells", []):
        own = dict(cell)
        if cell["cell_type"] == "code":
            own["outputs"] = [output(out) for out in cell.get("outputs", [])]
        elif cell["source"] not in released:
            kept = pictures.pasted(cell.get("attachments"))
            own["source"] = markdown(cell["source"], kept)
            own.pop("attachments", None)
            own |= {"attachments": kept} if kept else {}
        cells.append(own)
    return {**made, "cells": cells}


def output(out: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cell's output with what can't run: texts, pictures, tables without attributes."""
    if "data" not in out:
        return dict(out)
    data: dict[str, Any] = {}
    for kind, value in out["data"].items():
        text = "".join(value) if isinstance(value, list) else value
        if not isinstance(text, str):
            continue
        if kind in pictures.KINDS:
            fine = pictures.kind(pictures.decoded(text)) == kind
            data |= {kind: text} if fine else {}
        elif kind == "text/html":
            data |= {kind: made} if (made := html(text)).strip() else {}
        elif kind == "text/markdown":
            data[kind] = markdown(text)
        elif kind == "text/latex":
            data[kind] = _TEX.sub(r"\\ ", text)
        elif kind == "text/plain":
            data[kind] = text
    if not data and out["data"]:
        data["text/plain"] = f"[{', '.join(sorted(map(str, out['data'])))[:200]}: not shown here]"
    return {**out, "data": data, "metadata": {}}


def html(text: str) -> str:
    """HTML of an output, cut to ``TAGS``: tables stay, without styles, links and pictures."""
    return nh3.clean(
        text,
        tags=TAGS,
        attributes={"*": set(), "td": _CELL, "th": _CELL},
        clean_content_tags={"script", "style", "svg", "math", "iframe", "noscript", "template"},
        url_schemes=set(),
        link_rel=None,
    )


def markdown(source: str, pasted: Collection[str] = ()) -> str:
    """Return a Markdown text from which nbconvert and nbgrader make nothing that runs.

    Most texts stay letter by letter. Otherwise the first of these that is harmless: HTML shown as
    it was typed, but for simple tags; links and pictures shown as typed, too; the whole as typed.
    """
    if _QUIET.fullmatch(source) and not _DEEP.search(source):
        return source
    for change in (str, _typed_html, _typed_links, _typed_all, _fenced):
        text = change(source)
        if _harmless(text, pasted):
            return text
    return CANT_BE_SHOWN


def _typed_html(source: str, tags: re.Pattern[str] = _MARKUP) -> str:
    """Angle brackets outside of code become text."""
    parts = _CODE.split(source)
    # Code stands at the odd places.
    return "".join(p if n % 2 else tags.sub("&lt;", p) for n, p in enumerate(parts))


def _typed_links(source: str) -> str:
    text = _typed_html(source)
    text = re.sub(r"\](?=[(\[:])", r"]\\", text)
    return _TEX.sub(r"\\ ", text.replace("![", "!\\["))


def _typed_all(source: str) -> str:
    text = re.sub(r"\](?=[(\[:])", r"]\\", source.replace("<", "&lt;"))
    # No fence names a language: that of diagrams is run.
    text = re.sub(r"^([ \t>]*(?:`{3,}|~{3,}))[^`\n]*$", r"\1", text, flags=re.M)
    return _TEX.sub(r"\\ ", text.replace("![", "!\\["))


def _fenced(source: str) -> str:
    longest = max(map(len, re.findall(r"`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{source}\n{fence}"


def _harmless(text: str, pasted: Collection[str]) -> bool:
    """Return whether nbconvert makes of it only what Markdown has signs for, and makes it soon."""
    # Slow, and only needed for a text that could be more than words.
    from nbconvert.filters.markdown_mistune import MarkdownWithMath

    seen = _watching(pasted)
    try:
        with limited():
            made = MarkdownWithMath(renderer=seen).render(text)
            walk = _Walk()
            walk.feed(made)
            walk.close()
    except Exception:  # whatever it stumbles over, nbgrader's page would, too
        return False
    return not seen.found and walk.harmless


def _watching(pasted: Collection[str]) -> Any:
    """nbconvert's renderer, which notes in ``found`` what could run or ask for something."""
    # As above.
    from nbconvert.filters.markdown_mistune import IPythonRenderer

    class Watching(IPythonRenderer):
        found = False

        def _note(self, bad: bool) -> None:
            self.found = self.found or bad

        def inline_html(self, html: str) -> str:
            self._note(not _PLAIN_TAG.fullmatch(html.strip()))
            return str(super().inline_html(html))

        def block_html(self, html: str) -> str:
            self._note(bool(_MARKUP.search(html)))
            return str(super().block_html(html))

        def block_code(self, code: str, info: str | None = None) -> str:
            self._note((info or "").strip().startswith("mermaid"))
            return str(super().block_code(code, info))

        def link(self, text: str, url: str, title: str | None = None) -> str:
            self._note(not _SCHEME.match(url))
            return str(super().link(text, url, title))

        def image(self, text: str, url: str, title: str | None = None) -> str:
            self._note(url.removeprefix("attachment:") not in pasted and not _BESIDE.fullmatch(url))
            return str(super().image(text, url.removeprefix("attachment:"), title))

        def _math(self, body: str) -> None:
            self._note(bool(_TEX.search(body)))

        def block_math(self, body: str) -> str:
            self._math(body)
            return str(super().block_math(body))

        def inline_math(self, body: str) -> str:
            self._math(body)
            return str(super().inline_math(body))

        def latex_environment(self, name: str, body: str) -> str:
            self._math(body)
            return str(super().latex_environment(name, body))

    return Watching(escape=False)


class _Walk(HTMLParser):
    """The tags of a page, and whether all are such as Markdown makes."""

    _OWN = TAGS | {"a", "img", "del", "input", "span"}
    _ATTRIBUTES = {"href", "title", "src", "alt", "class", "id", "start", "style", "type"} | {
        *("checked", "disabled"),
    }

    harmless = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        fine = tag in self._OWN and given.keys() <= self._ATTRIBUTES
        if tag == "input":
            fine = fine and given.get("type") == "checkbox"
        if "style" in given:
            fine = fine and bool(re.fullmatch(r"text-align:\s*\w+;?", given["style"] or ""))
        self.harmless = self.harmless and fine

    def handle_comment(self, data: str) -> None:
        self.harmless = False

    def handle_decl(self, decl: str) -> None:
        self.harmless = False

    def handle_pi(self, data: str) -> None:
        self.harmless = False

    def unknown_decl(self, data: str) -> None:
        self.harmless = False


def bounded(make: Callable[[], str], otherwise: Callable[[], str]) -> str:
    """Return the result of ``make``, or ``otherwise`` where it fails or takes too long."""
    try:
        with limited():
            return make()
    except Exception:  # a renderer of hostile text may raise anything
        return otherwise()
