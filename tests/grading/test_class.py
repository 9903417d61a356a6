"""Stock nbgrader and our own grader give the same marks, and they are what the rules say.

``make test`` submits a designed sample (``sample.py``): every item of every assignment, answered
in every kind of way, besides a late submission, a broken file, an empty one, and a student without.
A test fails if an item or a kind of answer is missing from what was submitted. ``make test-full``
adds a simulated class of 30 (``simulated.py``).
"""

import random
import shutil

import nbformat
import pytest
import sample
import simulated
import stock
from courses import BROKEN, GRADED, designed, hand_in, whole_class
from graders import LINUX, QUIET
from nbgrader.api import Gradebook, MissingEntry
from quizzes import assignments, is_form, items

from crossroads.grading.run import grade_class
from crossroads.questions import variants

pytestmark = QUIET

FOLDERS = assignments()
#: The gradebook as it was released, before anybody graded.
BEFORE = "released.db"


def of(make, *marks):
    """Each assignment with a way to answer it; other forms of a quiz in the long version."""
    return [
        pytest.param(
            (folder, make),
            id=f"{folder.name}-{make.__name__}",
            marks=[*marks, *([pytest.mark.full] if is_form(folder) else [])],
        )
        for folder in FOLDERS
    ]


SAMPLE = of(designed)


@pytest.fixture(scope="module", params=SAMPLE + of(whole_class, pytest.mark.full))
def group(request, tmp_path_factory):
    """An assignment, released, submitted, and autograded by stock nbgrader."""
    folder, make = request.param
    made = hand_in(folder, tmp_path_factory.mktemp(folder.name), *make(folder))
    shutil.copy(made.course / "gradebook.db", made.course / BEFORE)
    done = stock.autograde(made.course, made.name, made.handed_in)
    made.log = {student: one["log"] for student, one in done.items()}
    return made


def sources(notebook):
    """Each item's answer cell, by item."""
    return {
        cell.metadata.crossroads["item"]: cell.source
        for cell in notebook.cells
        if "item" in cell.metadata.get("crossroads", {}) and cell.metadata.nbgrader.solution
    }


@pytest.mark.parametrize("group", SAMPLE, indirect=True)
def test_every_kind_of_answer_to_every_item_was_handed_in(group):
    """Looked for in the files that were submitted, not in the list that made them."""
    open_cells = sources(nbformat.read(group.released, as_version=4))
    covered = {item.id: set() for item in items(group.folder)}
    wanted = {item.id: set() for item in items(group.folder)}
    for student in group.graded:
        notebook = nbformat.read(group.submitted(student), as_version=4)
        given, drawn = sources(notebook), variants.values_in(notebook)
        for item in items(group.folder):
            if item.kind == "criterion":
                continue  # It has no cell of its own: a person marks the memo by it.
            for way in sample.answers(item, drawn):
                wanted[item.id].add(way.kind)
                if given[item.id] == (open_cells[item.id] if way.source is None else way.source):
                    covered[item.id].add(way.kind)
    assert covered == wanted
    for item in items(group.folder):
        assert item.kind == "criterion" or {"blank"} < wanted[item.id], item.id
        if item.kind in ("single", "multiple"):
            wrong = {f"option {code}" for code in item.call()["misconceptions"]}
            assert wrong <= covered[item.id], item.id


def test_every_answer_of_every_student_earns_what_the_rules_say(group):
    assert group.graded and all(group.expected[student] for student in group.graded)
    with group.gradebook() as book:
        for student in group.graded:
            notebook = book.find_submission_notebook(group.name, group.name, student)
            marks = {g.name: g.auto_score for g in notebook.grades}
            wanted = group.expected[student]
            assert set(marks) == set(wanted), group.log[student]
            for item, points in wanted.items():
                assert marks[item] == pytest.approx(points, abs=0.006), (student, item)


def test_broken_files_are_named_and_cost_nobody_else_anything(group):
    assert {*BROKEN, "absent"} <= set(group.fates.values())
    with group.gradebook() as book:
        handed_in = {s.student.id for s in book.find_assignment(group.name).submissions}
        for student, fate in group.fates.items():
            if fate in BROKEN:
                assert student in group.log[student]
                try:
                    notebook = book.find_submission_notebook(group.name, group.name, student)
                except MissingEntry:
                    continue
                assert sum(g.auto_score or 0 for g in notebook.grades) == 0
            if fate == "absent":
                assert student not in handed_in
        assert set(group.graded) <= handed_in


def test_who_was_late_is_known_to_be(group):
    assert {"late", "in time"} <= {group.fates[student] for student in group.graded}
    with group.gradebook() as book:
        for student in group.graded:
            late = book.find_submission(group.name, student).total_seconds_late
            assert late == (30 * 3600 if group.fates[student] == "late" else 0)


def test_written_answers_wait_for_a_person_and_the_totals_add_up(group):
    chance = random.Random(group.name)
    with group.gradebook() as book:
        for student in group.graded:
            wanted = group.expected[student]
            notebook = book.find_submission_notebook(group.name, group.name, student)
            waiting = {g.name for g in notebook.grades if g.needs_manual_grade}
            assert waiting == {id_ for id_, points in wanted.items() if points is None}
            total = sum(points for points in wanted.values() if points is not None)
            for mark in notebook.grades:
                if mark.needs_manual_grade:
                    mark.manual_score = chance.randint(0, int(mark.max_score))
                    mark.needs_manual_grade = False
                    total += mark.manual_score
            book.db.commit()
            assert book.find_submission(group.name, student).score == pytest.approx(total)


@LINUX
def test_our_own_grader_marks_every_cell_as_stock_nbgrader_does(group, tmp_path):
    """Of what was fixed or held our grader says more; what stock can mark, it marks the same."""
    course = tmp_path / "course"
    shutil.copytree(group.course, course, ignore=shutil.ignore_patterns("autograded"))
    (course / BEFORE).replace(course / "gradebook.db")
    results, _ = grade_class(course, group.name, workers=1)
    held = {student for student, fate in group.fates.items() if fate in BROKEN}
    assert {r.student for r in results if r.held} == held

    def marks(book):
        found = [
            book.find_submission_notebook(group.name, group.name, student)
            for student in group.graded
        ]
        scores = [{g.name: g.auto_score for g in notebook.grades} for notebook in found]
        return scores, [{c.name: c.auto_comment for c in notebook.comments} for notebook in found]

    with group.gradebook() as book, Gradebook(f"sqlite:///{course}/gradebook.db") as ours:
        assert marks(ours) == marks(book)


def test_the_simulated_class_s_strong_half_earns_more_than_its_weak_half():
    """By the rules that the class is marked by, with every assignment's first values."""
    whole = {student: 0.0 for student in simulated.everybody() if student.fate in GRADED}
    for item in (item for folder in FOLDERS for item in items(folder)):
        for student in whole:
            given = simulated.answer(student, item, sample.any_draw(item))
            whole[student] += given.points or 0
    ranked = [whole[student] for student in sorted(whole, key=lambda s: s.ability)]
    half = len(ranked) // 2
    assert sum(ranked[half:]) > 1.5 * sum(ranked[: half + len(ranked) % 2])
