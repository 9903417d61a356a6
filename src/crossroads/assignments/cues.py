"""Signs by which a key may stand out among its options, whatever the question is.

Haladyna, Downing and Rodriguez (2002, https://doi.org/10.1207/S15324818AME1503_5) list such cues:
length, absolutes and hedges, words of the stem that only one option repeats. Here each is counted
by word lists; whether readers really pick the key is measured by ``options_alone``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .lesson_checks import Choice

#: How many times longer than the shortest option the longest may be, unless few letters longer.
MOST_LONGER, FEW_LETTERS = 1.7, 12
_LISTS = {
    "hedge": "may might some often usually perhaps could probably partly likely sometimes mostly "
    "seem seems about rather",
    "absolute": "all always never only every none nobody must nothing any no everything each",
    "connective": "because so but although since if unless though while therefore however than",
    "negation": "not no never without nobody nothing none neither nor [a-z]+n['’]t",
}
SIGNS = {
    **{
        name: re.compile(rf"\b(?:{'|'.join(words.split())})\b", re.I)
        for name, words in _LISTS.items()
    },
    "number": re.compile(r"\d"),
    "quotation": re.compile("[\"“”'‘`*](?=\\w)"),
}
#: Words that say little, in stems and options alike.
_COMMON = re.compile(
    "(?:that|this|with|from|what|which|have|been|were|will|would|than|then|them|they|their|there|here"
    "|when|where|whose|into|over|under|more|most|less|least|other|another|each|both|only|also|does"
    "|done|doing|after|before|about|between|three|four|five|question|answer|option|statements?"
    "|following|text|tables?|figures?|reader|student|writes|years?)"
)
_CODE = re.compile(r"`[^`]*`")


@dataclass(frozen=True)
class Cue:
    """Something that sets options apart: the question, the sign, and the options that have it."""

    code: str
    sign: str
    options: str
    #: Whether the key alone has it, or alone lacks it.
    key_alone: bool


def keys_of(item: Choice) -> set[str]:
    """Return the letters of a choice's key."""
    return set(item.call()["key"])


def of_signs(item: Choice) -> list[Cue]:
    """Signs of the word lists by which exactly one option differs from all others."""
    found, keys = [], keys_of(item)
    for sign, pattern in SIGNS.items():
        have = {letter for letter, text in item.options.items() if pattern.search(text)}
        lack = item.options.keys() - have
        for odd in (have, lack):
            if len(odd) == 1 and len(item.options) > 2:
                found.append(Cue(item.code, sign, "".join(odd), odd <= keys))
                break
    return found


def of_length(item: Choice) -> list[Cue]:
    """Return whether the longest option is much longer than the shortest one."""
    if all(_CODE.fullmatch(text) for text in item.options.values()):
        return []  # code is as long as what it does
    lengths = {letter: len(text) for letter, text in item.options.items()}
    longest, shortest = max(lengths.values()), min(lengths.values())
    if longest <= MOST_LONGER * shortest or longest - shortest <= FEW_LETTERS:
        return []
    ends = [letter for letter, n in lengths.items() if n in (longest, shortest)]
    return [Cue(item.code, "length", "".join(ends), bool(keys_of(item) & set(ends)))]


def of_stem(item: Choice) -> list[Cue]:
    """Return words of the stem that one option alone repeats, where no other has any of its own."""
    asked = _roots(item.question)
    roots = {letter: _roots(text) for letter, text in item.options.items()}
    often = Counter(word for own in roots.values() for word in own)
    own = {
        letter: sorted(w for w in found & asked if often[w] == 1) for letter, found in roots.items()
    }
    repeating = [letter for letter, words in own.items() if words]
    if len(repeating) != 1:
        return []
    (letter,) = repeating
    sign = f"words of the stem: {', '.join(own[letter])}"
    return [Cue(item.code, sign, letter, {letter} == keys_of(item))]


def _roots(text: str) -> set[str]:
    """Return the beginnings of the words that carry meaning."""
    words = re.findall(r"[^\W\d_]{4,}", _CODE.sub(" ", text).lower())
    return {word[:5] for word in words if not _COMMON.fullmatch(word)}


def words_of(found: Iterable[Cue]) -> str:
    """Cues as plain text, those of keys first."""
    lines = [
        f"{cue.code}: {cue.sign} sets {cue.options} apart{', the key' if cue.key_alone else ''}"
        for cue in sorted(found, key=lambda cue: not cue.key_alone)
    ]
    return "\n".join(lines) or "No option stands out by length, word lists or words of its stem."


def find(items: Iterable[Choice]) -> list[Cue]:
    """Return every cue in the single and multiple choices among items."""
    found = []
    for item in items:
        if item.kind in ("single", "multiple"):
            found += [*of_length(item), *of_signs(item), *of_stem(item)]
    return found
