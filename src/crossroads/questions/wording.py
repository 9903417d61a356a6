"""What people type round an answer: words before it, a unit in words, a full stop behind it.

The rules are data, for the pen too: ``tools/reading_rules.py`` writes them down for it. Patterns
are ASCII's, in lower case, as Python and JavaScript read them alike.
"""

from __future__ import annotations

import re

from . import signs

#: What stands before an answer and says that it's one: ``my answer is d``, ``option d``; and the
#: same in Russian.
BEFORE = (
    r"^(?:(?:the|my|our|final|right|correct|best|i)[ ]+)*"
    r"(?:answers?|ans|options?|choices?|letters?|numbers?|choose|chose|picked?|variants?)"
    r"(?:[ ]+(?:is|are|was|no))?[ ]*[ :=.)-][ ]*"
    r"|^(?:\u043c\u043e\u0439[ ]+)?"
    r"(?:\u043e\u0442\u0432\u0435\u0442\u044b?|\u0432\u0430\u0440\u0438\u0430\u043d\u0442\u044b?|"
    r"\u0431\u0443\u043a\u0432[\u0430\u044b])[ ]*[ :=.)-][ ]*"
    r"|^[=:][ ]*"
)
#: What stands before a line that was pasted: prompts of Python, IPython, JupyterLab and command
#: lines, the marks of a list or quotation.
PROMPT = r"[ \t]*(?:>>>|\.{3,}:?|(?:In ?)?\[[\d *]*\] ?:|[$>%\u2022-](?= *\w+ *=))(?: |(?=\n|$))"
#: Per cent in words, English and Russian.
PER_CENT = (
    r"[ ]*(?:per[ ]?cents?|percentages?|pct|"
    r"\u043f\u0440\u043e\u0446\u0435\u043d\u0442[\u0430-\u044f]*)$"
)
#: What ends a sentence; three points don't.
END = r"(?<=[^.])[.;]$"


def answer(text: str) -> str:
    """A text without the words that say that it's an answer: ``My answer: d`` is ``d``."""
    found = re.match(BEFORE, text.lower(), re.ASCII)
    # Lower case may have more letters than what was typed: then nothing is known.
    if not found or len(text.lower()) != len(text):
        return text
    return text[found.end() :] or text


def number(text: str, unit: str) -> str:
    """What is typed for a number, with per cent as its sign and without a unit or full stop."""
    text = re.sub(END, "", answer(signs.plain(text).strip(signs.SPACES)), flags=re.ASCII)
    if len(text.lower()) == len(text):
        found = re.search(PER_CENT, text.lower(), re.ASCII)
        text = f"{text[: found.start()]}%" if found else text
    wanted, typed = signs.plain(unit).lower(), text.lower()
    if wanted and typed.endswith(wanted):
        return text[: -len(wanted)]
    if wanted and typed.startswith(wanted):
        return text[len(wanted) :].strip(signs.SPACES)
    return text
