"""Schedule the review of missed questions: Leitner's boxes, with intervals that double.

A question that was missed is a card in the first box. A right answer when it's due moves it one box
on, a wrong one back to the first (Leitner 1972, So lernt man lernen, Herder). Leitner had a box
reviewed when it was full; the fixed intervals of 1, 2, 4, 8 and 16 days are those of the common
variant in Settles and Meeder (2016), A Trainable Spaced Repetition Model for Language Learning,
Proceedings of the ACL 54, figure 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

#: Days until a card of each box is due, from the first box on.
DAYS = (1, 2, 4, 8, 16)
#: The box of a card that was right in all others: it isn't asked again.
LEARNED = len(DAYS) + 1


@dataclass(frozen=True)
class Card:
    """A question that was missed: its box, and when it's due (``None``: learned)."""

    box: int
    due: date | None


def after(card: Card | None, right: bool, today: date) -> Card | None:
    """Return the card after an answer given ``today``.

    Return ``None`` for a question that was never missed.

    A right answer before the card is due changes nothing: that was practice, not a review.
    """
    if not right:
        return Card(1, today + timedelta(days=DAYS[0]))
    if card is None or card.due is None or today < card.due:
        return card
    box = card.box + 1
    return Card(box, None if box == LEARNED else today + timedelta(days=DAYS[box - 1]))


def due(card: Card | None, today: date) -> bool:
    """Return whether to ask today."""
    return card is not None and card.due is not None and card.due <= today


def read(entry: Mapping[str, Any]) -> Card | None:
    """Return the card in a progress entry.

    One that can't be read is due at once, in the first box.
    """
    if "box" not in entry:
        missed = entry.get("state") in ("wrong", "partly")
        return after(None, False, day(entry.get("when")) or date.min) if missed else None
    box = entry["box"]
    if box == LEARNED:
        return Card(LEARNED, None)
    if type(box) is not int or not 1 <= box < LEARNED:
        return Card(1, date.min)
    return Card(box, day(entry.get("due")) or date.min)


def write(card: Card | None) -> dict[str, Any]:
    """Return a card as part of a progress entry."""
    return {} if card is None else {"box": card.box, "due": card.due and card.due.isoformat()}


def day(text: Any) -> date | None:
    """Return the day that a kept time or date names, here; ``None`` if it can't be read."""
    try:
        when = datetime.fromisoformat(text)
        return (when.astimezone() if when.tzinfo else when).date()
    except (TypeError, ValueError, OverflowError):
        return None
