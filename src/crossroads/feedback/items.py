"""One question as a student's page shows it: asked, answered, its points, and what is said of it.

Words about choices are made anew from the answer and the explanations, since what a test says of a
wrong answer may hold the right one. What students wrote is untrusted: it's escaped, its control
characters are shown, and what is very long is cut.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from numbers import Real
from typing import Any

from ..assignments import bank
from ..grading.notes import SAID, Note, say
from ..i18n import FSI, N_, PDI, _, attributes, current, filled, ngettext, pgettext, rtl
from ..questions import kinds
from ..questions.outcome import STATES, NotYet, Outcome
from ..web.html import Html

#: How a question's state is said: a self-check's four, and two of work that a person marks.
WORDS = STATES | {
    "waiting": N_("✎ For a reader."),
    "marked": N_("✎ Marked by a person."),
}
#: Lines and letters of a student's code that are shown.
MOST_LINES, MOST_LETTERS = 80, 5000
#: Signs that our own messages have round what is filled in, from right to left.
ISOLATES = dict.fromkeys(map(ord, (FSI, PDI)))
_LETTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
#: What a page of feedback adds to the course's style, for paper too.
STYLE = """
.cr section { margin-top: 2rem; padding-top: 0.25rem; border-top: 1px solid var(--cr-line); }
.cr section h2 { margin-top: 0.75rem; }
.cr-asked { padding-inline-start: 0.9rem; border-inline-start: 3px solid var(--cr-line); }
.cr-asked ul, .cr-levels, .cr-chosen { margin: 0.4rem 0; padding-inline-start: 1.4rem; }
ul.cr-chosen { list-style: none; padding: 0; }
.cr-chosen li, .cr-levels li { margin: 0.2rem 0; }
.cr-asked li > p, .cr-chosen li > p, .cr-levels li > p { display: inline; margin: 0; }
.cr-asked table, .cr-own table { display: block; overflow-x: auto; border-collapse: collapse; }
.cr-asked th, .cr-asked td, .cr-own th, .cr-own td {
  padding: 0.2rem 0.6rem; text-align: start; border-bottom: 1px solid var(--cr-line); }
