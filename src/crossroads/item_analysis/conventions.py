"""Conventions of item analysis in one place: what counts as few, easy or many."""

from __future__ import annotations

#: Fewer students than this: no correlation is shown; no groups by ability are formed; "never
#: chosen" says nothing; intervals are called wide.
MIN_CORRELATION, MIN_GROUPS, MIN_UNUSED, FEW = 5, 9, 20, 30


#: Conventions, not findings: when an item, or an objective, is worth a second look.
TOO_EASY, TOO_HARD, MANY_BLANK, MANY_NOT_REACHED, MASTERED = 0.9, 0.2, 0.15, 0.2, 0.7


#: Kelley (1939), The selection of upper and lower groups for the validation of test items,
#: Journal of Educational Psychology 30.
TAIL = 0.27


THIRDS = ("bottom", "middle", "top")
