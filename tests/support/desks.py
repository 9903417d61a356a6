"""A graded class for tests of what comes after: recorded as grading records it, without running it.

Points are what the caller says; texts stand in the graded notebooks where formgrader has them.
"""

import json

import nbformat
from quizzes import put_answers

from crossroads.assignments import bank
from crossroads.grading.notes import said
from crossroads.grading.recorder import Recorder
from crossroads.grading.results import Kept, Mark, Result, write


def record(root, name, texts, *, points=None, held=None, again=False):
    """Record a graded class: ``texts`` and reasons to be ``held`` by student; ``None``: left out.

    ``points`` gives the share of an item's points that a student earns: (student, item) → 0..1.
    Who has "" as text answered nothing at all.
    With ``again``, only the gradebook is written, as when other texts are graded.
    """
    items = bank.read(root / "source" / name)
    released = nbformat.read(root / "release" / name / f"{name}.ipynb", as_version=4)
    results = [Result(student, held=said(why)) for student, why in (held or {}).items()]
    for result in results:
        write(root, name, Kept(result))
    for student, text in texts.items():
        result = Result(student)
        for item in items:
            if text == "" and item.kind != "criterion":
                result.untouched.append(f"{item.id}-answer" if item.test else item.id)
                result.marks[item.id] = Mark(0, "")
            elif item.test:
                share = points(student, item) if points else 1
                result.marks[item.id] = Mark(round(share * item.points, 2), "")
            elif item.kind == "text" and text is None:
                result.untouched.append(item.id)
                result.marks[item.id] = Mark(0, "")
            else:
                result.marks[item.id] = Mark(None, "")
        results.append(result)
        if again:
            result.changed = [item.id for item in items if not item.test]
        else:
            given = {item.id: item.answer for item in items if item.test and text != ""}
            given |= {item.id: text for item in items if item.kind == "text" and text}
            folder = root / "autograded" / student / name
            folder.mkdir(parents=True)
            nb = put_answers(nbformat.from_dict(json.loads(json.dumps(released))), given)
            (folder / f"{name}.ipynb").write_text(nbformat.writes(nb), "utf-8")
            handed = root / "submitted" / student / name
            handed.mkdir(parents=True)
            (handed / f"{name}.ipynb").write_text(nbformat.writes(nb), "utf-8")
    with Recorder(root, name) as recorder:
        recorder.record(results)
