"""Pictures that a student's texts show, put into the cells that show them."""

from __future__ import annotations

from ..notes import Note
from . import pictures
from .submission import Cell, Submission


def attach(submission: Submission) -> None:
    """Put the pictures that texts of the student's own show into their cells; what can't be shown
    is noted."""
    left = pictures.MOST_BYTES
    for cell in submission.cells:
        if cell.kind != "markdown" or cell.role not in ("written", "answer", "extra"):
            continue
        cell.source = pictures.as_markdown(cell.source)
        for name, data in [*cell.attachments.items()]:
            left -= sum(map(len, data.values()))
            if left < 0:
                del cell.attachments[name]
                _note_unseen(submission, cell, name, "picture-too-large")
        for target in [*pictures.targets(cell.source)][: pictures.MOST]:
            left -= _show(submission, cell, target, left)


def _show(submission: Submission, cell: Cell, target: str, left: int) -> int:
    """Attach a file's picture to a cell, if it is one; returns how many bytes it takes."""
    name = pictures.beside(target, submission.files)
    content = submission.files.get(name, b"")
    kind = pictures.kind(content)
    if not kind or not name.lower().endswith(pictures.KINDS[kind]) or 2 * len(content) > left:
        why = "picture-of-no-kind" if name else "picture-not-handed-in"
        _note_unseen(submission, cell, target, why)
        return 0
    cell.attachments[target] = {kind: pictures.encoded(content)}
    if name not in submission.shown:
        submission.shown.append(name)
    return 2 * len(content)


def _note_unseen(submission: Submission, cell: Cell, target: str, why: str) -> None:
    if target in submission.unseen or len(submission.unseen) >= pictures.MOST:
        return
    submission.unseen.append(target)
    submission.notes.append(Note(why, cell.id, {"name": target[:80]}))
