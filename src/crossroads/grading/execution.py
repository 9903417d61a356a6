"""Plan what the sandbox runs of a submission, and read what came out of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..files import encodable
from ..questions import variants
from . import canaries, set_up_names
from .assignment import Assignment
from .marked_notebook import marked_notebook
from .notes import Note
from .results import Mark
from .sandbox import Worker
from .scoring import Test, awarded
from .stock_rules import by_outputs
from .submitted.submission import Submission

#: Something else than results came out of its process.
FORGED = Note("forged")
#: What parts of JSON begin or end with; so many of them in a line are more than honest ones have.
_MARKS, MOST_MARKS = (b"[", b"{", b","), 4_000_000


def run_cells(
    assignment: Assignment,
    submission: Submission,
    read: dict[str, Any],
    expected: Any,
    worker: Worker,
) -> tuple[dict[int, list[Any]], dict[str, Any], Note | None, int | None]:
    """Run what has to be run; returns outputs by cell, values by test, why it was cut, where."""
    steps, places = _steps(assignment, submission, read)
    if not any(step["kind"] != "cell" or place == "own" for step, place in places):
        return {}, {}, None, None
    environment = {variants.VARIABLE: json.dumps(expected or None)}
    given = {n: content for n, content in assignment.files.items() if n not in assignment.kept}
    files = {**submission.files, **given}
    if not assignment.own:
        # A test may look at the notebook's own file.
        made = marked_notebook(assignment, submission, {}, {})
        files[f"{assignment.name}.ipynb"] = json.dumps(made).encode()
    # A course's own quiz lies in a folder that nothing asks for.
    where = {} if assignment.own else {"folder": assignment.whole}
    if assignment.several:
        worker = worker.of(assignment.language)
    header, sent = worker.run(steps, files, environment, **where)
    outputs: dict[int, list[Any]] = {}
    told: dict[str, Any] = {}
    refused: dict[int, Any] = {}
    lines = _lines(sent, len(steps) + 1)
    for number, (step, line) in enumerate(zip(steps, lines, strict=False)):
        if "kernel" in line:
            return outputs, told, _without_kernel(line), step["place"]
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
    submission.notes += _refused(submission, refused)
    if len(steps) < len(lines):
        if lines[len(steps) :] != [{"done": True}]:
            told["held"] = FORGED
        return outputs, told, None, None
    stopped = steps[len(lines)]["place"] if len(lines) < len(steps) else None
    return outputs, told, _ended(header, worker), stopped


def _refused(submission: Submission, refused: dict[int, Any]) -> Iterator[Note]:
    """Yield notes on commands of the system that cells asked for, and that weren't run."""
    for place, commands in refused.items():
        cell = submission.cells[place]
        if isinstance(commands, list) and commands and all(isinstance(c, str) for c in commands):
            first = [encodable(command)[:60] for command in commands[:3]]
            yield Note("commands-not-run", cell.id, {"commands": first})


def _steps(assignment: Assignment, submission: Submission, read: dict[str, Any]) -> Any:
    """Return what the sandbox is to do, in order.

    Each step says whether it's a reason to run at all.
    """
    steps: list[dict[str, Any]] = []
    reasons = []

    def add(place: int, step: dict[str, Any], reason: str = "") -> None:
        steps.append({"place": place, "test": "", **step})
        reasons.append((steps[-1], reason))

    for place, cell in enumerate(submission.cells):
        test = assignment.tests.get(cell.id) if cell.role == "test" else None
        # Of a test, all that students see may be hidden.
        whole = test.source if test else cell.source
        if cell.kind == "code" and not assignment.own and not whole.strip():
            continue  # as nbclient, which leaves it out of the history
        if cell.skipped:
            continue
        if cell.kind == "code" and cell.role in ("answer", "locked", "values", "extra", "written"):
            own = "own" if cell.role in ("extra", "written") and cell.source.strip() else ""
            add(place, {"kind": "cell", "source": cell.source}, own)
        elif cell.role == "test" and cell.id in assignment.tests and cell.id not in read:
            test = assignment.tests[cell.id]
            if test.splits:
                names = [name for name in test.names if name != "mine"]
                calls = test.calls(submission.values)
                if calls and test.imports:
                    add(place, {"kind": "cell", "source": test.imports})
                add(place, {"kind": "ask", "names": names, "calls": calls, "test": cell.id})
            else:
                beside = {"kind": "cell", "source": test.source, "test": cell.id}
                for step in (_canary(assignment, test), beside, _canary(assignment, test)):
                    if step["source"]:
                        add(place, step, "own")
    if assignment.language == "python" and not assignment.strict:
        set_up_names.note(assignment, submission, steps)
    return steps, reasons


