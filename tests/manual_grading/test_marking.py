"""Written answers marked item by item: into nbgrader's gradebook, by one marker and another."""

import base64
import json
import re
import shutil
import sqlite3
from pathlib import Path

import nbformat
import pytest
from desks import record
from graders import keep_gradebook_at, make_course, marks_in
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from crossroads.assignments import bank
from crossroads.cli import main
from crossroads.feedback import markdown
from crossroads.grading import gradebook
from crossroads.grading.notes import say
from crossroads.manual_grading import comments, marker_agreement, marking, student_work
from crossroads.manual_grading.marking_desk import MarkingDesk

# nbgrader's own, about its gradebook's sessions.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

NAME = "quiz-01"
WRITERS = [f"writer-{n}" for n in range(1, 8)]
HOSTILE = "<script>top.pwned = 1</script><img src=x onerror=pwned()> *I doubt it.*"
TEXTS = {s: f"The claim is causal: {s[-1]}." for s in WRITERS} | {
    "writer-7": HOSTILE,
    "leaver": None,
}
HELD = {"broken": "The file is not a notebook."}


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """Seven who wrote something, one who left the answer out, one whose file is held."""
    root = make_course(tmp_path_factory.mktemp("desk"), NAME)
    record(root, NAME, TEXTS, held=HELD)
    return root


@pytest.fixture
def course(marked, tmp_path):
    return Path(shutil.copytree(marked, tmp_path / "course"))


@pytest.fixture
def item(course):
    (one,) = marking.written(course, NAME)
    return one


def levels(course, item, *points):
    names = [one.name for one in marking.rubric(course, item)]
    return dict(zip(names, map(float, points), strict=True))


def mark(course, item, student, *points, comment="", marker=""):
    made = marking.mark(marking.rubric(course, item), levels(course, item, *points), comment)
    marking.save(course, item, student, made, marker)
    return made


def test_the_queue_is_mixed_the_same_each_time_and_names_nobody(course, item):
    found = marking.queue(course, item)
    order = [answer.student for answer in found.answers]
    assert sorted(order) == WRITERS and order != WRITERS
    assert [a.student for a in marking.queue(course, item).answers] == order
    assert found.blank == ["leaver"] and found.held == ["broken"]
    assert found.left == 7
    second = marking.queue(course, item, "anna").answers
    assert [a.student for a in second] != order
    assert {a.code for a in second} == {a.code for a in found.answers}
    assert len({a.code for a in second}) == 7
    assert not any("writer" in a.code for a in second)


def test_a_mark_is_nbgrader_s_own(course, item):
    mark(course, item, "writer-1", 2, 1, 3, 2, comment=" Name the year. ")
    assert marks_in(course, "writer-1")["q15"] == (None, 8, False)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        words = book.find_comment("q15", NAME, NAME, "writer-1").comment
    assert words.startswith("Name the year.\n\nBy the rubric: Claim identified 2 of 3;")
    found = marking.queue(course, item)
    (own,) = [a for a in found.answers if a.student == "writer-1"]
    assert own.state == "marked" and found.left == 6
    assert own.mark == marking.Mark(8, levels(course, item, 2, 1, 3, 2), "Name the year.")


def test_a_mark_of_formgrader_is_shown_as_what_it_is(course, item):
    mark(course, item, "writer-2", 3, 3, 3, 3, comment="Well done.")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        book.find_grade("q15", NAME, NAME, "writer-2").manual_score = 9.5
        book.find_comment("q15", NAME, NAME, "writer-3").manual_comment = "Typed there."
        book.find_grade("q15", NAME, NAME, "writer-3").manual_score = 4
        book.db.commit()
    states = {a.student: a for a in marking.queue(course, item).answers}
    assert states["writer-2"].mark == marking.Mark(9.5, {}, "Well done.")
    assert states["writer-3"].mark == marking.Mark(4, {}, "Typed there.")
    assert states["writer-3"].state == "again", "formgrader would have said that it's done"


