"""Add the deadline to the copies in nbgrader's exchange, for students' Course panel.

The course's ``nbgrader_config.py`` names the class; each of nbgrader's commands imports it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeReleaseAssignment


class ReleaseAssignment(ExchangeReleaseAssignment):  # type: ignore[misc]
    """``nbgrader release_assignment``: what it copies carries the deadline, where one is known."""

    def do_copy(self, src: Any, dest: Any, log: Any = None) -> None:
        """Copy a release to the exchange, and write its deadline into the copy."""
        super().do_copy(src, dest, log=log)
        # Late: other commands have no need of what reads the late rules.
        from ..files import write_whole
        from ..grading.submission_times import rule_of
        from .release.deadline import with_deadline

        name = self.coursedir.assignment_id
        notebook = Path(dest) / f"{name}.ipynb"
        try:
            if notebook.is_file():
                rule = rule_of(Path(self.coursedir.root), name)
                write_whole(notebook, with_deadline(notebook.read_bytes(), rule))
        except (OSError, ValueError) as error:
            # Who gives a quiz out mustn't be kept from it.
            self.log.warning("The copies of %s show no deadline: %s", name, error)
