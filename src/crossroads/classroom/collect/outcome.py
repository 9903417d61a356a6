"""Report to the teacher what was collected from a download."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from ...notes import counted
from ..notes import Note, say

#: What may become of a submission, as the table says it.
DONE = {
    "new": "new",
    "as before": "as before",
    "replaced": "in place of an older one, kept aside",
    "older": "older, kept aside",
    "blank": "without an answer, kept aside",
}


@dataclass
class Line:
    """The result for one submission, as a line of the table."""

    student: str
    sender: str
    #: One of ``DONE``; and the names of other notebooks in it, which are kept aside.
    done: str
    others: list[str] = field(default_factory=list)
    time: datetime | None = None
    late: bool = False


@dataclass
class Outcome:
    """The result of collecting a download."""

    lines: list[Line] = field(default_factory=list)
    #: Senders who are nobody known, and files that were left out, each with the reason.
    unmatched: list[tuple[str, Note | None]] = field(default_factory=list)
    skipped: list[tuple[str, Note]] = field(default_factory=list)
    #: Known senders who submitted something else than this notebook.
    unusable: list[tuple[str, Note | None]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    #: On the roster and not excused, and nothing of theirs is there.
    nothing: list[str] = field(default_factory=list)
    #: The deadline's zone, else the course's, in which times are shown.
    zone: tzinfo = UTC

    @property
    def clean(self) -> bool:
        """Whether no person need look."""
        return not self.unmatched and not self.unusable and not self.skipped


def late_word(line: Line) -> str:
    """Return how the table says that a submission is late, or may be."""
    return ("LATE" if line.time else "LATE?") if line.late else ""


def _what(line: Line) -> str:
    more = f"; also theirs, and kept aside: {', '.join(line.others)}" if line.others else ""
    return f"{DONE[line.done]}{more}"


def _clock(time: datetime | None, zone: tzinfo) -> str:
    return time.astimezone(zone).strftime("%Y-%m-%d %H:%M") if time else "not known"


def _shown_in(outcome: Outcome) -> timezone:
    """Return one distance from UTC for all times, that of the newest.

    Summer time may begin in between.
    """
    newest = max((line.time for line in outcome.lines if line.time), default=datetime.now(UTC))
    return timezone(newest.astimezone(outcome.zone).utcoffset() or timedelta(0))


def _unusable(outcome: Outcome) -> list[str]:
    """Return what can't be marked.

    A line each, or one where the whole download is another quiz's.
    """
    others = [why.values for _, why in outcome.unusable if why and why.code == "another-quiz"]
    quizzes = {str(values["other"]) for values in others}
    whole = len(others) == len(outcome.unusable) > 2 and not outcome.lines
    if not whole or len(quizzes) > 1:
        return [f"{label}: {say(why)}" for label, why in outcome.unusable]
    students = [values["student"] for values in others]
    return [say(Note("all-another-quiz", values={"other": quizzes.pop(), "students": students}))]


def _of_nobody(outcome: Outcome) -> list[str]:
    """Return whose sender isn't known, the guesses apart, and how to say whose it is."""
    guesses = [(label, why) for label, why in outcome.unmatched if why and why.code == "guess"]
    unknown = [one for one in outcome.unmatched if one not in guesses]
    lines = [f"  no student: {label}: {say(why)}" for label, why in unknown]
    lines += [f"  a guess: {label}: {say(why)}" for label, why in guesses]
    ways = [f"--match {_example([label for label, _ in unknown])}"] if unknown else []
    ways += ["--yes, if all guesses are right"] if guesses else []
    if ways:
        lines.append(
            f"  (kept in collected/unmatched; to say whose each one is: {'; '.join(ways)})"
        )
    return lines


def _example(labels: Iterable[str]) -> str:
    """Return what to type to match the first sender.

    A name that a shell would run isn't repeated.
    """
    plain = next((one for one in labels if re.fullmatch(r"[\w .,()'’-]+", one)), "NAME")
    return f'"{plain}=STUDENT"'


def summary(outcome: Outcome) -> str:
    """Return a table of what was collected, and what a person should look at."""
    zone = _shown_in(outcome)
    rows = [("student", "from", f"submitted ({zone})", "", "")]
    for line in outcome.lines:
        time = _clock(line.time, zone)
        rows.append((line.student, line.sender, time, late_word(line), _what(line)))
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    lines = [
        "  ".join(
            [*(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=False)), row[4]]
        ).rstrip()
        for row in rows
    ]
    if not outcome.lines:
        only_moved = any(note.code.startswith("moved") for note in outcome.notes)
        lines = ["Nothing new was collected." if only_moved else "Nothing was collected."]
    late_ones = sum(line.late for line in outcome.lines)
    students = counted(len({line.student for line in outcome.lines}), "student")
    files = counted(len(outcome.skipped), "file")
    lines.append(
        f"{students}, {late_ones} late; {len(outcome.unmatched)} without a student, "
        f"{len(outcome.unusable)} that cannot be marked, {files} skipped."
    )
    lines += _of_nobody(outcome)
    lines += [f"  cannot be marked: {words}" for words in _unusable(outcome)]
    lines += [f"  skipped: {name}: {say(why)}" for name, why in outcome.skipped]
    lines += [f"  note: {say(note)}" for note in outcome.notes]
    if outcome.nothing:
        lines.append(f"  nothing yet from: {', '.join(outcome.nothing)}")
    return "\n".join(lines)
