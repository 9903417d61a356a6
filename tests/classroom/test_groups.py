"""Groups that submit once: who is in one, and whose submission counts for all of them."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from guides import DOCS, file_box
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.utils import compute_checksum

from crossroads.classroom import groups, privacy, roster
from crossroads.classroom.collect import shared, storage
from crossroads.classroom.collect.shared import Work, newest
from crossroads.classroom.notes import say
from crossroads.cli import main
from crossroads.course import Course, Person
from crossroads.grading import shared_work, submission_times
from crossroads.grading.late_penalties import IN_TIME, Arrival, Rule

QUIZ = "project"
NOON = datetime(2027, 1, 30, 12, tzinfo=UTC)
STUDENTS = ("ann", "ben", "cyd", "dee")
BOTH = "{A: [ann, ben], B: [cyd, dee]}"


# -- the file --------------------------------------------------------------------------------------


def read(text):
    return groups.parse(text.encode(), {QUIZ, "quiz-01"}, STUDENTS)


def test_groups_are_read_as_they_were_typed():
    form = f"assignments:\n  Project:\n    A: [ANN, ben]\n    1: [cyd]\n  quiz-01: {BOTH}\n"
    found = read(form)
    assert found[QUIZ] == {"A": ("ann", "ben"), "1": ("cyd",)}
    assert found["quiz-01"]["B"] == ("cyd", "dee")
    # A set of groups for several assignments, as YAML has it.
    same = read(f"assignments:\n  project: &teams {BOTH}\n  quiz-01: *teams\n")
    assert same[QUIZ] == same["quiz-01"]


def test_the_guide_s_file_is_understood():
    text = file_box(DOCS / "grading.md", "Group A:")
    numbers = [f"student-0{n}" for n in range(1, 6)]
    found = groups.parse(text.encode(), {"quiz-03"}, numbers)
    assert [who for members in found["quiz-03"].values() for who in members] == numbers


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("A: [ann]", "line 1: 'A' is unknown; there are assignments"),
        (
            "assignments: {proj: }",
            "line 1: 'proj' is not an assignment of this course; did you mean",
        ),
        ("assignments:\n  project: {A: ann}", "line 2: project: A needs a list of students: ["),
        ("assignments:\n  project: {A: [an]}", "line 2: 'an' is not a student of the roster; did"),
        (
            "assignments:\n  project:\n    A: [ann]\n    B: [Ann]",
            "line 4: project: ann is in A alr",
        ),
        ("assignments:\n  project: {A: [ann, ann]}", "line 2: project: ann is in A already"),
    ],
)
def test_what_nobody_can_mean_is_refused_with_its_line(text, why):
    with pytest.raises(ValueError) as error:
        read(text)
    assert str(error.value).startswith(f"groups.yml, {why}")


# -- whose submission counts -----------------------------------------------------------------------

work = st.builds(
    Work,
    st.sampled_from(STUDENTS),
    st.sampled_from([{"a": b"1"}, {"a": b"2"}, {"a": b"3"}]),
    st.none() | st.integers(0, 5).map(lambda day: NOON + timedelta(days=day)),
    st.booleans(),
)


@given(st.lists(work, max_size=5))
def test_the_newest_with_an_answer_counts_and_the_same_again_makes_nobody_late(works):
    found = newest(works)
    assert (found is None) == (not works)
    if found:
        answered = [one for one in works if one.answered] or works
        times = [one.time for one in answered if one.time]
        assert found.digest in {one.digest for one in answered}
        same = [one.time for one in works if one.digest == found.digest and one.time]
        if times:
            assert max(times) in same and found.time in (min(same), None)


# -- in a course -----------------------------------------------------------------------------------


def notebook(answer):
    cell = nbformat.v4.new_code_cell("q1 = ...", id="a1")
    about = {"grade_id": "q1", "solution": True, "grade": False, "locked": False}
    cell.metadata["nbgrader"] = {**about, "schema_version": 3}
    cell.metadata["nbgrader"]["checksum"] = compute_checksum(cell)
    cell.source = answer or cell.source
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode()


@pytest.fixture
def course(tmp_path):
    (tmp_path / "release" / QUIZ).mkdir(parents=True)
    (tmp_path / "release" / QUIZ / f"{QUIZ}.ipynb").write_bytes(notebook(""))
    shutil.copytree(tmp_path / "release" / QUIZ, tmp_path / "source" / QUIZ)
    roster.update(tmp_path, [Person(who) for who in STUDENTS])
    write_groups(tmp_path, BOTH)
    return Course(tmp_path)


def write_groups(course, form):
    Path(course, "groups.yml").write_text(f"assignments:\n  {QUIZ}: {form}\n")


def hand_in(course, student, answer, day=0, **more):
    files = {f"{QUIZ}.ipynb": notebook(answer), **more}
    storage.write(course.submitted(student, QUIZ), files, NOON + timedelta(days=day))


def there(course):
    """What each student's submission says, and from when it is."""
    found = {}
    for student in STUDENTS:
        files, time = storage.read(course.submitted(student, QUIZ))
        if files:
            cells = nbformat.reads(files[f"{QUIZ}.ipynb"].decode(), as_version=4).cells
            found[student] = (cells[0].source, (time - NOON).days)
    return found


