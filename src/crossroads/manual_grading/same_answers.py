"""Answers with the same text, or nearly: to be marked together, and where marks differ. Pure.

Two texts are the same if their words are, whatever their case, spaces, punctuation and Markdown.
Signs that carry meaning (``<``, ``=``, ``%``, a minus, a decimal point) are words, too.

Two texts are near each other if two thirds of their pairs of neighbouring words are in both
(Jaccard; Broder's *resemblance* with shingles of two words). One replaced word changes two pairs,
so that is about one word in ten. Pairs, since words alone don't tell "A sells to B" from "B sells
to A". Whatever the share, texts are not near if they have other numbers, or another negation; nor
if one has fewer than ``FEWEST_WORDS`` words, for there one word can be the whole answer.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

NEAR = 2 / 3
#: Shorter texts are the same or they aren't. With nine, one replaced word still leaves ``NEAR``.
FEWEST_WORDS = 9
#: Words of a text that are compared with others'; texts that differ only after them are near.
MOST_WORDS = 2000

#: Words of what differs that are shown, and of what stands on both sides of it.
_MOST_SHOWN, _AROUND = 200, 12

_APOSTROPHES = "'’‘`´ʼʹ＇"
_SIGNS = "<>=≤≥≠≈±+%$€£→←↔×÷"
_NO = """
not no nor never neither none nobody nothing without cannot can't don't doesn't didn't isn't aren't
wasn't weren't won't wouldn't shouldn't couldn't hasn't haven't hadn't
не нет ни без никогда никто ничего нельзя нест надорад نه نیست ندارد نہیں
"""
_NEGATIONS = frozenset(_NO.replace("'", "").split())


class _Signs(dict[int, str]):
    """A table of what becomes of each character, filled in when a character is first met."""

    def __missing__(self, code: int) -> str:
        sign, kind = chr(code), unicodedata.category(chr(code))
        if sign == "ё":
            made = "е"
        elif kind[0] in "LNM" or kind == "Co":
            made = sign
        elif kind == "Cf" or sign in _APOSTROPHES:
            made = ""
        elif sign in _SIGNS or kind == "So":
            made = f" {sign} "
        else:
            made = " "
        self[code] = made
        return made


_MADE = _Signs()
#: Points, commas and minus signs of numbers, as signs of nobody's while the others go.
_POINT, _COMMA, _MINUS = "\ue000", "\ue001", "\ue002"
_BACK = str.maketrans({_POINT: ".", _COMMA: ",", _MINUS: "-"})


def words(text: str) -> tuple[str, ...]:
    """Return a text's words as they are compared: without case, punctuation and Markdown."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"(?m)^\s*>+", " ", plain)
    plain = re.sub(r"(?<=\d)\.(?=\d)", _POINT, plain)
    plain = re.sub(r"(?<=\d),(?=\d)", _COMMA, plain)
    plain = re.sub(r"(?<![\w)\]])[-−‐‑–](?=\d)", _MINUS, plain)
    return tuple(plain.translate(_MADE).translate(_BACK).split())


def lines(source: str) -> tuple[str, ...]:
    """Return the lines of code as they are compared.

    Only spaces at their ends and empty lines go.
    """
    return tuple(line.rstrip() for line in source.splitlines() if line.strip())


@dataclass(frozen=True)
class Group:
    """Answers that belong together: ``parts`` have the same text each, and are near the first.

    ``words`` is how many the first part's text has.
    """

    parts: tuple[tuple[str, ...], ...]
    words: int

    @property
    def answers(self) -> list[str]:
        """All of them, those of the first part first."""
        return [answer for part in self.parts for answer in part]

    @property
    def is_short(self) -> bool:
        """Whether the text is so short that many may come to it by themselves."""
        return self.words < FEWEST_WORDS


def groups(
    texts: Mapping[str, tuple[str, ...]],
    *,
    near: bool = True,
    kinds: Mapping[str, str] | None = None,
) -> list[Group]:
    """Group answers by their words: those of two or more, the largest first.

    ``kinds`` are what else must be equal, such as the pictures shown. Answers without a word are in
    no group. Time grows with the words of all, not with the pairs of answers.
    """
    same: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for answer, own in texts.items():
        if own:
            same[(kinds or {}).get(answer, ""), own].append(answer)
    # Those of most answers lead: others are near them, not near each other in a chain.
    ordered = sorted(same.items(), key=lambda pair: -len(pair[1]))
    found: list[tuple[int, list[list[str]]]] = []
    leaders = _Leaders([own for (_, own), _ in ordered])
    for n, ((kind, own), answers) in enumerate(ordered):
        at = leaders.near(n, kind) if near else None
        if at is None:
            leaders.add(n, len(found), kind)
            found.append((len(own), [answers]))
        else:
            found[at][1].append(answers)
    made = [Group(tuple(tuple(part) for part in parts), count) for count, parts in found]
    made = [group for group in made if len(group.answers) > 1]
    return sorted(made, key=lambda group: -len(group.answers))


