"""A page by its sections: for its own list of contents, and for the search. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

HEADINGS = ["h1", "h2", "h3"]


@dataclass(frozen=True)
class Section:
    """A part of a page under one heading: its level, anchor and words."""

    level: int
    anchor: str
    title: str
    words: str


def sections(markup: str) -> list[Section]:
    """A page by its headings, in order. Folded answers aren't words to be found; background is."""
    soup = BeautifulSoup(markup, "html.parser")
    for hidden in soup.select(".check details, .result details, svg, script, .cr-hidden"):
        hidden.decompose()
    parts: list[tuple[int, str, str, list[str]]] = []
    for node in soup.descendants:
        if isinstance(node, Tag) and node.name in HEADINGS:
            parts.append((int(node.name[1]), str(node.get("id", "")), node.get_text(), []))
        elif isinstance(node, str) and parts and not any(p.name in HEADINGS for p in node.parents):
            parts[-1][3].append(node)
    return [Section(lv, a, " ".join(t.split()), _words(w)) for lv, a, t, w in parts]


def _words(pieces: list[str]) -> str:
    # A word may be of several pieces, but no two cells or paragraphs are one word.
    return " ".join("".join(f" {p}" if p[:1].isalnum() else p for p in pieces).split())
