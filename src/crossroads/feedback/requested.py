"""Show a student's regrade requests on their page, and how to make one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..assignments import bank
from ..classroom import request_forms
from ..classroom.regrade_requests import Request
from ..i18n import _
from ..web.html import Html
from ..web.texts import shown_signs, told, visible
from .markdown import rendered


@dataclass(frozen=True)
class Asked:
    """A request as its student reads it: the reason, the answer, and what became of the mark."""

    reason: Html
    answer: Html
    outcome: Html


def shown(requests: Mapping[str, Request]) -> dict[str, list[Asked]]:
    """Return a student's requests by question, the earlier ones first."""
    return {item: [_asked(one) for one in (*last.earlier, last)] for item, last in requests.items()}


def _asked(one: Request) -> Asked:
    if one.is_open:
        outcome = told(_("Your instructor hasn't answered yet."))
    elif one.after is None or one.before == one.after:
        outcome = told(_("The mark stays as it was."))
    elif one.before is None:
        outcome = told(_("The mark is {after:g} points now."), after=one.after)
    else:
        words = _("The mark was changed from {before:g} to {after:g} points.")
        outcome = told(words, before=one.before, after=one.after)
    answer = rendered(shown_signs(one.answer)) if one.answer else Html("")
    return Asked(visible(one.reason), answer, outcome)


def form(quiz: str, student: str, items: Sequence[bank.Item]) -> str:
    """Return the lines with which a student asks for a regrade, one for each question."""
    return "\n".join(request_forms.line(quiz, item.id, student) for item in items)
