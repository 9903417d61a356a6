"""A graded class whose marks a teacher adjusts, and a group in it that submitted once."""

import csv
import html
import json
import re
import shutil
from pathlib import Path

import pytest
from graders import FULL, LINUX, NAME, QUIET, answered, hand_in, make_course, marks_in
from nbgrader.api import Gradebook

from crossroads import report
from crossroads.classroom import roster
from crossroads.classroom.export import read as exported_marks
from crossroads.cli import main
from crossroads.course import Person
from crossroads.grading import gradebook, scores, shared_work
from crossroads.manual_grading import dashboard_page

pytestmark = [QUIET, LINUX]

CLASS = [
    Person(s, s.title(), "", f"{s}@u.example", section=s[0])
    for s in ("ann", "ben", "cyd", "dee", "eve")
]
DEADLINES = f"per_day: 10\nassignments:\n  {NAME}:\n    due: 2027-01-31 12:00\n"
GROUPS = f"assignments:\n  {NAME}:\n    G: [cyd, dee]\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Ann is late by a day; Ben answered one question wrong; Cyd submitted for Dee; Eve nothing."""
    root = make_course(tmp_path_factory.mktemp("adjusted") / "course")
    roster.update(root, CLASS)
    for student, day, notebook in (
        ("ann", "02-01 11:00", answered(root)),
        ("ben", "01-31 11:00", answered(root, q1="q1 = 'a'")),
        ("cyd", "02-01 11:00", answered(root, q2="q2 = 'a'", q15="Ours.")),
    ):
        folder = hand_in(root, student, notebook)
        (folder / "timestamp.txt").write_text(f"2027-{day}:00 UTC")
    (root / "deadlines.yml").write_text(f"{DEADLINES}    extensions: {{dee: 2027-02-03 12:00}}\n")
    (root / "groups.yml").write_text(GROUPS)
    assert main(["grade", NAME, "--course", str(root)]) == 0
    for student in ("ann", "ben", "cyd"):
        gradebook.mark_by_hand(root, NAME, student, "q15", 6, "Well argued.")
    return root


@pytest.fixture
def fresh(course, tmp_path):
    return Path(shutil.copytree(course, tmp_path / "course"))


def adjust(root, text, *, grade=True):
    (root / "adjustments.yml").write_text(f"assignments:\n  {NAME}:\n{text}", "utf-8")
    if grade:
        assert main(["grade", NAME, "--course", str(root)]) == 0


def totals(root):
    return {row["student_id"]: row["total"] for row in scores.scores(root, NAME)}


def in_nbgrader(root):
    """The totals that ``nbgrader export`` writes."""
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        return {
            one.student_id: max(one.score - one.late_submission_penalty, 0)
            for one in book.find_assignment(NAME).submissions
        }


def page(root, student):
    assert main(["feedback", NAME, "--course", str(root), "--student", student]) == 0
    text = (root / "feedback" / student / NAME / f"{NAME}.html").read_text("utf-8")
    body = re.sub(r"<style>.*?</style>", "", text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def export(root, *options):
    path = root / "out.csv"
    command = ["export", NAME, "--course", str(root), "--to", str(path), *options]
    assert main(command) == 0
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.reader(file))


PLAIN = {"ann": FULL + 6 - 4, "ben": FULL + 5, "cyd": FULL + 5 - 4, "dee": FULL + 5}


def test_without_a_file_marks_are_what_they_were(course):
    assert totals(course) == in_nbgrader(course) == PLAIN


# -- groups ----------------------------------------------------------------------------------------


def test_a_group_hands_in_once_and_each_has_marks_deadline_and_page(course):
    assert shared_work.origins(course, NAME) == {"dee": "cyd"}
    marks = {who: marks_in(course, who) for who in ("cyd", "dee")}
    assert marks["cyd"] == marks["dee"] and marks["dee"]["q15"] == (None, 6, False), "marked once"
    assert totals(course)["dee"] - totals(course)["cyd"] == 4, "Dee has an extension"
    said = page(course, "dee")
    assert "Ours." in said and "Well argued." in said
    assert "This is your group's work. cyd submitted it." in said
    assert "group's" not in page(course, "cyd")


def test_who_joins_a_group_gets_the_marks_that_it_has(fresh):
    (fresh / "groups.yml").write_text(GROUPS.replace("dee]", "dee, eve]"))
    assert main(["grade", NAME, "--course", str(fresh)]) == 0
    assert marks_in(fresh, "eve") == marks_in(fresh, "cyd")
    assert "Well argued." in page(fresh, "eve")
    assert totals(fresh)["eve"] == PLAIN["cyd"]


