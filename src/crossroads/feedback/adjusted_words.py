"""Explain to a student how their marks were adjusted, each change as what it is."""

from __future__ import annotations

from collections.abc import Sequence

from ..grading.adjustments.dropping import Drop
from ..grading.adjustments.rules import WHOLE, Adjusted, Rule
from ..i18n import _, ngettext
from ..web.html import Html
from ..web.texts import told, visible


def of_question(made: Adjusted, item: str) -> list[Html]:
    """Return what is said of one question: overridden, excused or extra credit, with the reason."""
    said = []
    if item in made.overridden:
        before, mark = made.overridden[item]
        if before is None:
            words = told(_("Your instructor set these points."))
        else:
            words = told(
                _("Your instructor set these points; before that, you had {points:g}."),
                points=before,
            )
        said.append(_with_reason(words, mark.reason))
    if item in made.excused:
        words = told(_("You are excused from this question: it doesn't count."))
        said.append(_with_reason(words, made.excused[item]))
    if item in made.extra_credit and not made.is_excused:
        said.append(told(_("This question is extra credit: its points aren't in the maximum.")))
    return said


def of_all(made: Adjusted, rule: Rule) -> list[Html]:
    """Return what is said of the whole assignment: excused, extra credit, the curve."""
    said = []
    if made.is_excused:
        return of_excused(made.excused[WHOLE])
    if WHOLE in rule.extra_credit:
        said.append(
            told(
                _(
                    "This assignment is extra credit: it adds points to your course total, but "
                    "not to the maximum."
                )
            )
        )
    if made.curve and rule.curve:
        words = told(
            _("A curve for the whole class changes your points by {points:+g}."),
            points=round(made.curve, 2),
        )
        said.append(_with_reason(words, rule.curve.reason))
    return said


def of_excused(reason: str) -> list[Html]:
    """That a student is excused from the whole assignment, and why."""
    words = told(_("You are excused from this assignment: it doesn't count."))
    return [_with_reason(words, reason)]


def of_group(origin: str) -> list[Html]:
    """That the work is a group's, and who handed it in."""
    return [told(_("This is your group's work. {student} submitted it."), student=origin)]


def of_dropping(drops: Sequence[Drop]) -> list[Html]:
    """That an assignment is dropped from the course's total, as marks stand now."""
    said = []
    for drop in drops:
        words = ngettext(
            "As marks stand now, this is your lowest mark among {names}. It is dropped: it isn't "
            "part of your course total.",
            "As marks stand now, this is one of your {n} lowest marks among {names}. It is "
            "dropped: it isn't part of your course total.",
            drop.lowest,
            names=", ".join(drop.of),
        )
        said.append(told(words))
    return said


def _with_reason(words: Html, reason: str) -> Html:
    """Return words with the reason that a teacher wrote, in whatever language."""
    if not reason:
        return words
    why = Html('<span dir="auto">{}</span>').format(visible(reason))
    return Html("{} {}").format(words, told(_("Reason: {reason}"), reason=why))
