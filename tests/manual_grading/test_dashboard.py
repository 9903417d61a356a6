"""The dashboard: what waits for whom, how far the class is, and what an empty course is told."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from desks import record
from graders import make_course

from crossroads import item_analysis, report
from crossroads.assignments import bank
from crossroads.course import Course
from crossroads.grading import gradebook
from crossroads.manual_grading import class_progress, dashboard_page, marking

# nbgrader's own, about its gradebook's sessions.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

CLASS = [f"s{n:02}" for n in range(1, 13)]
TEXTS = {s: None if s == "s12" else "The claim has no source." for s in CLASS}
HELD = {"odd": "The file is <b>no notebook</b> & can't be read."}


def share(student, item):
    """Weak students have the first half of the questions right; q1 is the other way round."""
    number, question = int(student[1:]), int(item.id[1:])
    if question == 1:
        return float(number <= 6)
    return 1.0 if number > 6 or question < 8 else 0.0


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    root = tmp_path_factory.mktemp("dashboard")
    for name in ("quiz-01", "quiz-02"):
        make_course(root, name)
    record(root, "quiz-01", TEXTS, points=share, held=HELD)
    record(root, "quiz-02", {s: TEXTS[s] for s in CLASS[:3]})
    for name in ("late-one", "late-two"):
        folder = root / "submitted" / name / "quiz-02"
        folder.mkdir(parents=True)
        (folder / "quiz-02.ipynb").write_text("{}")
    return root


@pytest.fixture
def course(graded, tmp_path):
    return Path(shutil.copytree(graded, tmp_path / "course"))


def queue(course):
    found = class_progress.submissions(course), class_progress.submissions(course, "feedback")
    return class_progress.queue(gradebook.grades(course), *found)


def mark_everything(course, quiz):
    for item in marking.written(course, quiz):
        criteria = marking.rubric(course, item)
        made = marking.mark(criteria, {one.name: max(one.levels) for one in criteria})
        for answer in marking.queue(course, item).answers:
            marking.save(course, item, answer.student, made)


def test_the_queue_counts_each_submission_once(course):
    rows = queue(course)
    assert list(rows.loc["quiz-01"]) == [13, 0, 1, 11, 1, 0]
    assert list(rows.loc["quiz-02"]) == [5, 2, 0, 3, 0, 0]
    assert (rows["submitted"] == rows[["to_grade", "held", "by_hand", "done"]].sum(axis=1)).all()


def test_marks_and_feedback_move_it_on(course):
    mark_everything(course, "quiz-01")
    folder = course / "feedback" / "s01" / "quiz-01"
    folder.mkdir(parents=True)
    (folder / "quiz-01.html").write_text("well done")
    assert list(queue(course).loc["quiz-01"]) == [13, 0, 1, 0, 12, 1]
    record(course, "quiz-01", {"s02": "The claim has no source."}, points=share, again=True)
    assert list(queue(course).loc["quiz-01"]) == [13, 0, 1, 1, 11, 1]


def test_a_held_submission_that_a_person_marked_is_done(course):
    for item in bank.read(course / "source" / "quiz-01"):
        student, name = next(iter(HELD)), item.id
        if item.test:  # as formgrader does it: such a cell has no comment of its own
            with Course(course).open_gradebook() as book:
                grade = book.find_grade(name, "quiz-01", "quiz-01", student)
                grade.manual_score, grade.needs_manual_grade = 0, False
                book.db.commit()
        else:
            gradebook.mark_by_hand(course, "quiz-01", student, name, 5, "")
    assert list(queue(course).loc["quiz-01"]) == [13, 0, 0, 11, 2, 0]


def test_points_and_objectives_are_the_report_s(course):
    mark_everything(course, "quiz-01")
    items = bank.read(course / "source" / "quiz-01")
    grades = gradebook.grades(course, "quiz-01")
    given, about = class_progress.points(grades, items), class_progress.about(items)
    own = report.Analysis(report.read(course, "quiz-01"))
    pd.testing.assert_frame_equal(given.loc[own.points.index], own.points, check_names=False)
    pd.testing.assert_frame_equal(about, own.of.items[about.columns])
    assert list(about.index[about["by_hand"]]) == ["q15"]
    ours = class_progress.objectives(given, about)
    pd.testing.assert_frame_equal(ours, own.class_mastery)
    signs = set(zip(own.to_look_at["item"], own.to_look_at["sign"], strict=True))
    found = class_progress.to_look_at(given, about)
    pairs = set(zip(found["item"], found["sign"], strict=True))
    assert ("q1", "negative") in pairs and pairs <= signs


def test_what_waits_is_missing_and_never_zero(course):
    items = bank.read(course / "source" / "quiz-01")
    given = class_progress.points(gradebook.grades(course, "quiz-01"), items)
    assert given["q15"].notna().sum() == 1, "only who left it out has a zero"
    assert next(iter(HELD)) not in given.index
    objectives = class_progress.objectives(given, class_progress.about(items))
    assert objectives["n"].max() == 12
    assert item_analysis.settled(given)["q15"].isna().all()


def test_who_answered_nothing_is_marked_and_not_counted(course):
    record(course, "quiz-02", {"s12": ""})
    items = bank.read(course / "source" / "quiz-02")
    assert (
        list(class_progress.points(gradebook.grades(course, "quiz-02"), items).index) == CLASS[:3]
    )
    assert queue(course).loc["quiz-02", "done"] == 1
    own = report.Analysis(report.read(course, "quiz-02"))
    assert list(own.points.index) == CLASS[:3]


def test_the_board_in_words_and_tables(course):
    board = dashboard_page.board(course)
    assert board["names"] == ["quiz-01", "quiz-02"]
    assert board["said"].startswith(
        "18 submissions; 2 to grade; 1 on hold; 14 answers of 14 students for manual grading"
    )
    page = board["html"]
    assert "&lt;b&gt;no notebook&lt;/b&gt; &amp; can&#39;t" in page and "<b>no" not in page
    assert "<code>crossroads grade quiz-02</code>" in page
    assert "L1.1 sort claims by kind, and spot softening words (hedges)" in page
    assert "Students who do well on the other questions do worse on this one" in page
    assert "quiz-01: q15" in page, "what isn't counted yet is named"
    assert 'data-to="formgrader/gradebook/quiz-01/quiz-01"' in page
    assert page.count("<table") == page.count("<caption>") == 4
    one = dashboard_page.board(course, "quiz-02")
    assert one["chosen"] == "quiz-02" and "quiz-01: q15" not in one["html"]
    assert dashboard_page.board(course, "quiz-99")["chosen"] == ""


def test_a_bar_says_no_more_than_the_number_beside_it(course):
    page = dashboard_page.board(course)["html"]
    bars = re.findall(r'aria-hidden="true"><span style="width:(\d+)%"></span></span>(\d+)', page)
    assert bars and all(width == number for width, number in bars)


def test_an_empty_or_damaged_course_is_told_what_to_do(tmp_path, monkeypatch):
    board = dashboard_page.board(tmp_path)
    assert board["said"] == "Nothing is submitted yet." and "crossroads grade" in board["html"]
    (tmp_path / "gradebook.db").write_text("no database " * 100)
    shown = dashboard_page.Dashboard(tmp_path).state
    assert "cannot be read" in shown["said"] and shown["html"] == ""


def test_the_widget_filters_and_writes_the_report(course):
    widget, sent = dashboard_page.Dashboard(course), []
    widget.send = sent.append
    widget._receive(None, {"do": "show", "chosen": "quiz-01"}, [])
    assert widget.state["chosen"] == "quiz-01"
    widget._receive(None, {"do": "report", "chosen": "quiz-01"}, [])
    assert "The report is written" in widget.state["said"]
    assert (course / "reports" / "quiz-01" / "report.html").is_file()
    assert 'data-to="files/reports/quiz-01/report.html"' in widget.state["html"]
    widget._receive(None, {"do": "report", "chosen": "../quiz-01"}, [])
    assert "there is no assignment" in widget.state["said"].lower()
    assert [one["did"] for one in sent] == ["show", "report", "report"]
    assert "To do" in widget.static()