def there_is(course, student):
    return (course.submitted(student, QUIZ) / f"{QUIZ}.ipynb").is_file()


def test_one_hands_in_for_all_and_the_newest_with_an_answer_counts(course):
    hand_in(course, "ann", "q1 = 1", **{"plot.png": b"picture"})
    said = [say(note) for note in shared.share(course.path, QUIZ)]
    assert said == [
        "group A: ann's submission also counts for ben",
        "group B: nothing yet from cyd, dee",
    ]
    assert there(course) == {"ann": ("q1 = 1", 0), "ben": ("q1 = 1", 0)}
    assert (course.submitted("ben", QUIZ) / "plot.png").read_bytes() == b"picture"
    assert shared_work.together(course.path, QUIZ, "ben") == ["ann"]
    # Ben submits, later; then Ann a notebook without any answer, later still.
    hand_in(course, "ben", "q1 = 2", 1)
    shared.share(course.path, QUIZ)
    hand_in(course, "ann", "", 2)
    for _ in range(2):
        notes = shared.share(course.path, QUIZ)
        assert there(course) == {"ann": ("q1 = 2", 1), "ben": ("q1 = 2", 1)}
    assert notes[0].code == "group-as-before"
    assert shared_work.origins(course.path, QUIZ) == {"ann": "ben"}


def test_collecting_gives_the_others_theirs_and_nobody_of_them_is_missed(course, capsys):
    folder = course.path / "download" / "ben"
    folder.mkdir(parents=True)
    (folder / f"{QUIZ}.ipynb").write_bytes(notebook("q1 = 1"))
    # Of a group, one sends the notebook and another a printed copy of it.
    for other in ("ann", "cyd"):
        (folder.parent / other).mkdir()
        (folder.parent / other / "quiz.pdf").write_bytes(b"%PDF-1.7")
    command = ["collect", QUIZ, str(folder.parent), "--course", str(course.path), "--no-times"]
    assert main(command) == 2, "cyd's PDF is for a person to look at"
    said = capsys.readouterr().out
    assert "note: group A: ben's submission also counts for ann" in said
    assert "cyd submitted a PDF" in said and "ann submitted a PDF" not in said
    assert "nothing yet from: cyd, dee" in said and there_is(course, "ann")


def test_a_group_that_changes_gives_everybody_back_what_is_theirs(course):
    hand_in(course, "ann", "q1 = 1")
    hand_in(course, "ben", "q1 = 2", 1)
    hand_in(course, "cyd", "q1 = 3")
    shared.share(course.path, QUIZ)
    assert there(course)["ann"] == ("q1 = 2", 1) and there(course)["dee"] == ("q1 = 3", 0)
    write_groups(course, "{A: [ann, dee]}")
    shared.share(course.path, QUIZ)
    assert there(course) == {
        "ann": ("q1 = 1", 0),
        "ben": ("q1 = 2", 1),
        "cyd": ("q1 = 3", 0),
        "dee": ("q1 = 1", 0),
    }
    (course.path / "groups.yml").unlink()
    shared.share(course.path, QUIZ)
    assert "dee" not in there(course) and len(there(course)) == 3
    assert shared_work.origins(course.path, QUIZ) == {}


