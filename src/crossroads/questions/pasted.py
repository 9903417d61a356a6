"""Python that was pasted with what stood round it, or typed by another program's habits.

Chats and web pages put fences and prompts round code; other languages end a line with a sign or
begin it with a word. ``mended`` takes such things away from a cell that Python can't read, and only
if it can then: what Python reads stays as it is.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator

from . import signs, wording

#: Letters of a cell that is looked at.
MOST = 100_000
_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,})[ \t]*[\w+#.{}=: -]*$")
_QUOTED = re.compile(r"[ \t]*(`{1,3})([^`]+)\1[ \t]*$")
_PROMPT = re.compile(wording.PROMPT, re.ASCII)
_STRAY = re.compile(rf"^{wording.STRAY}(\w+)", re.ASCII | re.M)
#: What Python would take for an annotation, and IPython never does.
_ANNOTATION = re.compile(r"^[ \t]*In ?\[\d+\] ?: ?\S", re.M)
_OUTPUT = re.compile(r"[ \t]*Out ?\[[\d *]*\] ?:.*")
_VALUE = r"""(?:"[^"\n]*"|'[^'\n]*'|[\d.]+|[\[{(][^\n]*[\]})])"""
_WORDS = r"([\w ,;%.-]+)"
#: Slips of a line that gives a name a value, and what was meant.
_SLIPS = (
    # const q1 = "d"
    (r"^(\s*)(?:var|let|const|int|float|double|str|string|char|auto)\s+(?=\w+\s*=(?!=))", r"\1"),
    # q1 := "d", q1 => "d", q1 = = "d"
    (r"^(\s*\w+)\s*(?::=|=:|=>|->|= =)\s*(?=\S)", r"\1 = "),
    # q1 = "d".   q1 = "d" // sure
    (rf"^(\s*\w+\s*=\s*{_VALUE})\s*[.,;!]*\s*(?://.*|--.*)?$", r"\1"),
    # q6 = c -> a -> b
    (r"^(\s*\w+\s*=\s*)([^\W\d_](?:\s*[-=~]+>\s*[^\W\d_])+)\s*[.,;]?\s*(?:#.*)?$", r'\1"\2"'),
    # q1 = "d   q1 = d"   q1 = "d'
    (
        rf"""^(\s*\w+\s*=\s*)(?:["']{_WORDS}|{_WORDS}["']|"{_WORDS}'|'{_WORDS}")\s*$""",
        r'\1"\2\3\4\5"',
    ),
)
_CLOSERS = {"(": ")", "[": "]", "{": "}"}


def mended(source: str, runs: Callable[[str], bool] = signs.parses) -> str:
    """Return a cell as it was meant, if there is one way to read it; else as it is.

    ``runs`` says whether a text is Python.
    """
    if len(source) > MOST:
        return source
    # What IPython would take for a magic may run.
    bare = _without_strays(source)
    if bare != source and _is_python(made := mended(bare, runs), runs):
        return made
    if _is_python(source, runs):
        return source
    return next((made for made in _readings(source) if _is_python(made, runs)), source)


def _without_strays(source: str) -> str:
    """Return a cell without the stray characters that came before names when it was pasted."""
    strays = _STRAY.findall(source)
    if not strays or signs.parses(source) or '"""' in source or "'''" in source:
        return source
    first = source.lstrip()
    if first.startswith("%%") and not _STRAY.match(first):
        return source  # all of it is the magic's
    given = Counter(re.findall(r"^[^\w\n]*(\w+)[ \t]*(?::[^=\n]*)?=(?!=)", source, re.M))
    once = {name for name in strays if given[name] == 1}
    return _STRAY.sub(lambda found: found[1] if found[1] in once else found[0], source)


def _is_python(source: str, runs: Callable[[str], bool]) -> bool:
    return not _ANNOTATION.search(source) and runs(source)


def _readings(source: str) -> Iterator[str]:
    """Yield what a cell may have been meant to be, the least changed first."""
    looks = [source, *signs.as_they_look(source)]
    yield from looks
    bare = [*dict.fromkeys(made for text in looks for made in _unwrapped(text))]
    yield from bare
    slips = [*dict.fromkeys(map(_without_slips, bare))]
    yield from slips
    yield from map(_closed, slips)


def _unwrapped(source: str) -> Iterator[str]:
    """Return a cell without indentation, fences and prompts.

    After those, what they show to be code stands alone.
    """
    yield textwrap.dedent(source)
    for text in (source, *_without_fences(source)):
        yield textwrap.dedent(text)
        lines = ["" if _OUTPUT.match(line) else line for line in text.split("\n")]
        quoted = [found[2] if (found := _QUOTED.match(line)) else line for line in lines]
        typed = [line[found.end() :] if (found := _PROMPT.match(line)) else line for line in quoted]
        yield textwrap.dedent("\n".join(typed))
        if typed != quoted:
            prompted = (new if new != old else "" for new, old in zip(typed, quoted, strict=True))
            yield textwrap.dedent("\n".join(prompted))


def _without_fences(source: str) -> Iterator[str]:
    lines = source.split("\n")
    fences = [bool(_FENCE.match(line)) for line in lines]
    if not any(fences):
        return
    yield "\n".join("" if fence else line for line, fence in zip(lines, fences, strict=True))
    inside, kept = False, []
    for line, fence in zip(lines, fences, strict=True):
        inside = inside != fence
        kept.append(line if inside and not fence else "")
    yield "\n".join(kept)


def _without_slips(source: str) -> str:
    lines = source.split("\n")
    for pattern, meant in _SLIPS:
        lines = [re.sub(pattern, meant, line) for line in lines]
    return "\n".join(lines)


def _closed(source: str) -> str:
    """Return a cell with the brackets closed that it leaves open."""
    bare = re.sub(r""""[^"\n]*"|'[^'\n]*'|#.*""", "", source)
    wanted: list[str] = []
    for sign in bare:
        if sign in _CLOSERS:
            wanted.append(_CLOSERS[sign])
        elif wanted and sign == wanted[-1]:
            wanted.pop()
    return source.rstrip() + "".join(reversed(wanted))