def test_a_member_can_have_another_mark_than_the_group(fresh):
    gradebook.mark_by_hand(fresh, NAME, "dee", "q15", 9, "")
    assert totals(fresh)["cyd"] == PLAIN["cyd"] + 3, "it is one piece of work"
    adjust(fresh, "    marks:\n      dee: {q15: {points: 2, reason: did no work}}\n", grade=False)
    gradebook.mark_by_hand(fresh, NAME, "cyd", "q15", 10, "")
    assert (totals(fresh)["cyd"], totals(fresh)["dee"]) == (PLAIN["cyd"] + 4, PLAIN["dee"] - 4)


def test_when_a_group_s_work_came_is_said_once(fresh):
    path = fresh / "deadlines.yml"
    more = "    extensions: {}\n    submitted: {cyd: 2027-02-02 11:00}\n"
    path.write_text(DEADLINES + more)
    assert main(["grade", NAME, "--course", str(fresh)]) == 0
    assert totals(fresh)["cyd"] == totals(fresh)["dee"] == FULL + 5 - 8


# -- adjusted marks --------------------------------------------------------------------------------

OVERRIDDEN = """    marks:
      ben:
        q1: {points: 1, reason: "<b>both</b> readings are right"}
        q15: {points: 11, reason: oral exam}
      eve: {q1: {points: 1, reason: on paper}}
"""


def test_an_overridden_mark_counts_everywhere_and_comes_back(fresh, capsys):
    adjust(fresh, OVERRIDDEN)
    assert totals(fresh) == in_nbgrader(fresh) == PLAIN | {"ben": FULL + 11}
    assert marks_in(fresh, "ben")["q15"] == (None, 11, False)
    said = page(fresh, "ben")
    assert (
        "Your instructor set these points; before that, you had 0. Reason: <b>both</b> rea" in said
    )
    assert f"{FULL + 11:g} of 40 points" in said and "Well argued." in said
    with Gradebook(f"sqlite:///{fresh}/gradebook.db") as book:
        book.find_grade("q1", NAME, NAME, "ben").extra_credit = 0.25
        book.db.commit()
    assert totals(fresh)["ben"] == in_nbgrader(fresh)["ben"] == FULL + 11.25
    with Gradebook(f"sqlite:///{fresh}/gradebook.db") as book:
        book.find_grade("q1", NAME, NAME, "ben").extra_credit = 0
        book.db.commit()
    # What was earned stays what the questions are judged by.
    own = report.Analysis(report.read(fresh, NAME))
    assert own.points.loc["ben", ["q1", "q15"]].tolist() == [0, 6]
    assert (
        "changes the marks of 1 student: ben. This report uses the points that were earned"
        in report.summary(own)
    )
    rekeyed = report.rekey_words(report.rekey(own, ["q1=a"]))
    assert "  ben: 0 → 1  overridden in adjustments.yml: the mark that counts stays\n" in rekeyed
    shown = dashboard_page.board(fresh)["html"]
    assert "oral exam" in shown and "&lt;b&gt;both&lt;/b&gt; readings" in shown
    # A person marks the answer anew in the meantime: that mark isn't lost.
    gradebook.mark_by_hand(fresh, NAME, "ben", "q15", 8, "Once more.")
    assert totals(fresh)["ben"] == FULL + 11
    adjust(fresh, "")
    assert totals(fresh) == in_nbgrader(fresh) == PLAIN | {"ben": FULL + 7}
    assert marks_in(fresh, "ben")["q1"] == (0, None, False)
    assert not (fresh / "grading" / NAME / ".overruled.json").exists()


def test_work_on_paper_counts_once_every_question_has_a_mark(fresh):
    items = [f"q{n}" for n in range(1, 16)]
    given = "".join(f"        {item}: {{points: 1, reason: on paper}}\n" for item in items)
    adjust(fresh, f"    marks:\n      eve:\n{given}", grade=False)
    assert totals(fresh) == PLAIN | {"eve": 15}
    adjust(fresh, f"    marks:\n      eve:\n{given.partition('        q15')[0]}", grade=False)
    assert totals(fresh) == PLAIN, "a part of the marks is no total"


