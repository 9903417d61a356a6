"""What became of a download, for the teacher."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Line:
    """What became of one hand-in, for the table."""

    student: str
    sender: str
    what: str
    time: datetime | None = None
    late: bool = False


@dataclass
class Outcome:
    """What became of a download."""

    lines: list[Line] = field(default_factory=list)
    unmatched: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: On the roster, and nothing of theirs is there.
    nothing: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether no person need look."""
        return not self.unmatched and not self.skipped


def late_word(line: Line) -> str:
    """How the table says that a hand-in is late, or may be."""
    return ("LATE" if line.time else "LATE?") if line.late else ""


def summary(outcome: Outcome) -> str:
    """A table of what was collected, and what a person should look at."""
    rows = [("student", "from", "handed in (UTC)", "", "")]
    for line in outcome.lines:
        time = line.time.strftime("%Y-%m-%d %H:%M") if line.time else "not known"
        rows.append((line.student, line.sender, time, late_word(line), line.what))
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    lines = [
        "  ".join(
            [*(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=False)), row[4]]
        ).rstrip()
        for row in rows
    ]
    if not outcome.lines:
        lines = ["Nothing was collected."]
    late_ones = sum(line.late for line in outcome.lines)
    students = len({line.student for line in outcome.lines})
    lines.append(
        f"{students} students, {late_ones} late; {len(outcome.unmatched)} of nobody known, "
        f"{len(outcome.skipped)} files left out."
    )
    lines += [f"  nobody known: {label}: {reason}" for label, reason in outcome.unmatched]
    if outcome.unmatched:
        lines.append("  (kept in collected/unmatched; say whose it is: --match 'NAME=student_id')")
    lines += [f"  left out: {name}: {reason}" for name, reason in outcome.skipped]
    lines += [f"  note: {note}" for note in outcome.notes]
    if outcome.nothing:
        lines.append(f"  nothing yet from: {', '.join(outcome.nothing)}")
    return "\n".join(lines)
