"""Questions and sections dealt out to markers by a file, with a sample that they share."""

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from desks import record
from graders import make_course, marks_in

from crossroads.classroom import privacy, regrade_requests, roster
from crossroads.classroom.regrade_requests import Asked
from crossroads.cli import main
from crossroads.course import Person
from crossroads.manual_grading import (
    comments,
    dashboard_page,
    dealing,
    markers_file,
    marking,
    several_markers,
)
from crossroads.manual_grading.marking_desk import REQUESTS, MarkingDesk

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

NAME = "quiz-01"
GUIDE = Path(__file__).parents[2] / "docs" / "grading.md"
SECTIONS = {"ann": "Morning", "bob": "Morning", "cy": "Evening", "dan": "Evening"}
#: As Canvas writes who is in two sections.
SECTIONS |= {"eve": "Morning and Evening", "fay": ""}
QUESTIONS = {"quiz-01", "quiz-01/q15", "quiz-02", "quiz-02/q9"}


def markers(text, people=SECTIONS):
    return markers_file.resolved(markers_file.parse(text.encode()), QUESTIONS, people)


def test_each_answer_is_one_marker_s_in_equal_parts_and_stays_theirs():
    given = markers("markers: {anna: , ben: , cleo: {questions: [quiz-02]}}")
    people = {f"s{n:02}": "" for n in range(21)}
    first = dealing.deal(given, "quiz-01/q15", people)
    assert sorted(Counter(first.owner.values()).items()) == [("anna", 11), ("ben", 10)]
    assert list(first.owner.values()) != sorted(first.owner.values()), "by lot"
    more = people | {f"t{n}": "" for n in range(4)}
    later = dealing.deal(given, "quiz-01/q15", more, first.owner)
    assert first.owner.items() <= later.owner.items()
    assert max(Counter(later.owner.values()).values()) == 13
    # Anna is ill: hers go to Ben, and his stay.
    ill = markers("markers: {ben: , cleo: {questions: [quiz-02]}}")
    assert set(dealing.deal(ill, "quiz-01/q15", more, later.owner).owner.values()) == {"ben"}


def test_who_marks_a_section_sees_it_alone_and_who_knows_a_student_too_well_does_not():
    given = markers(
        "shared: 2\nmarkers:\n  a: {sections: evening}\n  b: {sections: [Morning], except: ann}"
    )
    made = dealing.deal(given, "quiz-01/q15", SECTIONS)
    assert made.of("a") == {"cy", "dan", "eve"}
    assert made.of("b") == {"bob"} | ({"eve"} if "eve" in made.also else set())
    assert set(made.also) == {"eve"}, "only hers may be marked by both"
    assert made.owner.keys() == {"bob", "cy", "dan", "eve"}, "Ann's and Fay's are nobody's"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("marker:\n  anna:", "markers.yml, line 1: 'marker' is unknown; did you mean markers?"),
        (
            "markers:\n  anna:\n    question: [quiz-01]",
            "line 3: anna: 'question' is unknown; did you",
        ),
        ("markers:\n  anna:\n    questions: [quiz-01/q51]", "line 3.*q51.*quiz-01/q15"),
        ("markers:\n  anna:\n    sections: [Mornning]", "line 3.*Mornning.*Morning"),
        ("markers:\n  anna:\n    except:\n      - annn", "line 4.*annn.*ann"),
        ("markers:\n  - anna\n  - ben", "line 1: markers needs lines of the form name: value"),
        ("markers:\n  ../anna:", "line 2: '../anna' cannot be a marker's name"),
        ("markers:\n  Settled:", "line 2: 'Settled' cannot be a marker's name"),
        ("markers: {anna: {questions: [[quiz-01]]}}", "anna: questions needs a list of names"),
        ("shared: 2.5", "line 1: shared must be a whole number"),
        ("shared: many", "line 1: shared must be a number from 0 to 1000, not 'many'"),
        ("markers:\n\tanna:", "line 2: this is not valid YAML: a tab"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text, said):
    with pytest.raises(ValueError, match=said):
        markers(text)


def test_the_guide_s_own_files_can_be_read(tmp_path):
    boxes = re.findall(r"^```yaml\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S)
    (dealt,) = [box for box in boxes if "markers:" in box]
    (bank,) = [box for box in boxes if "everywhere:" in box]
    (tmp_path / "markers.yml").write_text(dealt)
    roster.update(tmp_path, [Person("student-07", section="Evening")])
    found = markers_file.read(tmp_path)
    assert found and found.shared == 5 and found.of["ben"].apart == {"student-07"}
    assert found.named("quiz-05/q15") == ["anna", "ben", "carla"]
    (tmp_path / "comments.yml").write_text(bank)
    assert [len(texts) for texts in comments.read(tmp_path).values()] == [1, 1]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("markers"), NAME)
    record(root, NAME, {s: f"A text of {s}." for s in SECTIONS} | {"gus": None})
    people = [Person(s, s.title(), section=section) for s, section in SECTIONS.items()]
    roster.update(root, [*people, Person("gus", "Gus", section="Evening")])
    return root


@pytest.fixture
def course(graded, tmp_path):
    return Path(shutil.copytree(graded, tmp_path / "course"))


def mark(course, student, marker, *points):
    (item,) = marking.written(course, NAME)
    criteria = marking.rubric(course, item)
    given = dict(zip([one.name for one in criteria], map(float, points), strict=True))
    marking.save(course, item, student, marking.mark(criteria, given, "Why?"), marker)