def test_a_copy_that_somebody_put_a_file_into_is_their_own(course):
    hand_in(course, "ann", "q1 = 1")
    shared.share(course.path, QUIZ)
    hand_in(course, "ben", "q1 = 2", -1)
    write_groups(course, "{}")
    shared.share(course.path, QUIZ)
    assert there(course) == {"ann": ("q1 = 1", 0), "ben": ("q1 = 2", -1)}, "never deleted"


def test_the_exchange_s_secret_stays_with_who_handed_in(course):
    """By it nbgrader finds a student's feedback: with another's, they'd read each other's."""
    hand_in(course, "ann", "q1 = 1", **{"submission_secret.txt": b"ann's"})
    hand_in(course, "ben", "q1 = 2", -1, **{"submission_secret.txt": b"ben's"})
    shared.share(course.path, QUIZ)
    secret = course.submitted("ben", QUIZ) / "submission_secret.txt"
    assert there(course)["ben"] == ("q1 = 1", 0) and secret.read_bytes() == b"ben's"
    write_groups(course, "{A: [ann, dee]}")
    assert shared.share(course.path, QUIZ)[0].code == "group-shared"
    assert there(course)["ben"] == ("q1 = 2", -1) and secret.read_bytes() == b"ben's"
    assert not (course.submitted("dee", QUIZ) / "submission_secret.txt").exists()


def test_a_notebook_under_another_name_is_the_group_s_too(course):
    path = course.submitted("ann", QUIZ) / "My project (1).ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(notebook("q1 = 1"))
    shared.share(course.path, QUIZ)
    assert (course.submitted("ben", QUIZ) / path.name).read_bytes() == path.read_bytes()


def test_what_a_platform_said_of_lateness_is_everybody_s(course):
    """A download without times: it was there by then, and the platform calls it in time."""
    storage.write(course.submitted("ann", QUIZ), {f"{QUIZ}.ipynb": notebook("q1 = 1")}, None)
    told = Arrival(by=NOON + timedelta(days=9), word=IN_TIME, due=NOON)
    submission_times.keep(course.path, QUIZ, "ann", told)
    shared.share(course.path, QUIZ)
    assert submission_times.read(course.path, QUIZ, ["ann", "ben"], Rule()) == {
        "ann": told,
        "ben": told,
    }
    # A time that nobody can read is nobody's, and asked of each.
    stamp = course.submitted("ann", QUIZ) / "timestamp.txt"
    stamp.write_text("01.02.2027 12:00")
    hand_in(course, "cyd", "q1 = 3")
    (course.submitted("cyd", QUIZ) / "timestamp.txt").write_text("2027-01-30 17:00 +05:00")
    shared.share(course.path, QUIZ)
    found = submission_times.read(course.path, QUIZ, ["cyd", "dee"], Rule())
    assert found["cyd"] == found["dee"] == Arrival(time=NOON)


def test_a_folder_that_is_a_link_is_nobody_s(course, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / f"{QUIZ}.ipynb").write_bytes(notebook("secret = 1"))
    course.submitted("ann", QUIZ).parent.mkdir(parents=True)
    course.submitted("ann", QUIZ).symlink_to(tmp_path / "elsewhere")
    shared.share(course.path, QUIZ)
    assert not there_is(course, "ben")


def test_a_link_in_a_submission_is_copied_to_nobody(course, tmp_path):
    secret = tmp_path / "roster.csv"
    hand_in(course, "ann", "q1 = 1")
    (course.submitted("ann", QUIZ) / "notes.txt").symlink_to(secret)
    shared.share(course.path, QUIZ)
    assert sorted(p.name for p in course.submitted("ben", QUIZ).iterdir()) == [
        f"{QUIZ}.ipynb",
        "timestamp.txt",
    ]


def test_forgetting_one_of_a_group_leaves_the_others_their_work(course):
    hand_in(course, "ann", "q1 = 1")
    shared.share(course.path, QUIZ)
    left = privacy.forget(privacy.holdings(course.path, "ann"))
    assert [(one.where, one.what) for one in left] == [
        ("groups.yml", "names the student: delete the name")
    ]
    write_groups(course, "{}")
    shared.share(course.path, QUIZ)
    assert list(there(course)) == ["ben"] and "ann" not in course.shared("ben", QUIZ).read_text()