def test_a_key_that_changes_leaves_an_overridden_mark_and_says_so(fresh, capsys):
    adjust(fresh, "    marks: {ben: {q1: {points: 0.5, reason: half right}}}\n")
    path = fresh / "source" / NAME / f"{NAME}.ipynb"
    source = json.loads(path.read_text("utf-8"))
    for cell in source["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "q1":
            text = "".join(cell["source"])
            assert 'key="d"' in text
            cell["source"] = text.replace('key="d"', 'key="a"')
    path.write_text(json.dumps(source), "utf-8")
    capsys.readouterr()
    assert main(["grade", NAME, "--course", str(fresh)]) == 0
    said = capsys.readouterr().out
    assert "changed marks: ben: q1 0 → 1" in said
    assert "overridden, so the mark stays: ben: q1 (0.5)" in said
    assert in_nbgrader(fresh)["ben"] == totals(fresh)["ben"] == FULL - 1 + 0.5 + 6


def test_excused_is_never_0_and_lateness_is_of_what_counts(fresh, capsys):
    adjust(
        fresh,
        "    excused:\n      eve: ill, with a note\n      dee:\n"
        "      ann: {q15: wasn't taught yet}\n      c: {q1: the room was flooded}\n",
    )
    # Ann's day late costs 10 % of 28 points, Cyd's of 39.
    assert totals(fresh) == {
        "ann": FULL - 2.8,
        "ben": PLAIN["ben"],
        "cyd": FULL + 5 - 1 - 3.9,
        "dee": None,
        "eve": None,
    }
    canvas = {row[3]: row[5:] for row in export(fresh, "--format", "canvas", "--items")}
    assert canvas["eve"] == canvas["dee"] == ["EX"] * 16
    assert canvas["ann"][-2:] == ["EX", "36.00"], "25.2 of 28 points are 36 of 40"
    assert canvas["cyd"][0] == "EX" and canvas["ben"][0] == "0.00"
    assert "the same share" in capsys.readouterr().out
    plain = {row[0]: row for row in export(fresh)}
    assert plain["student_id"][-6:] == [
        *("total", "possible", "curve", "overridden", "excused", "dropped"),
    ]
    assert plain["ann"][-6:] == ["25.20", "28.00", "0.00", "", "q15", ""]
    assert plain["eve"][1:17] == [""] * 15 + ["0.00"] and plain["eve"][-2] == "all"
    moodle = {row[1]: row[-2] for row in export(fresh, "--format", "moodle")}
    assert moodle["Eve"] == "" and moodle["Ann"] == "36.00"
    assert "tick Excluded for them" in capsys.readouterr().out
    with Gradebook(f"sqlite:///{fresh}/gradebook.db") as book:
        for student in ("ann", "dee"):  # as if nobody had marked what doesn't count
            grade = book.find_grade("q15", NAME, NAME, student)
            grade.manual_score, grade.needs_manual_grade = None, True
        book.db.commit()
    assert exported_marks(fresh, NAME).waiting() == [] and totals(fresh)["ann"] == FULL - 2.8
    assert "0 answers of 0 students for manual grading" in dashboard_page.board(fresh)["said"]
    assert "You are excused from this assignment: it doesn't count. Excused" in page(fresh, "dee")
    # Eve handed nothing in, and reads why that costs her nothing.
    said = page(fresh, "eve")
    assert "it doesn't count. Reason: ill, with a note" in said and "Points by" not in said
    said = page(fresh, "ann")
    assert (
        "25.2 of 28 points" in said and "Late penalty: 2.8 points, so 25.2 of the 28 points" in said
    )
    assert "You are excused from this question: it doesn't count. Reason: wasn't taught" in said


def test_a_curve_and_extra_credit_are_said_as_what_they_are(fresh, capsys):
    adjust(
        fresh,
        "    extra_credit: [q15]\n"
        "    curve: {scale: 1.1, add: 1, at_most: 110, reason: it was too long}\n",
    )
    # The maximum is 28: ann 34 of it is above 110 % already, and no curve takes that away.
    assert totals(fresh) == {"ann": 34 - 2.8, "ben": 33, "cyd": 33 - 2.8, "dee": 33}
    capsys.readouterr()
    export(fresh, "--format", "moodle")
    assert "More points than the maximum: ann, ben, cyd, dee. Moodle ref" in capsys.readouterr().out
    canvas = export(fresh, "--format", "canvas")
    assert canvas[1][-1] == "28.00" and canvas[2][-1] == "31.20"
    adjust(fresh, "    extra_credit: [q1]\n    curve: {add: 1.25, reason: it was too long}\n")
    assert totals(fresh)["ben"] == PLAIN["ben"] + 1.25
    said = page(fresh, "ben")
    assert "A curve for the whole class changes your points by +1.25. Reason: it was too" in said
    assert "This question is extra credit" in said and "34.25 of 39 points" in said
    board = dashboard_page.board(fresh)["html"]
    assert board.count("it was too long") == 1, "one row for the whole class"
    capsys.readouterr()
    before = {p: p.read_bytes() for p in fresh.rglob("*") if p.is_file()}
    assert main(["adjustments", NAME, "--course", str(fresh)]) == 0
    assert {p: p.read_bytes() for p in fresh.rglob("*") if p.is_file()} == before
    shown = capsys.readouterr().out
    assert "curve: + 1.25 points, at most 100 %: it was too long" in shown
    assert "  ben: 33 of 40 → 34.25 of 39\n" in shown
    adjust(fresh, "    extra_credit: all\n", grade=False)
    assert export(fresh, "--format", "canvas")[1][-1] == "0.00", "how Canvas has extra credit"


def test_the_lowest_is_dropped_from_the_course_s_total(fresh, capsys):
    path = fresh / "total.csv"
    excused = f"assignments:\n  {NAME}:\n    excused: {{eve: ill}}\n"
    (fresh / "adjustments.yml").write_text(excused)
    assert main(["export", "--course", str(fresh), "--to", str(path)]) == 0
    said = capsys.readouterr().out
    assert "excused from everything: eve." in said and "No total yet" not in said
    (fresh / "adjustments.yml").write_text(
        f"{excused}drop:\n  - lowest: 1\n    of: [{NAME}, quiz-02]\n"
    )
    with Gradebook(f"sqlite:///{fresh}/gradebook.db") as book:
        book.add_assignment("added-in-formgrader")
        book.add_assignment("quiz-02")
        book.add_notebook("quiz-02", "quiz-02")
        book.add_grade_cell("q1", "quiz-02", "quiz-02", max_score=10, cell_type="code")
        for student, share in (("ann", 1), ("ben", 0.1), ("cyd", None)):
            book.add_submission("quiz-02", student)
            for grade in book.find_submission_notebook("quiz-02", "quiz-02", student).grades:
                grade.auto_score = None if share is None else share * grade.max_score
                grade.needs_manual_grade = share is None
        book.db.commit()
    assert main(["export", "--course", str(fresh), "--to", str(path)]) == 0
    assert (
        "No total yet, because something is still to be marked or submitted: cyd"
        in capsys.readouterr().out
    )
    with path.open(encoding="utf-8-sig") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert (rows["ann"]["dropped"], rows["ann"]["percent"]) == (NAME, "100.00")
    assert (rows["ben"]["dropped"], rows["ben"]["total"]) == ("quiz-02", "33.00")
    assert rows["cyd"]["total"] == rows["cyd"]["dropped"] == "", "what waits may be the lowest"
    # Eve is excused from one and handed nothing in of the other: that is 0, and it stays.
    assert (rows["eve"]["excused"], rows["eve"]["total"]) == (NAME, "0.00")
    notes = export(fresh, "--format", "moodle") and capsys.readouterr().out
    assert f"{NAME} is the lowest mark, and is dropped, for: ann." in notes
    assert f"this is your lowest mark among {NAME}, quiz-02. It is dropped" in page(fresh, "ann")
    assert "It is dropped" not in page(fresh, "ben")
    capsys.readouterr()
    assert main(["adjustments", "--course", str(fresh)]) == 0
    assert f"  ann: {NAME}\n  ben: quiz-02\n  cyd: not known yet" in capsys.readouterr().out
    assert main(["research", "--course", str(fresh), "--to", str(path)]) == 0
    with path.open(encoding="utf-8-sig") as file:
        adjusted = {row["adjusted"] for row in csv.DictReader(file)}
    assert adjusted == {"", "dropped", "excused"}


def test_what_is_wrong_in_a_file_stops_every_command_with_its_line(fresh, capsys):
    adjust(fresh, "    excused: {eve: ill}\n    curves: {add: 1}\n", grade=False)
    for command in (["grade"], ["export"], ["feedback"], ["adjustments"], ["report"]):
        assert main([*command, NAME, "--course", str(fresh)]) == 1
        said = capsys.readouterr().err
        assert said == (
            f"crossroads: adjustments.yml, line 4: {NAME}: 'curves' is unknown; "
            "did you mean curve?\n"
        )
    assert "did you mean curve?" in dashboard_page.board(fresh)["html"]
    (fresh / "groups.yml").write_text(GROUPS.replace("dee]", "cyd]"))
    assert main(["grade", NAME, "--course", str(fresh)]) == 1
    assert "groups.yml, line 3: quiz-01: cyd is in G already" in capsys.readouterr().err