def students(course, marker):
    (item,) = marking.written(course, NAME)
    return {a.student: a for a in marking.queue(course, item, marker).answers}


def test_a_marker_s_own_marks_count_and_those_of_the_sample_say_how_far_they_agree(course, capsys):
    dealt = (
        "shared: 6\nmarkers:\n  anna: {questions: [quiz-01]}\n  ben: {except: [bob]}\n"
        "  cleo: {questions: [quiz-02]}\n"
    )
    (course / "markers.yml").write_text(dealt)
    anna, ben = students(course, "anna"), students(course, "ben")
    assert set(anna) == set(SECTIONS), "all that are shared, and her own"
    assert set(ben) == set(SECTIONS) - {"bob"}
    owner = json.loads((course / "marking" / NAME / "dealt.json").read_text())["q15"]
    assert sorted(Counter(owner.values()).values()) == [3, 3] and owner["bob"] == "anna"
    assert marking.markers(course, NAME) == []

    for student in SECTIONS:
        mark(course, student, "anna", 3, 2, 1, 0)
        if student != "bob":
            mark(course, student, "ben", 3 if student == "eve" else 1, 2, 1, 0)
    for student, name in owner.items():
        points = 6 if name == "anna" or student == "eve" else 4
        assert marks_in(course, student)["q15"] == (None, points, False)
    assert all(a.state == "marked" for a in students(course, "anna").values())

    rows = {(row.marker, row.question): row for row in several_markers.progress(course, NAME)}
    assert rows["anna", "q15"] == several_markers.Progress("anna", "q15", 6, 6, 5, 5)
    assert rows["ben", "q15"] == several_markers.Progress("ben", "q15", 5, 5, 5, 5)
    words = dict(several_markers.compared(course, NAME))
    both = words["anna and ben"]
    assert len(both) == 5 * 4, "bob's isn't Ben's to mark"
    assert len(words["The marks that count and anna"]) == 3 * 4, "her own aren't compared with her"
    assert main(["marking", NAME, "--progress", "--course", str(course)]) == 0
    said = capsys.readouterr().out
    assert "q15, anna: 6 of 6 marked; of the shared sample 5 of 5." in said
    desk = MarkingDesk(course, quiz=NAME, marker="ben")
    assert (desk.state["marked"], desk.state["total"]) == (5, 5), "as the list says it"
    (course / "markers.yml").unlink()
    assert main(["marking", NAME, "--progress", "--course", str(course)]) == 0
    said = capsys.readouterr().out
    assert "q15: 6 of 6 marked.\nq15, anna: 5 of 6 marked.\nq15, ben: 5 of 6 marked." in said
    (course / "markers.yml").write_text(dealt)
    assert main(["marking", NAME, "--agreement", "--course", str(course)]) == 0
    said = capsys.readouterr().out
    assert "anna and ben:" in said and "Claim identified: 5 answers; same level 20%" in said


def test_the_desk_of_a_section_s_marker_has_that_section_and_answers_of_nobody_are_named(course):
    (course / "markers.yml").write_text("markers: {ta: {sections: [Evening], questions: quiz-01}}")
    desk = MarkingDesk(course, quiz=NAME, marker="ta")
    assert desk.state["total"] == 3 and "left the answer blank" not in desk.state["aside"]
    mark(course, "cy", "ta", 1, 1, 1, 1)
    assert marks_in(course, "cy")["q15"][1] == 4
    assert "3 answers have no marker" in several_markers.progress_words(course, NAME)
    board = dashboard_page.board(course)
    rows = re.findall(r"<tr>.*?</tr>", board["html"], re.S)
    told = [re.sub(r"<[^>]+>|\s+", " ", row) for row in rows if "q15" in row]
    assert any("ta 1 of 3" in " ".join(row.split()) for row in told)
    assert any("nobody in markers.yml 0 of 3" in " ".join(row.split()) for row in told)
    # Requests on their own answers are theirs to answer, and no others.
    asked = [Asked(student, "q15", "Look again") for student in ("cy", "ann")]
    requests, _ = regrade_requests.take_in({}, asked)
    regrade_requests.write(course, NAME, requests)
    theirs = MarkingDesk(course, quiz=NAME, marker="ta", mode=REQUESTS)
    assert (theirs.state["mode"], theirs.state["total"]) == (REQUESTS, 1)
    code = theirs.state["answer"]["code"]
    theirs._receive(None, {"do": "reply", "code": code, "reply": "It stays."}, None)
    told = regrade_requests.read(course, NAME)
    assert not told["cy"]["q15"].is_open and told["ann"]["q15"].is_open
    # Nobody has to mark what doesn't count.
    (course / "adjustments.yml").write_text(
        "assignments: {quiz-01: {excused: {dan: ill}, marks: {cy: {q15: {points: 1, reason: x}}}}}"
    )
    first = MarkingDesk(course, quiz=NAME)
    assert first.state["total"] == 5 and "1 needs no mark here" in first.state["aside"]
    (course / "adjustments.yml").unlink()
    # Who marks all sees all, and a name that isn't in the file is no marker's.
    assert MarkingDesk(course, quiz=NAME).state["total"] == 6
    assert (
        "but not to 'tas'; it names"
        in MarkingDesk(course, quiz=NAME, marker="tas").state["problem"]
    )
    (course / "markers.yml").write_text("marker: {ta: }")
    assert "did you mean markers?" in dashboard_page.board(course)["html"]
    # Who is forgotten is in no marker's list any more.
    privacy.forget(privacy.holdings(course, "dan"))
    assert "dan" not in (course / "marking" / NAME / "dealt.json").read_text()