.cr-own { overflow-wrap: anywhere; unicode-bidi: isolate; }
.cr-own > p { max-width: 46rem; }
.cr-own img { max-width: 100%; max-height: 40rem; }
.cr pre { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
.cr-verdict, .cr-asked code { overflow-wrap: anywhere; }
.cr-verdict[data-state="marked"] { border-inline-start-color: #0b5c8a; }
.cr-total { font-size: 1.25rem; font-weight: 600; }
.cr-table tbody th { white-space: nowrap; }
@media print {
  body { font-size: 11pt; } main.cr { max-width: none; margin: 0; padding: 0; font-size: 11pt;
    break-inside: auto; }
  .cr h2, .cr h3 { break-after: avoid; } .cr-verdict, .cr-table tr, .cr li { break-inside: avoid; }
  .cr section { margin-top: 1rem; } .cr a { color: inherit; text-decoration: none; }
  .cr pre { border: 1px solid #888888; }
}
"""


def state(points: float | None, possible: float, outcome: Outcome | None, untouched: bool) -> str:
    """One of ``WORDS``' states for what was marked automatically; waiting: a person marks it."""
    if untouched:
        return "unanswered"
    if points is None:
        return "waiting"
    if not points and outcome and outcome.code == "unanswered":
        return "unanswered"
    if points >= possible:
        return "right"
    return "partly" if points > 0 else "wrong"


@dataclass(frozen=True)
class Shown:
    """A question as a student reads it; ``title``, ``asked``, ``answer`` and ``more`` are HTML.

    What is ``said`` is plain text, unless it is ``Html``.
    """

    id: str
    title: str
    state: str
    #: ``None``: not marked yet.
    points: float | None
    possible: float
    said: Sequence[str] = ()
    asked: str = ""
    answer: str = ""
    more: str = ""

    @property
    def earned(self) -> str:
        """``2 of 3 points``."""
        if self.points is None:
            return ngettext(
                "{points:g} point", "{points:g} points", count(self.possible), points=self.possible
            )
        return ngettext(
            "{points:g} of {possible:g} point",
            "{points:g} of {possible:g} points",
            count(self.possible),
            points=self.points,
            possible=self.possible,
        )


def count(points: float) -> int:
    """The number whose plural form goes with points; a fraction's is that of a few."""
    return int(points) if points == int(points) else 2


def section(shown: Shown) -> str:
    """One question: what was asked, the answer, points, and what is said of it."""
    said = "".join(f"<p>{as_html(words)}</p>" for words in shown.said if words.strip())
    name, state = escape(shown.id), escape(shown.state)
    return (
        f'<section aria-labelledby="{name}"><h2 id="{name}">{shown.title}</h2>'
        f"{shown.asked}{shown.answer}"
        f'<div class="cr-verdict" data-state="{state}"><strong>{_(WORDS[shown.state])}</strong> '
        f"{shown.earned}.{said}</div>{shown.more}</section>"
    )


def notes(words: Sequence[str]) -> str:
    """How the whole was marked, as a list; nothing where there is nothing to say."""
    listed = "".join(f"<li>{as_html(each)}</li>" for each in words)
    return f"<h2>{_('How it was marked')}</h2><ul>{listed}</ul>" if listed else ""


def shown_signs(text: str) -> str:
    """A text whose control and direction characters stand there by their numbers."""
    if rtl():
        # Our own messages have some round what is filled in.
        text = text.translate(ISOLATES)
    return _LETTERS.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def visible(text: str) -> str:
    """A text as HTML that can neither hide nor turn round what stands beside it."""
    return escape(shown_signs(text))


def as_html(text: str) -> str:
    """A text as HTML, unless it is that already."""
    return text if isinstance(text, Html) else visible(text)


def told(message: str, /, **values: Any) -> Html:
    """A message as HTML, with its ``{placeholders}`` filled in by numbers, texts or HTML."""
    made = {k: v if isinstance(v, Real) else as_html(v) for k, v in values.items()}
    return Html(filled(escape(message), made))


def whose(language: str) -> str:
    """Attributes of an element whose words are in a language; none where that is the page's."""
    return "" if language == current() else f' lang="{escape(language)}" dir="auto"'


def part(language: str, made: str) -> Html:
    """A piece of HTML within a sentence, whose words are in a language that may be another."""
    if not made or language == current():
        return Html(made)
    return Html(f"<span{whose(language)}>{made}</span>")


def noted(note: Note) -> Html:
    """A note as HTML; what an earlier version said is in English."""
    return part("en" if note.code == SAID else current(), visible(say(note)))


def code(text: str) -> str:
    """Code as it was typed, as HTML; what is very long is cut, and said to be."""
    cut = "\n".join(text[:MOST_LETTERS].split("\n")[:MOST_LINES])
    more = ""
    if cut != text:
        long = _(
            "the cell has {characters:,} characters in {lines:,} lines. All of it is in your own "
            "notebook.",
            characters=len(text),
            lines=text.count("\n") + 1,
        )
        more = f"<p><strong>{_('Cut here:')}</strong> {long}</p>"
    return f"<pre>{visible(cut)}</pre>{more}"


# -- what is said of an answer --------------------------------------------------------------------


def read(item: bank.Item, call: Mapping[str, Any], value: Any) -> Outcome | None:
    """The outcome of an answer's value, by the item's scoring call; ``None`` if it has none."""
    try:
        return kinds.score(item.kind, value, call)
    except NotYet:
        return None


def explained(
    outcome: Outcome,
    call: Mapping[str, Any],
    keys: bool,
    language: str = "en",
) -> list[Html]:
    """What is said of an answer that was read: of what was chosen, and with ``keys`` of the rest.

    ``call`` holds the arguments of the item's scoring call, and ``language`` is the quiz's.
    """
    return kinds.explain(outcome, as_parts(call, language), keys, told)


def as_parts(call: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A scoring call whose words are HTML, marked as the quiz's ``language``."""
    why, slips = call["why"], call.get("slips") or {}
    return {
        **call,
        "why": {code: part(language, visible(words)) for code, words in why.items()}
        if isinstance(why, Mapping)
        else part(language, visible(why)),
        "slips": {value: part(language, visible(words)) for value, words in slips.items()},
        "unit": part(language, visible(call.get("unit", ""))),
    }


@cache
def _option(code: str, words: str) -> str:
    """An option as HTML; a class chooses among few."""
    # Here for start-up speed: who only asks for a state makes no page.
    from .markdown import rendered

    return f"<strong>{escape(code)}.</strong> {rendered(words)}"


def in_words(item: bank.Item, given: Any, language: str) -> str:
    """An answer that was read, as HTML: the options chosen by their words, which are the quiz's."""

    shown = kinds.AS_DATA[item.kind].answered(given, item.options, item.left, item.unit)
    if shown.written:
        return f"<p>{visible(shown.written)} {part(language, escape(shown.unit))}</p>"
    between = pgettext("stands between the two halves of a pair", "with")
    if whose(language):
        own = attributes() or ' lang="en"'
        between = f"<span{own}>{between}</span>"
    lines = (f"<br>{between} ".join(_option(*one) for one in line) for line in shown.lines)
    tag = "ol" if shown.ordered else "ul"
    listed = "".join(f"<li>{line}</li>" for line in lines)
    return f'<{tag} class="cr-chosen"{whose(language)}>{listed}</{tag}>'
