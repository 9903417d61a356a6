"""A quiz's deadline in its notebook, where the Course panel reads it; nbgrader leaves it alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from ...grading.late_penalties import Rule, due_of


def with_deadline(notebook: bytes, rule: Rule, student: str = "") -> bytes:
    """Return a released notebook that says until when, to everybody or to one student.

    It stands in the notebook's own metadata, ``crossroads.deadline``, in UTC. Without a deadline
    the notebook stays as it is, and where sections have different ones, so does everybody's.
    """
    due = due_of(rule, student, None, None)
    if due is None or (rule.sections and not student):
        return notebook
    made = json.loads(notebook)
    made["metadata"].setdefault("crossroads", {})["deadline"] = _written(due)
    # As nbformat writes it.
    return (json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _written(due: datetime) -> str:
    return due.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