def test_what_is_graded_again_is_shown_again_with_its_mark(course, item):
    made = mark(course, item, "writer-4", 1, 1, 1, 1)
    record(course, NAME, TEXTS, held=HELD, again=True)
    (own,) = [a for a in marking.queue(course, item).answers if a.student == "writer-4"]
    assert own.state == "again" and own.mark == made


def test_a_level_for_each_criterion_and_no_other_points(course, item):
    criteria = marking.rubric(course, item)
    with pytest.raises(ValueError, match="choose a level for Clear"):
        marking.mark(criteria, {one.name: 1.0 for one in criteria[:-1]})
    with pytest.raises(ValueError, match="choose a level for Claim identified"):
        marking.mark(criteria, levels(course, item, 4, 1, 1, 1))
    with pytest.raises(ValueError, match="0 to 12 points"):
        gradebook.mark_by_hand(course, NAME, "writer-1", "q15", 13, "")
    with pytest.raises(ValueError, match="nobody has no answer to quiz-01/q15"):
        gradebook.mark_by_hand(course, NAME, "nobody", "q15", 1, "")
    with pytest.raises(ValueError, match="there is no gradebook"):
        gradebook.mark_by_hand(course / "lessons", NAME, "writer-1", "q15", 1, "")


def test_a_locked_gradebook_is_a_line_and_changes_nothing(course, item):
    before = (course / "gradebook.db").read_bytes()
    keep_gradebook_at(course, f"sqlite:///{course}/gradebook.db?timeout=0")
    with sqlite3.connect(course / "gradebook.db") as other:
        other.execute("begin exclusive")
        with pytest.raises(ValueError, match="locked.* save again"):
            mark(course, item, "writer-1", 3, 3, 3, 3)
        other.rollback()
    other.close()
    assert (course / "gradebook.db").read_bytes() == before
    mark(course, item, "writer-1", 3, 3, 3, 3)
    assert marks_in(course, "writer-1")["q15"] == (None, 12, False)


def test_a_second_marker_is_blind_to_the_first_and_leaves_the_gradebook_alone(course, item):
    mark(course, item, "writer-1", 3, 3, 3, 3, comment="Mine.")
    before = (course / "gradebook.db").read_bytes()
    mark(course, item, "writer-2", 1, 2, 1, 2, comment="Hm.", marker="anna")
    assert (course / "gradebook.db").read_bytes() == before
    states = {a.student: a for a in marking.queue(course, item, "anna").answers}
    assert states["writer-1"].mark is None and states["writer-1"].state == "to mark"
    assert states["writer-2"].mark.comment == "Hm." and states["writer-2"].state == "marked"
    assert marking.markers(course, NAME) == ["anna"]


def test_agreement_is_counted_and_a_settled_mark_goes_to_the_gradebook(course, item):
    for n, student in enumerate(WRITERS):
        mark(course, item, student, 3, n % 4, 2, 1)
        second = 0 if n == 0 else 3
        mark(course, item, student, second, n % 4, 1 + n % 3, 1, marker="anna")
    found = marking.pairs(course, NAME, "anna")
    rows = marker_agreement.agreement(found).set_index("criterion")
    assert list(rows["n"]) == [7] * 4
    assert rows.loc["Claim identified", "exact"] == pytest.approx(6 / 7)
    assert rows.loc["Evidence weighed", "quadratic"] == pytest.approx(1)
    far = marker_agreement.apart(found)
    assert list(far["student_id"]) == ["writer-1"]

    agreed = marking.mark(marking.rubric(course, item), levels(course, item, 2, 0, 2, 1), "So.")
    marking.settle(course, item, "writer-1", agreed)
    assert marks_in(course, "writer-1")["q15"] == (None, 5, False)
    after = marking.pairs(course, NAME, "anna")
    assert marker_agreement.apart(after).empty
    drop = ["settled"]
    assert after.drop(columns=drop).equals(found.drop(columns=drop)), "what they gave stays"
    marking.settle(course, item, "writer-1", agreed)
    assert marking.pairs(course, NAME, "anna").equals(after)


