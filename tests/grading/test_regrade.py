"""A quiz that changes after it was graded: plain decisions, then a class with stock nbgrader."""

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
import stock
from graders import FULL, LINUX, NAME, QUIET, answered, hand_in, make_course, marks_in
from nbgrader.api import Gradebook

from crossroads.cli import main
from crossroads.grading import regrade, run
from crossroads.grading.notes import say
from crossroads.grading.regrade import Cell, Changes
from crossroads.grading.results import Mark

GRADE, LOCKED = frozenset({"grade", "locked"}), frozenset({"locked"})
WRITTEN, ANSWER = frozenset({"grade", "solution"}), frozenset({"solution"})
CHECK = "seen\n### BEGIN HIDDEN TESTS\nkey = {}\n### END HIDDEN TESTS\n"


# -- what changed ----------------------------------------------------------------------------------


def quiz(**changed):
    cells = {
        "q1-stem": Cell(LOCKED, None, "Which one?"),
        "q1-answer": Cell(ANSWER, None, ""),
        "q1": Cell(GRADE, 2.0, CHECK.format(1)),
        "q2": Cell(WRITTEN, 5.0, ""),
    } | changed
    return {id_: cell for id_, cell in cells.items() if cell}


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        (quiz(), Changes()),
        (quiz(q1=Cell(GRADE, 2.0, CHECK.format(2))), Changes(texts=["q1"])),
        (quiz(q1=Cell(GRADE, 3.0, CHECK.format(1))), Changes(points={"q1": (2, 3)})),
        (quiz(q2=Cell(WRITTEN, 4.0, "")), Changes(points={"q2": (5, 4)})),
        (
            quiz(**{"q1-stem": Cell(LOCKED, None, "Which other?")}),
            Changes(texts=["q1-stem"], visible=["q1-stem"]),
        ),
        (quiz(q1=None), Changes(removed=["q1"], counting=True)),
        (quiz(q3=Cell(GRADE, 1.0, "")), Changes(["q3"], counting=True)),
        (quiz(q2=Cell(GRADE, 5.0, "")), Changes(["q2"], ["q2"], counting=True)),
    ],
)
def test_a_source_is_compared_with_what_nbgrader_has(source, changes):
    assert regrade.compare(source, quiz()) == changes
    assert bool(changes) == (source != quiz())


def test_a_text_that_counts_for_nothing_may_come_and_go_alone():
    more = regrade.compare(quiz(hint=Cell(LOCKED, None, "Look twice.")), quiz())
    assert not more and not regrade.refusal(NAME, more, 30)
    both = regrade.compare(quiz(hint=Cell(LOCKED, None, ""), q2=Cell(WRITTEN, 1.0, "")), quiz())
    assert "hint was added" in regrade.refusal(NAME, both, 30), "nbgrader would refuse"
    assert regrade.refusal(NAME, both, 0) == "", "nobody has submitted"


@pytest.mark.parametrize(
    ("source", "points", "refused"),
    [
        ('cr.answers.single(q, key="a", points=2)', 2, False),
        ('cr.answers.single(q, key="a", points=2)', 1, True),
        ('cr.answers.single(q, key="a", points=2.5)', 2, True),
        ('cr.answers.single(q, key="a", points=1)', 2, False),
        ("cr.memo.chart(c, points=3)\ncr.memo.chart(d, points=1)", 1, False),
        ("2 if q else 0", 1, False),
        ("this is no Python", 1, False),
        ("", 1, False),
    ],
)
def test_a_check_that_gives_more_than_there_is_is_named(source, points, refused):
    assert bool(regrade.overpaid(NAME, {"q1": (source, points)})) is refused


@pytest.mark.parametrize(
    ("points", "manual", "waited", "changed", "waits"),
    [
        (None, None, True, False, True),
        (1.0, None, True, False, False),
        (None, 7, False, False, False),
        (None, 7, False, True, True),
        (None, 7, True, False, True),
        (1.0, 0, False, False, False),
    ],
)
def test_only_what_is_unmarked_or_changed_waits(points, manual, waited, changed, waits):
    assert regrade.waits(points, manual, waited=waited, changed=changed) is waits


def cell(id_="", text="", **about):
    own = {"grade_id": id_, "grade": False, "solution": False, "task": False, **about}
    return {"source": text, "metadata": {"nbgrader": own} if id_ else {}}


def notebook(first="q1 = 1", essay="Words.", added="", name="q1-answer"):
    return {
        "cells": [
            cell(name, first, solution=True),
            cell("q1", "check", grade=True),
            cell("q2", essay, grade=True, solution=True),
            cell("style", "criterion", task=True),
            *([cell(text=added)] if added else []),
        ]
    }


