"""Submissions from nbgrader's exchange, fetched by nbgrader with the course's own settings."""

from __future__ import annotations

import re
import subprocess
import sys

from ...course import Course, use_own_commands

FAILED = "nbgrader cannot collect {assignment} from the exchange: {said}"


def collect_from_exchange(course: Course, assignment: str) -> list[str]:
    """Run ``nbgrader collect --update``; returns the students who have something new.

    Raises ``ValueError`` with nbgrader's own words where it fails.
    """
    before = _stamps(course, assignment)
    use_own_commands()
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "collect", assignment, "--update"],
        cwd=course.path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [re.sub(r"^\[[^\]]*\]\s*", "", line) for line in done.stderr.splitlines()]
        said = " ".join(lines[-3:]).strip() or f"it ended with {done.returncode}"
        raise ValueError(FAILED.format(assignment=assignment, said=said[-400:]))
    after = _stamps(course, assignment)
    return sorted(student for student, stamp in after.items() if before.get(student) != stamp)


def _stamps(course: Course, assignment: str) -> dict[str, bytes]:
    """By student: when what is there was submitted, as nbgrader keeps it."""
    found = {}
    for student, folder in course.submissions_by(assignment).items():
        path = folder / "timestamp.txt"
        found[student] = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    return found
