"""One submission, from what was handed in to marks: the part that any process can do.

``grade`` takes an assignment and a folder's content and gives a plain result; it writes nothing
and knows no gradebook.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..questions import variants
from ..questions.answers import hint, is_blank
from ..questions.outcome import Outcome
from . import submission as submitted
from . import values
from .results import Mark, Result
from .sandbox import Worker
from .scoring import Recorded, Test, awarded, imported
from .submission import Held, Submission, clean

#: Raised when marks could come out otherwise: results of an older one aren't taken over.
VERSION = 5
#: Marks that are remembered at once.
MOST_KNOWN = 5000
FORGED = (
    "Something else than results came out of its process, or the same twice: a cell of this "
    "submission writes to the file by which results leave the sandbox."
)
#: What parts of JSON begin or end with; so many of them in a line are more than honest ones have.
_MARKS, MOST_MARKS = (b"[", b"{", b","), 4_000_000
ELSEWHERE = "An answer may stand in another cell of the notebook: a person looks at it."
#: A cell that must fail: where it doesn't, somebody has changed how cells are run.
CANARY = "assert [] == [1], 'canary'"


@dataclass(frozen=True)
class Assignment:
    """A source notebook with its tests, the notebook that students got, and its other files."""

    name: str
    released: dict[str, Any]
    tests: dict[str, Test]
    points: dict[str, float]
    files: dict[str, bytes]
    digest: str
    #: Marks of answers that were scored already, by their hash: classmates often agree.
    known: dict[bytes, Mark] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Parts:
    """What an assignment is made of, as text and bytes: this can be sent to any machine."""

    name: str
    original: str
    released: str
    files: dict[str, bytes]


def parts_of(source: Path, released: Path) -> Parts:
    """Read an assignment's source folder and its released notebook."""
    files = {
        p.relative_to(source).as_posix(): p.read_bytes()
        for p in sorted(source.rglob("*"))
        if p.is_file() and p.suffix != ".ipynb" and ".ipynb_" not in str(p)
    }
    original = (source / f"{source.name}.ipynb").read_text("utf-8")
    return Parts(source.name, original, released.read_text("utf-8"), files)


def load(parts: Parts) -> Assignment:
    """Make an assignment of its parts."""
    original, copy = json.loads(parts.original), json.loads(parts.released)
    copy["metadata"]["crossroads_name"] = parts.name
    code = [c for c in original["cells"] if c["cell_type"] == "code"]
    for cell in (*original["cells"], *copy["cells"]):
        cell["source"] = "".join(cell["source"])
    given = imported(c for c in code if _about(c).get("locked") and not _about(c).get("grade"))
    tests, points = {}, {}
    for cell in original["cells"]:
        about = _about(cell)
        if about.get("grade") or about.get("task"):
            points[about["grade_id"]] = float(about["points"])
        if about.get("grade") and not about.get("solution"):
            id_ = about["grade_id"]
            tests[id_] = Test(id_, cell["source"], float(about["points"]), given)
    texts = [
        *(str(VERSION), json.dumps(original["cells"], sort_keys=True)),
        *map(repr, parts.files.items()),
    ]
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    return Assignment(parts.name, copy, tests, points, parts.files, digest)


def digest_of(assignment: Assignment, folder: Path, expected: Any) -> tuple[str, str]:
    """What a result depends on (tests, files, the values drawn), and the files alone, as hashes."""
    whole = hashlib.sha256(assignment.digest.encode() + json.dumps(expected).encode())
    given = hashlib.sha256()
    for part in submitted.raw(folder):
        own = hashlib.sha256(part).digest()
        whole.update(own)
        given.update(own)
    return whole.hexdigest(), given.hexdigest()


def grade(
    assignment: Assignment, student: str, folder: Path, expected: Any, worker: Worker
) -> Result:
    """Mark the submission in ``folder``. Raises ``WorkerLost`` if the sandbox itself ended."""
    try:
        handed_in = submitted.read(folder, assignment.released)
    except Held as reason:
        return Result(student, held=str(reason))
    return mark(assignment, student, handed_in, expected, worker)