@pytest.mark.parametrize(
    ("after", "ids"),
    [
        ({}, set()),
        ({"essay": "  Words.\n"}, set()),
        ({"essay": "Other words."}, {"q2", "style"}),
        ({"first": "q1 = 2"}, {"q1", "style"}),
        ({"added": "More."}, {"style"}),
    ],
)
def test_an_answer_is_another_where_its_own_text_is(after, ids):
    for name in ("q1-answer", "of another teacher"):
        before = notebook(name=name)
        assert regrade.rewritten(before, notebook(name=name, **after)) == ids
    assert regrade.rewritten({"cells": []}, notebook(**after)) == {"q1", "q2", "style"}


def test_a_picture_is_part_of_an_answer():
    before, after = notebook(), notebook()
    after["cells"][2]["attachments"] = {"a.png": {"image/png": "AAAA"}}
    assert regrade.rewritten(before, after) == {"q2", "style"}


def test_marks_that_are_others_are_told():
    before = {"q1": Mark(1, ""), "q2": Mark(None, ""), "q3": Mark(2, "")}
    after = {"q1": Mark(0.5, ""), "q2": Mark(3, ""), "q3": Mark(2.001, ""), "q4": Mark(1, "")}
    assert [*map(say, regrade.moved(before, after))] == ["q1 1 → 0.5"]


# -- a class ---------------------------------------------------------------------------------------

of_a_class = [QUIET, LINUX]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A graded class of three whose written answers a person has marked."""
    root = make_course(tmp_path_factory.mktemp("course"))
    hand_in(root, "ann", answered(root))
    hand_in(root, "ben", answered(root, q1="q1 = 'a'", q3='q3 = {"1": "c", "2": "e"}', q15="Mine."))
    hand_in(root, "cem", answered(root, q2="q2 = 'a'", q15="<b>Bold</b> & [a](javascript:x)"))
    assert main(["grade", NAME, "--course", str(root)]) == 0
    for student in ("ann", "ben", "cem"):
        mark(root, student, "q15", 7)
    return root


@pytest.fixture
def fresh(course, tmp_path):
    return Path(shutil.copytree(course, tmp_path / "course"))


def mark(root, student, item, points):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        grade = book.find_grade(item, NAME, NAME, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()


def edit(root, change):
    """Change the quiz's source, as its teacher does."""
    path = root / "source" / NAME / f"{NAME}.ipynb"
    source = json.loads(path.read_text("utf-8"))
    change(source)
    path.write_text(json.dumps(source, indent=1, ensure_ascii=False) + "\n", "utf-8")