def test_what_cannot_be_settled_is_not_called_settled(course, item):
    mark(course, item, "writer-1", 3, 3, 3, 3)
    mark(course, item, "writer-1", 0, 0, 0, 0, marker="anna")
    agreed = marking.mark(marking.rubric(course, item), levels(course, item, 2, 2, 2, 2))
    keep_gradebook_at(course, f"sqlite:///{course}/gradebook.db?timeout=0")
    other = sqlite3.connect(course / "gradebook.db")
    # Others may read; nobody may write.
    other.execute("begin immediate")
    with pytest.raises(ValueError, match="save again"):
        marking.settle(course, item, "writer-1", agreed)
    other.rollback()
    other.close()
    assert not marking.pairs(course, NAME, "anna")["settled"].any()
    with pytest.raises(ValueError, match="no levels for this answer"):
        marking.settle(course, item, "writer-2", agreed)


def test_names_and_files_of_markers_that_cannot_be(course, item):
    for name in ("../anna", "settled", "a/b", ""):
        with pytest.raises(ValueError):
            marking.checked_marker(name) or marking.checked_marker("..")
    folder = course / "marking" / NAME
    folder.mkdir(parents=True)
    (folder / "ben.json").write_text('{"q15": {"writer-1": []}}')
    with pytest.raises(ValueError, match="ben.json is damaged"):
        marking.queue(course, item, "ben")


def test_every_rubric_of_the_course_can_be_used(course):
    seen = 0
    for name in marking.quizzes(course):
        for item in marking.written(course, name):
            criteria = marking.rubric(course, item)
            assert sum(max(one.levels) for one in criteria) == item.points
            best = marking.mark(criteria, {c.name: max(c.levels) for c in criteria}, "Good.")
            words = marking.to_comment(criteria, best)
            assert marking.from_comment(criteria, best.points, words) == best
            seen += 1
    assert seen >= 14


def test_an_item_without_a_rubric_has_whole_points_and_a_faulty_one_is_named(course, item):
    path = course / "source" / NAME / "rubric.yml"
    path.unlink()
    (one,) = marking.rubric(course, item)
    assert sorted(one.levels) == list(range(13))
    path.write_text("q15: [{criterion: A, levels: {3: much, 0: little}}]")
    with pytest.raises(ValueError, match="12 points together; they have 3"):
        marking.rubric(course, item)
    path.write_text("q15: 3")
    with pytest.raises(ValueError, match="rubric.yml: q15 needs a list of criteria"):
        marking.rubric(course, item)


def test_all_grades_of_a_course_are_one_table(course):
    found = gradebook.grades(course)
    assert set(found["assignment"]) == {NAME} and found["student_id"].nunique() == 9
    assert len(found) == 9 * len(bank.read(course / "source" / NAME))
    own = found.set_index(["student_id", "item"])
    assert own.loc[("leaver", "q15"), "auto"] == 0 and own.loc[("leaver", "q15"), "said"]
    assert say(own.loc[("broken", "q1"), "held"]) == HELD["broken"]
    assert found.loc[found["student_id"] != "broken", "held"].isna().all()
    assert own.loc[("writer-1", "q15"), "waiting"]
    assert gradebook.grades(course, "quiz-02").empty
    assert gradebook.grades(course / "lessons").empty


def test_a_student_s_text_is_markdown_of_a_few_tags_and_otherwise_text():
    made = markdown.rendered(
        "# Head\n\nA **bold** <b>tag</b> and [a link](javascript:alert(1)).\n\n"
        "![pixel](https://example.org/x.png) <https://example.org>\n\n"
        "<style>p { color: red }</style>\n\n| a | b |\n|---|---|\n| 1 | <svg/onload=x()> |\n\n"
        "```html\n<script>x()</script>\n```\n"
    )
    assert set(re.findall(r"<(\w+)", made)) <= set(markdown.TAGS)
    assert not re.search(r"<\w+ [^>]", made), "no attribute"
    for words in ("&lt;b&gt;tag", "a link (", "[image: pixel]", "&lt;script&gt;", "&lt;svg"):
        assert words in made
    assert "<strong>Head</strong>" in made