def _beside(
    assignment: Assignment, step: dict[str, Any], shown: list[Any], told: dict[str, Any]
) -> None:
    """Take in the outputs of a test that ran beside the student's code, or of a canary."""
    error = next((out for out in shown if out["output_type"] == "error"), None)
    if step.get("canary"):
        if error is None or not _is_canary(assignment, step["canary"], error):
            told["held"] = Note("canary", step["test"], {"test": step["test"]})
        return
    test = assignment.tests[step["test"]]
    if not assignment.own:
        told[step["test"]] = by_outputs(test.id, shown, test.points, strict=assignment.strict)
        return
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
    told[step["test"]] = Mark(awarded(value, test.points), said)


def _canary(assignment: Assignment, test: Test) -> dict[str, Any]:
    source, words = canaries.canary(assignment.language, test.source, test.given)
    return {"kind": "cell", "source": source, "test": test.id, "canary": words, "silent": True}


def _is_canary(assignment: Assignment, words: str, error: dict[str, Any]) -> bool:
    """Return whether a cell has failed as it must."""
    if assignment.language == "python":
        return (error["ename"], error["evalue"]) == ("AssertionError", words)
    return words in str(error["evalue"])


def _without_kernel(line: dict[str, Any]) -> Note:
    """Return why another language's kernel didn't run the cells that follow."""
    about = {"reason": encodable(str(line.get("said")))[:300]}
    started = line["kernel"] == "ended"
    return Note("kernel-ended" if started else "kernel-not-started", values=about)


def _ended(header: dict[str, Any], worker: Worker) -> Note:
    """Return why a submission's process ended early."""
    if header["why"] == "timeout":
        return Note("stopped-in-time", values={"seconds": worker.limits.seconds})
    if header["why"] == "too much":
        return Note("too-much-output")
    if header["why"] == "memory":
        return Note("too-much-memory", values={"gigabytes": worker.limits.memory / 2**30})
    if header["signal"]:
        return Note("ended-by-signal", values={"signal": header["signal"]})
    return Note("ended-early")


def _lines(sent: bytes, most: int) -> list[dict[str, Any]]:
    """Return the lines that came out, whole ones only.

    What is no dictionary stands as an empty one.

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
    """Return one output as nbformat wants it; ``None`` for what has another form."""
    if not isinstance(out, dict):
        return None
    kind = out.get("output_type")
    if kind == "stream":
        name = "stderr" if out.get("name") == "stderr" else "stdout"
        text = encodable(str(out.get("text", ""))[:60_000])
        return {"output_type": "stream", "name": name, "text": text}
    if kind == "error":
        lines = out.get("traceback")
        lines = [encodable(str(x)[:4000]) for x in lines[-30:]] if isinstance(lines, list) else []
        words = {k: encodable(str(out.get(k, ""))[:2000]) for k in ("ename", "evalue")}
        return {"output_type": "error", **words, "traceback": lines}
    data = out.get("data")
    if kind in ("display_data", "execute_result") and isinstance(data, dict):
        texts = {k: v for k, v in data.items() if isinstance(v, str) and len(v) < 2**21}
        kept = {encodable(k[:100]): encodable(v) for k, v in texts.items()}
        made: dict[str, Any] = {"output_type": kind, "data": kept, "metadata": {}}
        return made | ({"execution_count": None} if kind == "execute_result" else {})
    return None