class _Leaders:
    """Finds the text that another one is near, by its rarest pairs of words.

    Two sets of which ``NEAR`` is in both have one of their rarest pairs in common (Chaudhuri,
    Ganti and Kaushik, 2006, call it prefix filtering), so only those are looked up.
    """

    def __init__(self, texts: Sequence[tuple[str, ...]]) -> None:
        long = [own if len(own) >= FEWEST_WORDS else () for own in texts]
        self._pairs = [_pairs(own[:MOST_WORDS]) for own in long]
        self._signs = [sensitive(own) for own in long]
        self._often = Counter(pair for own in self._pairs for pair in own)
        self._by_pair: dict[Hashable, list[tuple[int, int, str]]] = defaultdict(list)

    def _rarest(self, n: int) -> Iterable[Hashable]:
        own = self._pairs[n]
        ordered = sorted(own, key=lambda pair: (self._often[pair], pair))
        return ordered[: len(own) - math.ceil(NEAR * len(own)) + 1]

    def add(self, n: int, place: int, kind: str) -> None:
        if self._pairs[n]:
            for pair in self._rarest(n):
                self._by_pair[pair].append((n, place, kind))

    def near(self, n: int, kind: str) -> int | None:
        """Return the place of the first leader that a text is near."""
        own, seen = self._pairs[n], set()
        if not own:
            return None
        best: tuple[float, int] | None = None
        for pair in self._rarest(n):
            for other, place, its_kind in self._by_pair.get(pair, ()):
                if other in seen or its_kind != kind:
                    continue
                seen.add(other)
                theirs = self._pairs[other]
                if self._signs[n] != self._signs[other]:
                    continue
                if min(len(own), len(theirs)) < NEAR * max(len(own), len(theirs)):
                    continue
                both = len(own & theirs)
                share = both / (len(own) + len(theirs) - both)
                if share >= NEAR and (best is None or share > best[0]):
                    best = (share, place)
        return best[1] if best else None


def _pairs(own: tuple[str, ...]) -> frozenset[tuple[str, str, int]]:
    """Neighbouring words, with the text's ends; one that comes again is another one."""
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for pair in zip(("", *own), (*own, ""), strict=True) if own else ():
        found.append((*pair, seen[pair]))
        seen[pair] += 1
    return frozenset(found)


def sensitive(own: Sequence[str]) -> tuple[str, ...]:
    """Return what turns a text's meaning with one word.

    These are numbers, and negations with what they negate.
    """
    found = []
    for word, after in zip(own, [*own, ""][1:], strict=True):
        if word in _NEGATIONS:
            found.append(f"{word} {after}")
        elif any(sign.isdigit() for sign in word):
            found.append(word)
    return tuple(found)


def different(ours: str, theirs: str) -> tuple[str, str, str]:
    """Return what differs in another text from ours, with some words before and after it."""
    a, b = ours.split(), theirs.split()
    start = 0
    while start < min(len(a), len(b)) and words(a[start]) == words(b[start]):
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and words(a[-1 - end]) == words(b[-1 - end]):
        end += 1
    stop = len(b) - end
    around = (b[max(start - _AROUND, 0) : start], b[start:stop][:_MOST_SHOWN], b[stop:][:_AROUND])
    before, inside, after = map(" ".join, around)
    return before, inside, after


def marked_differently(
    found: Iterable[Group], points: Mapping[str, float]
) -> list[dict[float, list[str]]]:
    """Return answers with the same text that have different marks.

    They are grouped by points, the most first.
    """
    rows = []
    for part in (part for group in found for part in group.parts):
        given: dict[float, list[str]] = defaultdict(list)
        for answer in part:
            if answer in points:
                given[points[answer]].append(answer)
        if len(given) > 1:
            rows.append(dict(sorted(given.items(), reverse=True)))
    return rows