def of(source, id_):
    return next(
        c for c in source["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == id_
    )


def key(item, old, new):
    def change(source):
        found = of(source, item)
        text = "".join(found["source"])
        assert f'key="{old}"' in text
        found["source"] = text.replace(f'key="{old}"', f'key="{new}"').splitlines(True)

    return change


def points(item, new, *, check=True):
    def change(source):
        found = of(source, item)
        about = found["metadata"]["nbgrader"]
        if check and found["cell_type"] == "code":
            text = re.sub(
                rf"points={about['points']:g}\b", f"points={new:g}", "".join(found["source"])
            )
            found["source"] = text.splitlines(True)
        about["points"] = new

    return change


def without(item):
    def change(source):
        source["cells"] = [
            c
            for c in source["cells"]
            if not re.match(rf"{item}\b", c["metadata"].get("nbgrader", {}).get("grade_id", ""))
        ]

    return change


def more(source):
    new = json.loads(json.dumps(of(source, "q1")))
    new["metadata"]["nbgrader"]["grade_id"], new["id"] = "q99", "q99"
    source["cells"].append(new)


def grade(root, *options):
    return main(["grade", NAME, "--course", str(root), *options])


def exported(root, capsys):
    path = root / "points.csv"
    assert main(["export", NAME, "--course", str(root), "--to", str(path)]) == 0
    return pd.read_csv(path).set_index("student_id"), capsys.readouterr().out


def everything(root):
    """Every file of the course, but for the log, with its content."""
    return {p: p.read_bytes() for p in root.rglob("*") if p.is_file() and p.name != "log.txt"}


def all_marks(root):
    return {s: {i: m[:2] for i, m in marks_in(root, s).items()} for s in ("ann", "ben", "cem")}


class TestAClass:
    pytestmark = of_a_class

    @pytest.mark.stock
    @pytest.mark.parametrize(
        "changes",
        [
            [key("q1", "d", "a"), points("q2", 3)],
            [points("q3", 2), points("q15", 20)],
            [points("q2", 0), points("q15", 9)],
            [lambda source: of(source, "q1-stem")["source"].append("\n\nRead it twice.")],
        ],
        ids=["a key, more points", "less, a written one's", "no points at all", "a text"],
    )
    def test_stock_nbgrader_marks_every_cell_as_we_do_afterwards(self, fresh, capsys, changes):
        for change in changes:
            edit(fresh, change)
        assert grade(fresh) == 0
        said = capsys.readouterr().out
        assert "changed since quiz-01 was released" in said and "released again" in said
        ours = all_marks(fresh)
        assert ours and all(marks["q15"] == (None, 7) for marks in ours.values())
        assert all(marks_in(fresh, s)["q15"][2] is False for s in ours), "no text has changed"
        done = stock.autograde(fresh, NAME, list(ours))
        assert set(done) == set(ours) and all(one["success"] for one in done.values()), done
        assert all_marks(fresh) == ours
        assert grade(fresh) == 0
        assert "changed since" not in capsys.readouterr().out, "all agree now"

    def test_it_is_said_whose_marks_are_others_and_what_to_give_out_again(self, fresh, capsys):
        edit(fresh, key("q1", "d", "a"))
        before = everything(fresh)
        assert grade(fresh, "--dry-run") == 0
        said = capsys.readouterr().out
        assert "3 to grade" in said and "q1 (key)" in said and "will release it again" in said
        assert everything(fresh) == before, "a dry run changes nothing"
        assert grade(fresh) == 0
        said = capsys.readouterr().out
        assert "changed marks: ann: q1 1 → 0" in said and "changed marks: ben: q1 0 → 1" in said
        assert "students who have not submitted" not in said, "they don't see the key"
        edit(fresh, points("q1", 2))
        assert grade(fresh) == 0
        said = capsys.readouterr().out
        assert "q1 (key, 1 → 2 points)" in said and "have the old q1: crossroads release" in said
        rows, _ = exported(fresh, capsys)
        assert rows.loc["ann", "total"] == FULL - 1 + 7 and rows.loc["ben", "q1"] == 2

    def test_nothing_changed_is_nothing_done(self, fresh, capsys):
        before = everything(fresh)
        assert grade(fresh) == 0
        assert "changed" not in capsys.readouterr().out
        assert everything(fresh) == before
        marks = {s: marks_in(fresh, s) for s in ("ann", "ben", "cem")}
        assert grade(fresh, "--again") == 0
        assert {s: marks_in(fresh, s) for s in marks} == marks

    def test_a_mark_above_the_new_maximum_is_kept_and_has_no_total(self, fresh, capsys):
        mark(fresh, "ben", "q15", 5)
        edit(fresh, points("q15", 5))
        assert grade(fresh) == 2
        said = capsys.readouterr().out
        assert "to decide: ann: a manual mark is above the new maximum: q15: 7 of 5" in said
        assert re.findall(r"to decide: (\w+)", said) == ["ann", "cem"]
        assert marks_in(fresh, "ann")["q15"] == (None, 7, False)
        rows, said = exported(fresh, capsys)
        assert rows["total"].isna().to_dict() == {"ann": True, "ben": False, "cem": True}
        assert pd.isna(rows.loc["ann", "q15"]) and "ann has no total: q15 has 7 of 5 points" in said
        edit(fresh, points("q15", 8))
        assert grade(fresh) == 0
        rows, _ = exported(fresh, capsys)
        assert rows.loc["ann", "total"] == FULL + 7

    def test_extra_credit_may_go_above_the_maximum(self, fresh, capsys):
        with Gradebook(f"sqlite:///{fresh}/gradebook.db") as book:
            book.find_grade("q1", NAME, NAME, "ann").extra_credit = 30
            book.db.commit()
        assert grade(fresh, "--again") == 0
        rows, _ = exported(fresh, capsys)
        assert rows.loc["ann", "total"] == FULL + 7 + 30

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            (
                without("q3"),
                "q3, q3-answer, q3-stem were removed after it was released, and 3 students have "
                "submitted",
            ),
            (more, "q99 was added after it was released, and 3 students have submitted"),
            (points("q3", 2, check=False), "q3 has 2 points in its cell's settings, but its check"),
        ],
    )
    def test_what_cannot_be_graded_is_refused_with_a_way_out(self, fresh, capsys, change, why):
        edit(fresh, change)
        before = everything(fresh)
        assert grade(fresh) == 1
        said = capsys.readouterr().err
        assert why in " ".join(said.split())
        assert everything(fresh) == before
        assert grade(fresh, "--dry-run") == 1

    def test_a_check_that_cannot_give_all_points_is_named(self, fresh, capsys):
        edit(fresh, points("q1", 5, check=False))
        assert grade(fresh) == 0
        assert "q1: its check gives at most 1 of its 5 points" in capsys.readouterr().out

    def test_only_a_text_that_changed_is_to_be_marked_again(self, fresh):
        shutil.rmtree(fresh / "submitted" / "ann")
        hand_in(fresh, "ann", answered(fresh, q15="Another text."))
        shutil.rmtree(fresh / "submitted" / "ben")
        hand_in(fresh, "ben", answered(fresh, q1="q1 = 'b'", q15="Mine."))
        assert grade(fresh) == 0
        waiting = {s: marks_in(fresh, s)["q15"] for s in ("ann", "ben", "cem")}
        assert waiting == {"ann": (None, 7, True), "ben": (None, 7, False), "cem": (None, 7, False)}
        assert grade(fresh, "--again") == 0
        assert marks_in(fresh, "ann")["q15"][2], "nobody has marked it yet"

    @pytest.mark.parametrize("lost", ["the results", "the results and the pages"])
    def test_what_was_kept_may_be_lost(self, fresh, lost):
        shutil.rmtree(fresh / "grading")
        if "pages" in lost:
            shutil.rmtree(fresh / "autograded")
        assert grade(fresh) == 0
        waits = {marks_in(fresh, s)["q15"] for s in ("ann", "ben", "cem")}
        assert waits == {(None, 7, "pages" in lost)}, "nobody knows any more what was marked"

    @pytest.mark.stock
    def test_a_class_that_stock_nbgrader_has_graded_goes_on_with_us(self, fresh):
        shutil.rmtree(fresh / "grading")
        done = stock.autograde(fresh, NAME, ["ann", "cem"])
        assert all(one["success"] for one in done.values())
        for student in ("ann", "cem"):
            mark(fresh, student, "q15", 8)
        assert grade(fresh) == 0
        assert marks_in(fresh, "ann")["q15"] == marks_in(fresh, "cem")["q15"] == (None, 8, False)

    def test_what_a_run_found_that_was_cut_off_still_holds(self, fresh, monkeypatch):
        shutil.rmtree(fresh / "submitted" / "ann")
        hand_in(fresh, "ann", answered(fresh, q15="Another text."))
        with monkeypatch.context() as patch:
            patch.setattr(run, "_record", lambda *_: (_ for _ in ()).throw(ValueError("full")))
            assert grade(fresh) == 1
        assert marks_in(fresh, "ann")["q15"] == (None, 7, False)
        assert grade(fresh, "--again") == 0
        assert marks_in(fresh, "ann")["q15"] == (None, 7, True)

    def test_one_student_alone_leaves_the_others_named(self, fresh, capsys):
        edit(fresh, key("q1", "d", "a"))
        assert grade(fresh, "--student", "ann") == 2
        said = capsys.readouterr().out
        assert "still marked by the earlier version: ben, cem (crossroads grade quiz-01)" in said
        assert marks_in(fresh, "ben")["q1"][0] == 0
        assert grade(fresh) == 0
        assert marks_in(fresh, "ben")["q1"][0] == 1

    def test_a_quiz_that_its_teacher_released_again_is_taken_as_it_is(self, fresh, capsys):
        edit(fresh, points("q2", 3))
        stock.release(fresh, NAME)
        rows, _ = exported(fresh, capsys)
        assert rows.loc["ann", "total"] == FULL + 7, "marked by the old points so far"
        assert grade(fresh) == 0
        assert "changed since" not in capsys.readouterr().out
        assert marks_in(fresh, "ann")["q2"][0] == 3

    def test_points_that_fell_leave_no_total_until_it_is_graded(self, fresh, capsys):
        edit(fresh, points("q3", 2))
        stock.release(fresh, NAME)
        rows, said = exported(fresh, capsys)
        assert pd.isna(rows.loc["ann", "total"]) and "ann has no total: q3 has 4 of 2" in said
        assert grade(fresh) == 0
        rows, _ = exported(fresh, capsys)
        assert rows.loc["ann", "total"] == FULL - 2 + 7

    def test_what_nbgrader_refuses_leaves_the_release_as_it_was(self, fresh, capsys, monkeypatch):
        def refuse(course, name, settings):
            shutil.rmtree(course / "release" / name)
            raise RuntimeError("nbgrader says no")

        monkeypatch.setattr("crossroads.course.generate", refuse)
        edit(fresh, key("q1", "d", "a"))
        before = everything(fresh)
        assert grade(fresh) == 1
        assert "nbgrader says no" in capsys.readouterr().err
        assert everything(fresh) == before
