"""Finding a student's answers, in their own cells or wherever else they were typed."""

from __future__ import annotations

from typing import Any

from ...questions import signs
from ..notes import Note
from . import pictures
from .nbgrader_cells import grade_id, role_of, text_of
from .python_source import masked, names_given
from .submission import Cell, Submission


def answer_to(
    id_: str,
    released: Any,
    found: dict[str, list[dict[str, Any]]],
    strays: dict[str, str],
    notes: list[Note],
) -> tuple[list[str], str]:
    """Return the student's text for one answer cell, wherever it can be found.

    What runs before it comes first.

    A cell that was split, or copied, has its label twice. What was typed into each counts, one
    after the other, as in the notebook.
    """
    original = text_of(released)
    copies = found.get(id_, [])
    if not copies:
        notes.append(Note("answer-found" if id_ in strays else "cell-missing", id_))
        return [], strays.get(id_, original)
    kind = next((c["kind"] for c in copies if c["kind"] != released["cell_type"]), "")
    if len(copies) > 1:
        notes.append(Note("cell-copied", id_, {"count": len(copies)}))
    if kind:
        notes.append(Note("cell-of-another-kind", id_, {"kind": kind}))
    texts = dict.fromkeys(str(c["source"]) for c in copies)
    own = [t for t in texts if t.strip() and t.strip() != original.strip()]
    if len(own) < 2:
        return [], own[0] if own else str(copies[0]["source"])
    if released["cell_type"] != "code":
        return [], "\n\n".join(own)
    whole = "\n".join(own)
    if signs.parses(masked(whole)) and not all(signs.parses(masked(text)) for text in own):
        return [], whole  # it was split within a statement
    names = names_given(original)
    last = max((n for n, text in enumerate(own) if names & names_given(text)), default=len(own) - 1)
    return own[:last] + own[last + 1 :], own[last]


def stray_answers(
    released: Any,
    found: dict[str, list[dict[str, Any]]],
    extras: dict[str, list[Cell]],
    given: list[dict[str, Any]],
) -> dict[str, str]:
    """Return answers that have lost their cell's id, by that id.

    They are known by the name that they define.

    What stands in another answer's cell is "" here: it runs there.
    """
    strays = {}
    answers = {grade_id(cell) for cell in released["cells"] if role_of(cell) == "answer"}
    for cell in released["cells"]:
        id_ = grade_id(cell)
        if role_of(cell) != "answer" or id_ in found:
            continue
        names = names_given(text_of(cell))
        for own in extras.values():
            for extra in own:
                if id_ not in strays and extra.kind == "code" and names & names_given(extra.source):
                    strays[id_] = extra.source
                    own.remove(extra)
                    break
        for other in given:
            if (
                id_ not in strays
                and other["kind"] == "code"
                and names & names_given(other["source"])
            ):
                strays[id_] = "" if other["id"] in answers else other["source"]
    return strays


def typed_into_test(
    given: dict[str, Any], released: Any, before: Any, cells: list[Cell], notes: list[Note]
) -> list[Cell]:
    """Return what a student typed into a test's cell, to run before the test."""
    kept = {line.strip() for line in text_of(released).splitlines()}
    own = [line for line in given["source"].splitlines() if line.strip() not in kept]
    source = "\n".join(own)
    original = text_of(before) if before else ""
    answer = next((c for c in reversed(cells) if c.role == "answer"), None)
    left_open = answer and answer.source.strip() in ("", original.strip())
    if given["kind"] != "code" or not left_open or len(own) > 50:
        return []
    wanted = names_given(original) & names_given(source)
    if not wanted or not signs.parses(source):
        return []
    notes.append(Note("typed-into-check", grade_id(released)))
    return [Cell("", "code", source, "extra")]


def texts_near(
    released: Any, found: dict[str, list[dict[str, Any]]], extras: dict[str, list[Cell]]
) -> dict[str, list[Cell]]:
    """Return texts of the student's own by the written answer nearest before or around them."""
    written = [grade_id(cell) for cell in released["cells"] if role_of(cell) == "written"]
    texts: dict[str, list[Cell]] = {id_: [] for id_ in written}
    if not written:
        return texts
    order = ["", *(grade_id(cell) for cell in released["cells"] if grade_id(cell))]
    places = {id_: place for place, id_ in enumerate(order)}
    for before, own in extras.items():
        # Of those answers that aren't there, the nearest: one's text stands at its question.
        near = min(written, key=lambda id_: abs(places[id_] - 0.5 - places.get(before, 0)))
        for cell in own:
            if cell.kind == "markdown" and (cell.source.strip() or cell.attachments):
                texts[near].append(cell)
    for id_, typed in typed_into_texts(released, found).items():
        near = min(written, key=lambda w: abs(places[w] - 0.5 - places[id_]))
        pasted = found[id_][0].get("attachments", {})
        texts[near].append(Cell("", "markdown", typed, "extra", pasted))
    return texts


def typed_into_texts(released: Any, found: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    """Return what a student typed into the quiz's own texts, by their id."""
    typed = {}
    for cell in released["cells"]:
        id_ = grade_id(cell)
        if role_of(cell) == "locked" and cell["cell_type"] == "markdown" and id_ in found:
            kept = {line.strip() for line in text_of(cell).splitlines()}
            lines = found[id_][0]["source"].splitlines()
            typed[id_] = "\n".join(line for line in lines if line.strip() not in kept).strip()
    return {id_: text for id_, text in typed.items() if text}


def written_answer(
    id_: str, released: Any, source: str, texts: dict[str, list[Cell]], submission: Submission
) -> tuple[str, pictures.Attachments]:
    """Return a written answer; where its cell is as released, empty or gone, what may be it."""
    original = text_of(released).strip()
    if source.strip() not in ("", original):
        return source, {}
    own = texts[id_] or [cell for cells in texts.values() for cell in cells]
    if own:
        submission.unsure.add(id_)
        submission.notes.append(Note("written-elsewhere", id_))
        return "\n\n".join(cell.source for cell in own), {
            name: data for cell in own for name, data in cell.attachments.items()
        }
    if id_ not in submission.there:
        submission.unsure.add(id_)
    return source, {}
