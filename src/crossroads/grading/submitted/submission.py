"""A submission after it has been read and repaired.

Nothing of a submitted notebook is trusted but the text of the student's own cells: the rest is
rebuilt from the release, so a cell that was deleted, doubled, moved or changed does no harm. What
was mended is said; what can't be read is ``Held`` with the reason. ``submission_folder`` reads the
files, ``notebook_file`` a notebook's cells; ``rebuild`` puts them into the release.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from ..notes import Note, say
from . import pictures


class Held(Exception):
    """A submission that can't be marked automatically; ``note`` says why, for a teacher."""

    def __init__(self, code: str, **values: Any) -> None:
        self.note = Note(code, values=values)
        super().__init__(code)

    def __str__(self) -> str:
        return say(self.note)


class Another(Held):
    """Another notebook, submitted under this one's name."""

    def __init__(self, title: str) -> None:
        super().__init__("another-notebook", title=title)
        self.title = title


@dataclass
class Cell:
    """One cell to be run, marked or shown: its nbgrader id ("" if the student added it)."""

    id: str
    kind: str  # "code" or "markdown"
    source: str
    role: str  # answer, test, written, criterion, locked, values, extra
    #: Pictures that were pasted into it or that it shows, by what its text calls them.
    attachments: pictures.Attachments = field(default_factory=dict)
    #: Whether it has Jupyter's tag for a cell that isn't to be run.
    skipped: bool = False


@dataclass
class Submission:
    """A repaired submission: cells in the release's order, and notes on what was repaired."""

    cells: list[Cell]
    notes: list[Note] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    submitted: datetime.datetime | None = None
    #: The copy's own values as the student's line has them.
    values: dict[str, Any] = field(default_factory=dict)
    #: Answer cells that were there, by id; what stands for others was found elsewhere, or nowhere.
    there: set[str] = field(default_factory=set)
    #: Written answers that may stand somewhere else: a person looks.
    unsure: set[str] = field(default_factory=set)
    #: What was typed into texts of the quiz's own, by their id.
    typed: dict[str, str] = field(default_factory=dict)
    #: Files beside the notebook that its texts show, and pictures that they name but aren't there.
    shown: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
