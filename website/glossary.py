"""The glossary's terms in the texts of a lesson, explained where they stand. Pure.

In JupyterLab ``jupyterlab-extension/src/glossary.ts`` finds the same ones; both are tried with
``tests/support/terms.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag

#: What holds no text to be explained.
LEFT_ALONE = ["h1", "h2", "h3", "h4", "h5", "h6", "a", "code", "pre", "cite", "summary", "button"]
#: How one becomes several, as far as it's more than an s.
ENDS = (
    (r"criterion$", "criteria"),
    (r"um$", "a"),
    (r"is$", "es"),
    (r"(?<=[^aeiou])y$", "ies"),
    (r"(?:(?<=[sx])|(?<=ch)|(?<=sh))$", "es"),
)


@dataclass(frozen=True)
class Term:
    """A term, what it means, and the forms in which a text may have it, in small letters."""

    name: str
    words: str
    forms: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """Its place in the glossary's page."""
        return "term-" + "-".join(re.findall(r"\w+", self.name.casefold()))


def read(markdown: str) -> list[Term]:
    """The terms of a glossary: its lines are ``- **term**: what it means. (Lesson 1)``."""
    lines = re.findall(r"^- \*\*(.+?)\*\*: (.+)$", markdown, re.M)
    return [Term(name, words, _forms(name)) for name, words in lines]


def terms_of(lesson: Iterable[str], glossary: Iterable[Term]) -> list[Term]:
    """The terms that a lesson means: those that it lists, and all of a clear meaning.

    ``lesson`` is the lesson's texts. *Power* may be many things; *percentage point* is one.
    """
    lists = [source for source in lesson if "](glossary.md" in source]
    named = {name.lower() for name in re.findall(r"\*([^*]+)\*", lists[-1] if lists else "")}
    return [t for t in glossary if t.name.lower() in named or re.search(r"[\sA-Z]", t.name)]


def find(text: str, terms: Iterable[Term], seen: set[str]) -> list[tuple[int, int, str]]:
    """The first place of each term in a text, in order; what is ``seen`` isn't, and it grows."""
    names = {form: term.name for term in terms for form in term.forms}
    forms = sorted(names, key=len, reverse=True)
    if not forms:
        return []
    either = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in forms)
    found = []
    # No part of a word, of a name in code, or of two words with a hyphen.
    for match in re.finditer(rf"(?<!\w)(?<!\w-)(?:{either})(?!\w|-\w)", text, re.I):
        name = names[_plain(match[0])]
        if name not in seen:
            seen.add(name)
            found.append((match.start(), match.end(), name))
    return found


def explained(body: str, terms: Sequence[Term]) -> tuple[str, list[Term]]:
    """A lesson's body with terms as buttons that open what they mean, and the terms that it has.

    Each stands once in a section, at its first place. Only the lesson's own text is looked at,
    which the template puts between ``<!--text-->`` and ``<!--/text-->``.
    """
    by_name = {term.name: term for term in terms}
    used: dict[str, Term] = {}
    seen: set[str] = set()

    def part(text: re.Match[str]) -> str:
        soup = BeautifulSoup(text[1], "html.parser")
        marked = False
        for node in list(soup.descendants):
            if isinstance(node, Tag) and node.name in ("h1", "h2", "h3"):
                seen.clear()
            elif type(node) is NavigableString and not node.find_parent(LEFT_ALONE):
                found = find(str(node), terms, seen)
                used.update({name: by_name[name] for *_, name in found})
                marked |= bool(found)
                _mark(soup, node, found, by_name)
        return str(soup) if marked else text[1]

    return re.sub(r"(?s)<!--text-->(.*?)<!--/text-->", part, body), list(used.values())


def _mark(
    soup: BeautifulSoup,
    node: NavigableString,
    found: list[tuple[int, int, str]],
    by_name: dict[str, Term],
) -> None:
    if not found:
        return
    text, parts, at = str(node), list[Any](), 0
    for start, end, name in found:
        anchor = by_name[name].anchor
        button = soup.new_tag(
            "button",
            attrs={
                "type": "button",
                "class": "cr-term",
                "popovertarget": f"{anchor}-box",
                "popovertargetaction": "show",
                "aria-describedby": anchor,
            },
        )
        button.string = text[start:end]
        parts += [text[at:start], button]
        at = end
        # A line may break behind a button, but not before the full stop.
        if sign := re.match(r"[.,;:!?)\]”’»…]+", text[end:]):
            whole = soup.new_tag("span", attrs={"class": "cr-term-end"})
            whole.extend([button, sign[0]])
            parts[-1] = whole
            at += len(sign[0])
    node.replace_with(*parts, text[at:])


def _forms(name: str) -> tuple[str, ...]:
    """A term as it is, its short name, and more than one of it."""
    long, short = re.fullmatch(r"(.*?)(?: \((\w+)\))?", name).groups()  # type: ignore[union-attr]
    forms = []
    for one in filter(None, (long, short)):
        forms += [one, _several(one), one.replace(" of ", "s of ", 1)]
    plain = map(_plain, forms)
    return tuple(dict.fromkeys(form for one in plain for form in (one, one.replace("'", "’"))))


def _several(word: str) -> str:
    for end, several in ENDS:
        if re.search(end, word):
            return re.sub(end, several, word, count=1)
    return f"{word}s"


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower()).replace("’", "'")
