"""Pictures that a student's texts show, put into the cells that show them."""

from __future__ import annotations

from . import pictures
from .nbgrader_cells import question_name
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
                _say_unseen(submission, cell, name, "too large")
        for target in [*pictures.targets(cell.source)][: pictures.MOST]:
            left -= _show(submission, cell, target, left)


def _show(submission: Submission, cell: Cell, target: str, left: int) -> int:
    """Attach a file's picture to a cell, if it is one; returns how many bytes it takes."""
    name = pictures.beside(target, submission.files)
    content = submission.files.get(name, b"")
    kind = pictures.kind(content)
    if not kind or not name.lower().endswith(pictures.KINDS[kind]) or 2 * len(content) > left:
        why = "it isn't a PNG, JPEG, GIF or WebP, or too large" if name else "not handed in"
        _say_unseen(submission, cell, target, why)
        return 0
    cell.attachments[target] = {kind: pictures.encoded(content)}
    if name not in submission.shown:
        submission.shown.append(name)
    return 2 * len(content)


def _say_unseen(submission: Submission, cell: Cell, target: str, why: str) -> None:
    if target in submission.unseen or len(submission.unseen) >= pictures.MOST:
        return
    submission.unseen.append(target)
    where = question_name(cell.id) if cell.id else "A cell of the student's own"
    submission.notes.append(f"{where}: its picture {target[:80]!r} can't be shown: {why}.")