def mark(
    assignment: Assignment, student: str, handed_in: Submission, expected: Any, worker: Worker
) -> Result:
    """Mark a submission that was read. Raises ``WorkerLost`` if the sandbox itself ended."""
    result = Result(student)
    if handed_in.submitted:
        result.submitted = handed_in.submitted.isoformat()
    result.pictures = handed_in.shown
    plain = _read_as_data(assignment, handed_in)
    read = _only_there(assignment, handed_in, plain)
    outputs, told, why, result.stopped = _run(assignment, handed_in, read, expected, worker)
    result.notes = [*handed_in.notes, *([why] if why else [])]
    if "held" in told:
        result.held = told["held"]
    # What was read counts also where the process ended before it could be asked.
    read = {**{id_: v for id_, v in plain.items() if id_ not in told}, **read}
    for id_ in assignment.points:
        result.marks[id_] = _mark(assignment, handed_in, id_, read, told, why, expected)
    _look_elsewhere(assignment, handed_in, result)
    result.untouched = _left_open(assignment, handed_in, result)
    result.notebook = _notebook(assignment, handed_in, outputs, result.marks)
    if result.held:
        result.marks = {}
    return result


def _read_as_data(assignment: Assignment, handed_in: Submission) -> dict[str, dict[str, Any]]:
    """By test: the answers that are a plain line, read without running anything."""
    sources = {cell.id: cell.source for cell in handed_in.cells if cell.role == "answer"}
    read: dict[str, dict[str, Any]] = {}
    mine = variants.variant(**handed_in.values)
    for id_, test in assignment.tests.items():
        names = [name for name in test.names if name != "mine"]
        if test.splits and len(names) == 1 and f"{id_}-answer" in sources:
            plain, value = submitted.literal(sources[f"{id_}-answer"], names[0])
            if plain:
                read[id_] = {names[0]: value, "mine": mine}
    return read


