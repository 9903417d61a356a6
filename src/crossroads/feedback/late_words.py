"""Explain a late penalty to a student."""

from __future__ import annotations

import datetime

from ..grading import late_penalties
from ..grading.gradebook import Dates
from ..grading.late_penalties import Rule
from ..i18n import _, ngettext
from ..web.html import long_date


def late_words(rule: Rule | None, dates: Dates, possible: float, earned: float) -> str:
    """Return why points were taken off for lateness, and what is left of those earned."""
    said = []
    if dates.submitted and dates.due:
        zone = (rule.due and rule.due.tzinfo) or rule.zone if rule else datetime.UTC
        days = late_penalties.days_begun(dates.due.astimezone(zone), dates.submitted)
        due, came = (_when(t.astimezone(zone)) for t in (dates.due, dates.submitted))
        said_late = ngettext(
            "Submitted on {came}: {n} day late (part of a day counts as a whole day). The "
            "deadline was {due}.",
            "Submitted on {came}: {n} days late (part of a day counts as a whole day). The "
            "deadline was {due}.",
            days,
            came=came,
            due=due,
        )
        said.append(said_late)
    if rule and rule.per_day:
        costs = {"share": 100 * rule.per_day, "possible": possible}
        if rule.at_most < 1:
            words = _(
                "Each day or part of a day costs {share:g} % of the {possible:g} possible points, "
                "up to {most:g} %.",
                **costs,
                most=100 * rule.at_most,
            )
        else:
            words = _(
                "Each day or part of a day costs {share:g} % of the {possible:g} possible points.",
                **costs,
            )
        said.append(words)
    taken = _(
        "Late penalty: {penalty:g} points, so {left:g} of the {earned:g} points that you "
        "earned are left.",
        penalty=dates.penalty,
        left=max(earned - dates.penalty, 0.0),
        earned=earned,
    )
    return " ".join([*said, taken])


def _when(time: datetime.datetime) -> str:
    return _(
        "{date}, {time} ({zone})",
        date=long_date(time.date()),
        time=f"{time:%H:%M}",
        zone=time.tzname(),
    )