@given(st.text(alphabet="<>&\"'=/ab!-[]()`*_|\n#:", max_size=80))
def test_no_text_makes_a_tag_of_its_own(source):
    made = markdown.rendered(source)
    assert set(re.findall(r"</?(\w+)", made)) <= set(markdown.TAGS)
    assert not re.search(r"<\w+\s+[^>/]", made)
    assert "<" not in markdown.typed(source).split(">", 1)[1].removesuffix("</pre>")


def test_a_long_text_is_cut_and_says_so():
    assert "has 50,000 characters" in markdown.rendered("word " * 10_000)


def test_a_criterion_is_of_the_whole_work_and_a_chart_is_a_picture(tmp_path):
    root = make_course(tmp_path, "capstone")
    record(root, "capstone", {"ann": "**To:** the ministry"})
    path = root / "autograded" / "ann" / "capstone" / "capstone.ipynb"
    nb = nbformat.read(path, as_version=4)
    png = base64.b64encode(b"\x89PNG\r\n\x1a\n and the rest").decode()
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "q2-answer":
            for data in ({"image/png": png}, {"image/png": "PHN2Zz4="}, {"text/html": "<b>x</b>"}):
                cell.outputs.append(nbformat.v4.new_output("display_data", data))
    nbformat.write(nb, path)
    items = bank.read(root / "source" / "capstone")
    fairness = next(item for item in items if item.id == "fairness")
    parts = student_work.work(root, fairness, items, "ann")
    assert [name for name, _ in parts] == ["Question 4", "Question 1", "Question 2", "Question 3"]
    assert "<strong>To:</strong> the ministry" in parts[0][1]
    assert parts[2][1].count("<img") == 1 and png in parts[2][1] and "<b>" not in parts[2][1]
    assert "MARK SCHEME" not in markdown.question(fairness)
    found = marking.queue(root, fairness)
    assert found.left == 1
    marking.save(
        root,
        fairness,
        "ann",
        marking.mark(marking.rubric(root, fairness), {"Fairness to other views": 4.0}, "Fair."),
    )
    (own,) = marking.queue(root, fairness).answers
    assert own.mark == marking.Mark(4, {"Fairness to other views": 4.0}, "Fair.")


def test_comments_are_kept_once_and_a_foreign_file_is_left_alone(tmp_path):
    comments.change(tmp_path, "quiz-03/q15", "", " Why 2013? ")
    comments.change(tmp_path, "quiz-03/q15", "", "Why 2013?")
    comments.change(tmp_path, comments.EVERYWHERE, "", "=SUM(A1)\n- no: list")
    assert comments.fitting(tmp_path, "quiz-03/q15") == [
        ("quiz-03/q15", "Why 2013?"),
        ("everywhere", "=SUM(A1)\n- no: list"),
    ]
    assert comments.fitting(tmp_path, "quiz-04/q15") == [("everywhere", "=SUM(A1)\n- no: list")]
    comments.change(tmp_path, "quiz-03/q15", "Why 2013?", "Why from 2013 on?")
    comments.change(tmp_path, comments.EVERYWHERE, "=SUM(A1)\n- no: list", "")
    assert comments.read(tmp_path) == {"quiz-03/q15": ["Why from 2013 on?"]}
    path = tmp_path / "comments.yml"
    assert path.read_text("utf-8").startswith("# Comments to use again")
    for damaged, said in (
        ("everywhere: [a", "comments.yml, line 1: this is not valid YAML"),
        ("a text", "line 1: the file needs lines of the form name: value"),
        ("everywhere: a text", "line 1: everywhere needs a list of comments"),
        ("everywhere:\n  - Well put: go on.", "line 1: everywhere needs a list of comments"),
        ("everywhere: [a]\neverywere: [b]", "line 2: 'everywere' is no.*did you mean everywhere"),
        ("quiz-03/q51: [a]", "line 1: 'quiz-03/q51' is not a question.*did you mean quiz-03/q"),
        ("quiz-03: [a]", "line 1: 'quiz-03' is not a question"),
        ("quiz-99/q1: [a]", "line 1: 'quiz-99/q1' is not a question"),
    ):
        path.write_text(damaged)
        with pytest.raises(ValueError, match=said):
            comments.change(tmp_path, comments.EVERYWHERE, "", "more")
        assert path.read_text() == damaged