def _only_there(
    assignment: Assignment, handed_in: Submission, read: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Those of the plain answers whose name no other cell may give another value."""
    others = [
        (cell.id, cell.source)
        for cell in handed_in.cells
        if cell.kind == "code" and cell.role in ("answer", "extra") and cell.source.strip()
    ]
    only = {}
    for id_, values_ in read.items():
        (name,) = values_.keys() - {"mine"}
        own = f"{id_}-answer"
        open_ = is_blank(values_[name])
        if not any(o != own and submitted.may_give(source, name, open_) for o, source in others):
            only[id_] = values_
    return only


def _run(
    assignment: Assignment,
    handed_in: Submission,
    read: dict[str, Any],
    expected: Any,
    worker: Worker,
) -> tuple[dict[int, list[Any]], dict[str, Any], str, int | None]:
    """Run what has to be run; returns outputs by cell, values by test, why it was cut, where."""
    steps, places = _steps(assignment, handed_in, read)
    if not any(step["kind"] != "cell" or place == "own" for step, place in places):
        return {}, {}, "", None
    environment = {variants.VARIABLE: json.dumps(expected or None)}
    files = {**handed_in.files, **assignment.files}
    header, sent = worker.run(steps, files, environment)
    outputs: dict[int, list[Any]] = {}
    told: dict[str, Any] = {}
    refused: dict[int, Any] = {}
    lines = _lines(sent, len(steps) + 1)
    for number, (step, line) in enumerate(zip(steps, lines, strict=False)):
        if step["kind"] == "ask" and line.get("ask") == number:
            told[step["test"]] = line.get("values")
        elif line.get("cell") == number and isinstance(line.get("outputs"), list):
            refused[step["place"]] = line.get("refused")
            shown = [out for out in map(_output, line["outputs"]) if out]
            if step["test"]:
                _beside(assignment, step, shown, told)
            else:
                outputs[step["place"]] = shown
        else:
            told["held"] = FORGED
    handed_in.notes += _refused(handed_in, refused)
    if len(steps) < len(lines):
        if lines[len(steps) :] != [{"done": True}]:
            told["held"] = FORGED
        return outputs, told, "", None
    stopped = steps[len(lines)]["place"] if len(lines) < len(steps) else None
    return outputs, told, _ended(header, worker), stopped


def _refused(handed_in: Submission, refused: dict[int, Any]) -> Iterator[str]:
    """Notes on commands of the system that cells asked for, and that weren't run."""
    for place, commands in refused.items():
        cell = handed_in.cells[place]
        if isinstance(commands, list) and commands and all(isinstance(c, str) for c in commands):
            where = submitted._say(cell.id) if cell.id else "A cell of the student's own"
            said = ", ".join(repr(clean(command)[:60]) for command in commands[:3])
            yield f"{where}: not run, since no commands of the system are: {said}."


def _steps(assignment: Assignment, handed_in: Submission, read: dict[str, Any]) -> Any:
    """What the sandbox is to do, in order; with each step, whether it's a reason to run at all."""
    steps: list[dict[str, Any]] = []
    reasons = []

    def add(place: int, step: dict[str, Any], reason: str = "") -> None:
        steps.append({"place": place, "test": "", **step})
        reasons.append((steps[-1], reason))

    for place, cell in enumerate(handed_in.cells):
        if cell.kind == "code" and cell.role in ("answer", "locked", "values", "extra", "written"):
            own = "own" if cell.role in ("extra", "written") and cell.source.strip() else ""
            add(place, {"kind": "cell", "source": cell.source}, own)
        elif cell.role == "test" and cell.id in assignment.tests and cell.id not in read:
            test = assignment.tests[cell.id]
            if test.splits:
                names = [name for name in test.names if name != "mine"]
                calls = test.calls(handed_in.values)
                if calls and test.imports:
                    add(place, {"kind": "cell", "source": test.imports})
                add(place, {"kind": "ask", "names": names, "calls": calls, "test": cell.id})
            else:
                beside = {"kind": "cell", "source": test.source, "test": cell.id}
                canary = {**beside, "source": CANARY, "canary": True}
                for step in (canary, beside, canary):
                    add(place, step, "own")
    return steps, reasons


def _beside(
    assignment: Assignment, step: dict[str, Any], shown: list[Any], told: dict[str, Any]
) -> None:
    """Take in the outputs of a test that ran beside the student's code, or of a canary."""
    error = next((out for out in shown if out["output_type"] == "error"), None)
    if step.get("canary"):
        if error is None or error["ename"] != "AssertionError" or error["evalue"] != "canary":
            told["held"] = (
                f"Before or after the test {step['test']!r}, a check that must fail didn't fail: "
                "a cell of this submission changes how tests are run."
            )
        return
    points = assignment.tests[step["test"]].points
    said = "".join(out.get("text", "") for out in shown)
    if error:
        told[step["test"]] = Mark(0, f"{said}{error['evalue']}", error["ename"])
        return
    results = [out for out in shown if out["output_type"] == "execute_result"]
    texts = [out["data"].get("text/plain", "") for out in results]
    value: Any = None
    try:
        value = float(texts[-1]) if texts else None
    except ValueError:
        value = None
    told[step["test"]] = Mark(awarded(value, points), said)


def _mark(
    assignment: Assignment,
    handed_in: Submission,
    id_: str,
    read: dict[str, Any],
    told: dict[str, Any],
    why: str,
    expected: Any,
) -> Mark:
    test = assignment.tests.get(id_)
    if test is None:
        return _by_hand(assignment, handed_in, id_)
    answer = read.get(id_) or told.get(id_)
    if isinstance(answer, Mark):
        return answer
    if not isinstance(answer, dict):
        return Mark(0, f"Not run: the notebook was stopped before this check. {why}", "NotRun")
    text = repr((id_, id_ in read, answer, handed_in.values, expected))
    key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    if key not in assignment.known:
        if len(assignment.known) >= MOST_KNOWN:
            assignment.known.clear()
        found = answer if id_ in read else _decoded(test, answer, handed_in)
        assignment.known[key] = test.mark(found, expected)
    return assignment.known[key]


def _decoded(test: Test, answer: dict[str, Any], handed_in: Submission) -> dict[str, Any]:
    """A student's values by name, from what the sandbox sent of them."""
    found: dict[str, Any] = {"mine": variants.variant(**handed_in.values)}
    calls = answer.get("calls")
    names = answer.get("names")
    for name, data in names.items() if isinstance(names, dict) else ():
        try:
            value = values.decode(data)
        except ValueError:
            value = values.Opaque("unreadable")
        if isinstance(value, values.Function):
            value = Recorded(calls if isinstance(calls, list) else [])
        if name in test.names:
            found[name] = value
    return found


def _by_hand(assignment: Assignment, handed_in: Submission, id_: str) -> Mark:
    """A written answer that is still as it was released earns nothing; others wait."""
    if id_ in _untouched(assignment, handed_in) and id_ not in handed_in.unsure:
        return Mark(0, "No response.", outcome=Outcome("text", "unanswered"))
    return Mark(None, "")


def _look_elsewhere(assignment: Assignment, handed_in: Submission, result: Result) -> None:
    """Have a person look where an answer earns nothing, but another cell holds what may be it.

    That is so where its own line was left open, and the value was given below the test, or above
    the line, which took it away again. Where only the form of the line is wrong, what to type is
    said.
    """
    untouched = {*_untouched(assignment, handed_in)}
    places = {cell.id: place for place, cell in enumerate(handed_in.cells) if cell.id}
    for id_, test in assignment.tests.items():
        mark, own = result.marks.get(id_), f"{id_}-answer"
        if not mark or mark.points != 0 or own not in places:
            continue
        cell, names = handed_in.cells[places[own]], {*test.names} - {"mine"}
        open_ = own in untouched or not cell.source.strip()
        elsewhere = _elsewhere(handed_in, names)
        if open_ and elsewhere and not _counts(elsewhere, places[own], places[id_], cell):
            others = [handed_in.cells[place] for place in elsewhere[:3]]
            seen = "; ".join(" ".join(other.source.split())[:80] for other in others)
            result.notes.append(
                f"{submitted._say(id_)}: its line was left open, but another cell has what may be "
                f"the answer: {seen}. It waits for you."
            )
            result.marks[id_] = Mark(None, f"{mark.said}\n{ELSEWHERE}", outcome=mark.outcome)
        elif len(names) == 1 and (words := hint(cell.source, *names)):
            result.marks[id_] = replace(mark, said=f"{mark.said}\n{words}")


def _elsewhere(handed_in: Submission, names: set[str]) -> list[int]:
    """The places of the student's own cells that give one of some names a value."""
    return [
        place
        for place, cell in enumerate(handed_in.cells)
        if cell.role == "extra"
        and cell.kind == "code"
        and names & submitted.names_given(cell.source)
    ]


def _counts(elsewhere: list[int], line: int, test: int, cell: submitted.Cell) -> bool:
    """Whether a value that was given elsewhere is there when the test runs: the line that was left
    open takes one from above away, and an empty one doesn't."""
    above = not cell.source.strip() and any(place < line for place in elsewhere)
    return above or any(line < place < test for place in elsewhere)


def _left_open(assignment: Assignment, handed_in: Submission, result: Result) -> list[str]:
    """Answer cells as they had been released, but for those whose answer counts from elsewhere."""
    places = {cell.id: place for place, cell in enumerate(handed_in.cells) if cell.id}
    left = []
    for own in _untouched(assignment, handed_in):
        id_ = own.removesuffix("-answer")
        mark, test = result.marks.get(id_), assignment.tests.get(id_)
        if mark and (mark.points is None or mark.points > 0):
            continue
        elsewhere = _elsewhere(handed_in, {*test.names} - {"mine"}) if test else []
        line = places[own]
        if not elsewhere or not _counts(
            elsewhere, line, places.get(id_, line), handed_in.cells[line]
        ):
            left.append(own)
    return left


def _untouched(assignment: Assignment, handed_in: Submission) -> list[str]:
    sources = {_id(cell): cell["source"] for cell in assignment.released["cells"]}
    own = [c for c in handed_in.cells if c.role in ("answer", "written")]
    return [cell.id for cell in own if cell.source.strip() == sources[cell.id].strip()]


def _ended(header: dict[str, Any], worker: Worker) -> str:
    """Why a submission's process ended early, in words."""
    if header["why"] == "timeout":
        return f"It was stopped after {worker.limits.seconds:g} seconds."
    if header["why"] == "too much":
        return "It was stopped because it gave out too much."
    if header["signal"]:
        return (
            f"Its process ended by signal {header['signal']} (memory or time used up, or a crash)."
        )
    return "Its process ended before its last cell."


def _lines(sent: bytes, most: int) -> list[dict[str, Any]]:
    """The lines that came out, whole ones only; what is no dictionary stands as an empty one.

    So does a line of so many parts that they'd fill the memory. One more than ``most`` is given at
    most.
    """
    lines = []
    for line in sent.split(b"\n", most + 1)[:-1]:
        try:
            data = json.loads(line) if sum(map(line.count, _MARKS)) < MOST_MARKS else {}
        except (ValueError, RecursionError):
            data = {}
        lines.append(data if isinstance(data, dict) else {})
    return lines


def _output(out: Any) -> dict[str, Any] | None:
    """One output as nbformat wants it; ``None`` for what has another form."""
    if not isinstance(out, dict):
        return None
    kind = out.get("output_type")
    if kind == "stream":
        name = "stderr" if out.get("name") == "stderr" else "stdout"
        text = clean(str(out.get("text", ""))[:60_000])
        return {"output_type": "stream", "name": name, "text": text}
    if kind == "error":
        lines = out.get("traceback")
        lines = [clean(str(x)[:4000]) for x in lines[-30:]] if isinstance(lines, list) else []
        words = {k: clean(str(out.get(k, ""))[:2000]) for k in ("ename", "evalue")}
        return {"output_type": "error", **words, "traceback": lines}
    data = out.get("data")
    if kind in ("display_data", "execute_result") and isinstance(data, dict):
        texts = {k: v for k, v in data.items() if isinstance(v, str) and len(v) < 2**21}
        kept = {clean(k[:100]): clean(v) for k, v in texts.items()}
        made: dict[str, Any] = {"output_type": kind, "data": kept, "metadata": {}}
        return made | ({"execution_count": None} if kind == "execute_result" else {})
    return None


def _notebook(
    assignment: Assignment,
    handed_in: Submission,
    outputs: dict[int, list[Any]],
    marks: dict[str, Mark],
) -> dict[str, Any]:
    """The notebook as it was run and marked; of tests, only what students see."""
    released = {_id(cell): cell for cell in assignment.released["cells"] if _id(cell)}
    drawn = next((c for c in assignment.released["cells"] if not _id(c)), None)
    cells = []
    for place, cell in enumerate(handed_in.cells):
        origin = released.get(cell.id) or (drawn if cell.role == "values" else None)
        made: dict[str, Any] = {
            "cell_type": cell.kind,
            "id": origin["id"] if origin else f"own-{place}",
            "metadata": origin["metadata"] if origin else {},
            "source": cell.source,
        }
        if cell.attachments and cell.kind == "markdown":
            made["attachments"] = cell.attachments
        if cell.kind == "code":
            made |= {"execution_count": None, "outputs": outputs.get(place, [])}
            if cell.role == "test" and cell.id in marks:
                made["outputs"] = _shown(marks[cell.id])
        cells.append(made)
    metadata = {k: v for k, v in assignment.released["metadata"].items() if k != "crossroads_name"}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _shown(mark: Mark) -> list[dict[str, Any]]:
    """A mark as a test cell's outputs, by which nbgrader would award the same."""
    if mark.error:
        return [
            {
                "output_type": "error",
                "ename": mark.error,
                "evalue": mark.said,
                "traceback": mark.said.splitlines() or [mark.error],
            }
        ]
    said = [{"output_type": "stream", "name": "stdout", "text": mark.said}] if mark.said else []
    points = {
        "output_type": "execute_result",
        "data": {"text/plain": repr(mark.points)},
        "metadata": {},
        "execution_count": None,
    }
    return [*said, points]


def _about(cell: Any) -> dict[str, Any]:
    about: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return about


def _id(cell: Any) -> str:
    return str(_about(cell).get("grade_id", ""))
