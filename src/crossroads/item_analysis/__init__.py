"""Item analysis: what a quiz's marks say about its questions, and how surely.

Pure functions on plain tables. ``points`` has a row a student and a column a question, in the
order of presentation, in points; missing means not marked, which is never zero. ``items`` has a
row a question (index: its id) with ``kind``, ``objective``, ``points`` (what can be earned),
``key`` (the right letters), and ``by_hand`` (whether a person marks it; without it, none does).
``blank`` (true, false or missing) and ``chosen`` (letters; missing where there are none that can be
read) have the form of ``points``. Intervals are 95 %.

After Crocker and Algina (1986), Introduction to Classical and Modern Test Theory, and Allen and
Yen (1979), Introduction to Measurement Theory; other sources stand with each function.
"""

from .complete_cases import complete, settled
from .conventions import (
    FEW,
    MANY_BLANK,
    MANY_NOT_REACHED,
    MASTERED,
    MIN_CORRELATION,
    MIN_GROUPS,
    MIN_UNUSED,
    TAIL,
    THIRDS,
    TOO_EASY,
    TOO_HARD,
)
from .difficulty import difficulty
from .discrimination import correlation, discrimination
from .distractors import option_frequencies
from .flags import to_look_at
from .formatting import interval, percent
from .intervals import Z, f_quantile, feldt, fisher, wilson
from .nonresponse import nonresponse, not_reached, time_order
from .objective_mastery import class_mastery, mastery
from .parallel_forms import difference, parallel_forms
from .rekeying import marked, rekeyed
from .reliability import Reliability, distribution, reliability
from .score_groups import rest, standing, thirds

__all__ = [
    "FEW",
    "MANY_BLANK",
    "MANY_NOT_REACHED",
    "MASTERED",
    "MIN_CORRELATION",
    "MIN_GROUPS",
    "MIN_UNUSED",
    "TAIL",
    "THIRDS",
    "TOO_EASY",
    "TOO_HARD",
    "Reliability",
    "Z",
    "class_mastery",
    "complete",
    "correlation",
    "difference",
    "difficulty",
    "discrimination",
    "distribution",
    "f_quantile",
    "feldt",
    "fisher",
    "interval",
    "marked",
    "mastery",
    "nonresponse",
    "not_reached",
    "option_frequencies",
    "parallel_forms",
    "percent",
    "rekeyed",
    "reliability",
    "rest",
    "settled",
    "standing",
    "thirds",
    "time_order",
    "to_look_at",
    "wilson",
]