def desk(course, **asked):
    """A desk that tells here what it would tell the page."""
    made = MarkingDesk(course, **asked)
    told = []
    made.send = told.append
    return made, told, lambda **message: made._receive(None, message, [])


def test_the_desk_goes_on_to_what_waits_and_sends_no_name(course, item):
    made, told, ask = desk(course, quiz=NAME)
    assert made.state["total"] == 7 and made.state["place"] == 1
    assert not any(name in json.dumps(made.state) for name in [*TEXTS, *HELD])
    first = made.state["answer"]["code"]
    chosen = levels(course, item, 2, 2, 2, 2)
    ask(do="save", code=first, levels=chosen, comment="Good.")
    assert told[-1] == {"did": "save", "said": "Saved: 8 of 12 points.", "failed": False}
    assert made.state["place"] == 2 and made.state["marked"] == 1
    ask(do="go", by=-1)
    assert made.state["answer"]["code"] == first
    assert made.state["answer"]["levels"] == chosen
    ask(do="go", by=-1)
    assert made.state["place"] == 7
    ask(do="save", code="nobody", levels=chosen, comment="")
    assert told[-1]["failed"] and "reload the page" in told[-1]["said"]
    ask(do="save", code=first, levels={"Clear": 2}, comment="")
    assert told[-1]["failed"] and "Choose a level" in told[-1]["said"]
    ask(do="open", quiz="quiz-77", item="", mode="mark")
    assert told[-1]["failed"] and made.state["quiz"] == NAME
    for _ in range(6):
        ask(do="save", code=made.state["answer"]["code"], levels=chosen, comment="")
    ask(do="save", code=made.state["answer"]["code"], levels=chosen, comment="")
    assert "That was the last one." in told[-1]["said"] and made.state["marked"] == 7


def test_the_desk_opens_where_something_waits(course):
    made, _, _ = desk(course)
    assert made.state["quiz"] == NAME != made.state["quizzes"][0][0]


def test_a_second_marker_is_sent_nothing_of_the_first(course, item):
    mark(course, item, "writer-1", 3, 3, 3, 3, comment="First marker's words.")
    made, _, ask = desk(course, quiz=NAME, marker="anna")
    seen = []
    for _ in range(7):
        seen.append(json.dumps(made.state))
        ask(do="go", by=1)
    assert not any("First marker" in one for one in seen)
    assert made.state["marked"] == 0 and made.state["modes"] == []
    ask(do="open", quiz=NAME, item="q15", mode="settle:anna")
    assert "both" not in made.state


def test_an_empty_course_has_nothing_to_mark(tmp_path):
    made, _, ask = desk(tmp_path)
    assert "crossroads grade capstone" in made.static()
    ask(do="open", quiz="quiz-02", item="", mode="mark")
    assert "crossroads grade quiz-02" in made.state["nothing"]


def test_agreement_is_printed_for_who_wants_no_page(course, item, capsys):
    ask = ["marking", NAME, "--agreement", "--course", str(course)]
    assert main(ask) == 0
    assert "Nobody but the first marker" in capsys.readouterr().out
    for student in WRITERS:
        mark(course, item, student, 3, 2, 1, 0)
        mark(course, item, student, 1, 2, 1, 0, marker="anna")
    assert main(ask) == 0
    said = capsys.readouterr().out
    assert "The first marker and anna:" in said and "same level 100%" in said
    assert said.count("To settle:") == 7 and "writer" not in said
    assert main(["marking", "quiz-77", "--course", str(course)]) == 1
    assert main(["marking", NAME, "--marker", "../x", "--course", str(course)]) == 1
    assert "cannot be a student's id" not in capsys.readouterr().err
