"""Personal data: what is where, forgetting a student, and data for research."""

import csv
import io
import json
import re
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from graders import NAME, make_course
from nbgrader.api import Gradebook, MissingEntry

from crossroads.classroom import privacy, roster
from crossroads.classroom.research import COLUMNS
from crossroads.cli import main
from crossroads.course import PLACES, Person
from crossroads.course.places import Found, Part, Place

# nbgrader's own, about its gradebook's sessions.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

GUIDE = Path(__file__).parents[2] / "docs" / "administrator.md"
#: One id begins with another, and one is a word that files have in them anyway.
IDS = ["ann", "ann2", "q1", "s4", "s5", "s6"]
CLASS = [Person(i, f"First{i}", f"Last{i}", f"{i}@uni.example") for i in IDS]
WORDS = "Secret words of"


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Six students with traces in every place; the tests change it one after the other."""
    root = make_course(tmp_path_factory.mktemp("privacy") / "course")
    roster.update(root, CLASS)
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        for number, student in enumerate(IDS):
            sent = book.add_submission(NAME, student)
            sent.timestamp = datetime(2027, 2, 16 if student == "s6" else 8 + number, 10)
            notebook = book.find_submission_notebook(NAME, NAME, student)
            for place, grade in enumerate(notebook.grades):
                grade.auto_score, grade.needs_manual_grade = (number + place) % 2, False
            comment = book.find_comment("q15", NAME, NAME, student)
            comment.manual_comment = f"{WORDS} {student}"
        book.db.commit()
    for student in IDS:
        for stage in ("submitted", "autograded", "feedback"):
            write(root / stage / student / NAME / f"{NAME}.ipynb", f"{WORDS} {student}")
        write(root / "grading" / NAME / f"{student}.json", {"student": student})
        write(root / "variants" / NAME / student / f"{NAME}.ipynb", "{}")
        write(root / "collected" / "earlier" / NAME / student / "0" / "x.ipynb", "{}")
        write(root / "handed_in" / "crossroads" / f"{student}+{NAME}+1" / "x.ipynb", "{}")
        write(root / "exchange" / "crossroads" / "inbound" / f"{student}+{NAME}+1" / "x", "")
    log = "".join(f"2027-02-08T10:00:00+00:00 {s} graded (0.10 s)\n" for s in IDS)
    write(root / "grading" / NAME / "log.txt", log)
    write(root / "variants" / f"{NAME}.json", {s: {"year": 2010} for s in IDS})
    marks = {"q1": {s: {"levels": {}, "comment": WORDS} for s in IDS}, "q15": {"ann": {}}}
    write(root / "marking" / NAME / "second.json", marks)
    write(root / "collected" / "matches.json", {"firsty": "ann", "other": "ann2"})
    write(root / "collected" / "unmatched" / NAME / "Lastann Firstann (5)-0" / "x", "")
    write(root / "collected" / "unmatched" / NAME / "Lastann2 Firstann2 (6)-0" / "x", "")
    write(root / "reports" / NAME / "students.csv", "student_id,points\nann,1\n")
    write(
        root / "deadlines.yml", "assignments: {quiz-01: {extensions: {ann: 2027-01-01 12:00:00}}}"
    )
    return root


def in_all_files(root, what):
    return sorted(
        p.relative_to(root).as_posix()
        for p in root.rglob("*")
        if p.is_file() and (what.encode() in p.read_bytes() or what in p.parts)
    )


def test_what_is_stored_where_is_told_and_counted(course, capsys):
    assert main(["privacy", "--course", str(course)]) == 0
    said = capsys.readouterr().out
    for where in ("roster.csv", "gradebook.db", "submitted", "autograded", "feedback", "grading"):
        assert re.search(rf"^{re.escape(where)} +6 ", said, re.M), where
    assert re.search(r"^variants +6 +7 ", said, re.M)
    assert re.search(r"^reports +1 +1 ", said, re.M)
    assert re.search(r"^deadlines.yml +1 +1 ", said, re.M)
    assert "progress" not in said
    left = {p.name for p in course.iterdir()} - {p.where for p in privacy.places(course)}
    assert left == {"source", "release", "nbgrader_config.py"}, "what holds nobody's data"
    assert left <= PLACES.keys(), "every place is declared"
    assert main(["privacy", "--course", str(course / "nowhere")]) == 1


def test_whose_copies_lie_in_an_archive_is_counted(tmp_path):
    roster.update(tmp_path, CLASS)
    (tmp_path / "packages").mkdir()
    with zipfile.ZipFile(tmp_path / "packages" / f"{NAME}-copies.zip", "w") as archive:
        archive.writestr(f"{NAME}-copies/ann/{NAME}.ipynb", "{}")
        archive.writestr(f"{NAME}-copies/s4/{NAME}.ipynb", "{}")
    (tmp_path / "packages" / "cut-off.zip").write_bytes(b"PK")
    (found,) = [place for place in privacy.places(tmp_path) if place.where == "packages"]
    assert (found.students, found.files) == (2, 2)


def research(course, *more):
    to = course.parent / "data.csv"
    assert main(["research", "--course", str(course), "--to", str(to), *more]) == 0
    about = (course.parent / "data-about.txt").read_text("utf-8")
    return list(csv.DictReader(io.StringIO(to.read_text("utf-8")))), to.read_text("utf-8"), about


def test_research_data_name_nobody_and_cannot_be_joined(course):
    rows, text, about = research(course)
    assert list(rows[0]) == list(COLUMNS)
    people = {row["pseudonym"] for row in rows}
    assert len(people) == 6 and len(rows) == 6 * 15
    for person in CLASS:
        for name in (person.first_name, person.last_name, person.email, WORDS):
            assert name not in text
        if person.student_id not in ("q1", "s4", "s5", "s6"):
            assert not re.search(rf"\b{person.student_id}\b", text)
    again, _, _ = research(course, NAME)
    assert people.isdisjoint(row["pseudonym"] for row in again), "a new key each time"
    assert [row["pseudonym"] for row in rows] == sorted(row["pseudonym"] for row in rows)
    assert "6 students" in about and "not anonymous" in about

    def points(data):
        whole = {}
        for row in data:
            whole.setdefault(row["pseudonym"], []).append((row["item"], row["points"]))
        return sorted(whole.values())

    assert points(rows) == points(again)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        scores = [s.score for s in book.find_assignment(NAME).submissions]
    sums = {w: sum(float(r["points"]) for r in rows if r["pseudonym"] == w) for w in people}
    assert sorted(sums.values()) == sorted(scores)


def test_a_week_is_told_only_where_enough_share_it(course):
    """Five submitted in one week, one in the next."""
    rows, text, _ = research(course)
    weeks = {row["pseudonym"]: row["week"] for row in rows}
    assert sorted(weeks.values()) == ["", *["2027-W06"] * 5]
    assert "2027-02" not in text and ":00" not in text


def test_questions_are_described_by_objective_and_kind(course):
    rows, _, _ = research(course)
    first = {row["item"]: (row["objective"], row["kind"], row["possible"]) for row in rows}["q1"]
    assert first == ("L1.1", "single", "1.0")


def test_looking_first_changes_nothing(course, capsys):
    before = {p: p.read_bytes() for p in course.rglob("*") if p.is_file()}
    assert main(["forget", "ann", "--dry-run", "--course", str(course)]) == 2
    said = capsys.readouterr().out
    assert {p: p.read_bytes() for p in course.rglob("*") if p.is_file()} == before
    for where in (
        *("submitted/ann", "autograded/ann", "feedback/ann", f"grading/{NAME}/ann.json"),
        *(f"variants/{NAME}/ann", f"collected/earlier/{NAME}/ann", "roster.csv", "gradebook.db"),
        *(f"handed_in/crossroads/ann+{NAME}+1", f"variants/{NAME}.json", "collected/matches.json"),
        *(f"marking/{NAME}/second.json", f"grading/{NAME}/log.txt"),
    ):
        assert f"  {where}: " in said, where
    _, _, look = said.partition("Check these yourself:")
    for where in (
        *(f"reports/{NAME}", f"exchange/crossroads/inbound/ann+{NAME}+1", "deadlines.yml"),
        f"collected/unmatched/{NAME}/Lastann Firstann (5)-0",
    ):
        assert f"  {where}: " in look, where
    assert "ann2" not in said


def test_nothing_is_deleted_without_a_yes(course, capsys, monkeypatch):
    assert main(["forget", "ann", "--course", str(course)]) == 1
    assert "add --yes" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "n")
    assert main(["forget", "ann", "--course", str(course)]) == 1
    assert "Nothing was deleted." in capsys.readouterr().out
    assert (course / "submitted" / "ann").is_dir()


@pytest.mark.parametrize("student", ["ann", "q1"])
def test_a_forgotten_student_is_gone_and_nobody_else(course, student, capsys):
    others = [s for s in IDS if s not in ("ann", student)]
    assert main(["forget", student, "--yes", "--course", str(course)]) in (0, 2)
    assert "Deleted." in capsys.readouterr().out
    left = [f for f in in_all_files(course, f"{WORDS} {student}") if "gradebook" not in f]
    assert not [f for f in left if f"/{student}/" in f]
    # ann2's words begin as ann's do.
    data = (course / "gradebook.db").read_bytes().replace(b"ann2", b"")
    for trace in (f"{WORDS} {student}", f"{student}@uni.example", f"First{student}"):
        assert trace.encode() not in data, "SQLite keeps what was deleted until it's vacuumed"
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        with pytest.raises(MissingEntry):
            book.find_student(student)
        for other in others:
            assert book.find_submission(NAME, other).score > 0
            assert book.find_comment("q15", NAME, NAME, other).manual_comment.endswith(other)
    assert student not in {p.student_id for p in roster.read(course)}
    assert {p.student_id for p in roster.read(course)} >= set(others) != set()
    drawn = json.loads((course / "variants" / f"{NAME}.json").read_text("utf-8"))
    assert student not in drawn and set(drawn) >= set(others)
    marks = json.loads((course / "marking" / NAME / "second.json").read_text("utf-8"))
    assert set(marks) == {"q1", "q15"}, "a question stays, even if a student is called so"
    assert student not in marks["q1"] and set(marks["q1"]) >= set(others)
    log = (course / "grading" / NAME / "log.txt").read_text("utf-8")
    assert f" {student} " not in log and all(f" {other} " in log for other in others)
    for other in others:
        assert (course / "submitted" / other / NAME / f"{NAME}.ipynb").is_file()
        assert (course / "grading" / NAME / f"{other}.json").is_file()
        assert (course / "handed_in" / "crossroads" / f"{other}+{NAME}+1").is_dir()
    assert main(["forget", student, "--yes", "--course", str(course)]) == 1
    assert f"there is no data of {student!r}" in capsys.readouterr().err


@pytest.mark.parametrize("student", ["..", "*", "../ann", "", "s[45]", "s?"])
def test_what_is_no_id_forgets_nobody(course, student, capsys):
    before = sorted(course.rglob("*"))
    assert main(["forget", student, "--yes", "--course", str(course)]) == 1
    assert sorted(course.rglob("*")) == before


def test_a_new_place_is_told_and_forgotten_once_it_is_declared(tmp_path, monkeypatch, capsys):
    """Its declaration is all that it takes."""
    part = Part("notes/{student}.txt", "what was said of them")
    shared = Part("notes/seats.json", "where they sit", Found.ENTRY)
    look = Part("notes/plan-*", "take {name} down", Found.LOOK_IF_NAMED)
    notes = Place("notes", "a teacher's notes", True, (part, shared, look))
    monkeypatch.setitem(PLACES, "notes", notes)
    write(tmp_path / "notes" / "ann.txt", WORDS)
    write(tmp_path / "notes" / "ben.txt", WORDS)
    write(tmp_path / "notes" / "seats.json", {"ann": 1, "ben": 2})
    write(tmp_path / "notes" / "plan-a.txt", "ann presents")
    roster.update(tmp_path, [Person("ann"), Person("ben")])
    assert main(["privacy", "--course", str(tmp_path)]) == 0
    assert re.search(r"^notes +2 +4  a teacher's notes$", capsys.readouterr().out, re.M)
    assert main(["forget", "ann", "--yes", "--course", str(tmp_path)]) == 2
    assert "notes/plan-a.txt: take plan-a.txt down" in capsys.readouterr().out
    assert not (tmp_path / "notes" / "ann.txt").exists()
    assert (tmp_path / "notes" / "ben.txt").is_file()
    assert json.loads((tmp_path / "notes" / "seats.json").read_text("utf-8")) == {"ben": 2}


def test_every_personal_place_stands_in_the_guide():
    told = GUIDE.read_text("utf-8")
    rows = [f"| `{p.name}` | {p.holds} |" for p in PLACES.values() if p.personal]
    assert [row for row in rows if row not in told] == []
