"""The student package: complete, the same every time, and nothing in it that is the teacher's."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
import stock
from graders import NAME, make_course
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from quizzes import ASSIGNMENTS, assignments, items, region, sentences

from crossroads import content
from crossroads.classroom import release as handout
from crossroads.classroom import roster
from crossroads.classroom.notes import say
from crossroads.classroom.release import leaks, student_package
from crossroads.classroom.release.student_package import in_folders
from crossroads.classroom.release.worksheet import folders
from crossroads.cli import main
from crossroads.course import Course, Person
from crossroads.files import zipped
from crossroads.lessons.notebooks import lessons_dir
from crossroads.questions import variants

QUIZ = "quiz-03"
CLASS = [Person("ann", "Ann", "Lee", "ann@uni.example"), Person("ben", "Ben", "Fox")]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A course with a roster, and the quiz released from it to a zip."""
    place = tmp_path_factory.mktemp("handout")
    course = place / "course"
    course.mkdir()
    roster.write(course, CLASS)
    notes = handout.release(course, QUIZ, place / "quiz-03.zip")
    return place, course, notes


@pytest.fixture
def course(made, tmp_path):
    """A copy of that course to do anything with."""
    return shutil.copytree(made[1], tmp_path / "course")


@pytest.fixture
def quick(made, monkeypatch):
    """The package's own wheel isn't built again."""
    inside = unzipped(made[0] / "quiz-03.zip")
    setup = {
        n.split("/")[-1]: c
        for n, c in inside.items()
        if n.startswith("quiz-03/setup/") and not n.endswith(".release.json")
    }
    monkeypatch.setattr(student_package, "setup", lambda: setup)


def unzipped(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def all_text(files):
    """Everything that can be read in files, and in zips in them, each text once."""
    return "\n".join(dict.fromkeys(" ".join(part.split()) for part in texts_in(files)))


class Searchable:
    """A long text that is asked of very many pieces: most are told by their first letters alone."""

    def __init__(self, text):
        self.text, self.starts = (
            text,
            {text[m.start() : m.start() + 20] for m in WORD.finditer(text)},
        )

    def __contains__(self, piece):
        first = WORD.search(piece)
        if first is None or len(piece) - first.start() < 20:
            return piece in self.text
        return piece[first.start() : first.start() + 20] in self.starts and piece in self.text


#: Where a word begins.
WORD = re.compile(r"\b\w")


def texts_in(files):
    for name, data in files.items():
        text = data.decode("utf-8", "replace")
        yield text
        if name.endswith(".ipynb"):
            yield from (cell.source for cell in nbformat.reads(text, 4).cells)
        if zipfile.is_zipfile(io.BytesIO(data)):
            yield from texts_in(unzipped(io.BytesIO(data)))


def test_the_package_has_what_a_student_needs_and_no_more(made):
    place, _, notes = made
    files = unzipped(place / "quiz-03.zip")
    assert list(files) == sorted(files)
    tops = {name.split("/")[1] for name in files}
    assert tops == {"README.txt", "lessons", "data", "setup"}, "the quiz is each student's own"
    lessons = {p.name for p in lessons_dir().glob("*.ipynb")}
    assert {f"quiz-03/lessons/{name}" for name in lessons} <= files.keys()
    assert "quiz-03/data/datapackage.json" in files and "quiz-03/data/README.md" in files
    readme = files["quiz-03/README.txt"].decode()
    assert "pip install --no-deps setup/crossroads_course-" in readme
    own = re.findall(r"^ {4}(\S+)", readme, re.M)
    assert own[0] == "python3" and {*own[1:]} == {".venv/bin/pip", ".venv/bin/crossroads"}
    assert "    .venv/bin/crossroads check quiz-03 --course .\n" in readme
    assert ".venv\\Scripts\\" in readme
    assert max(map(len, readme.splitlines())) <= 100
    assert any("copies.zip: 3 files" in say(note) for note in notes)


def test_moodle_hands_each_copy_to_its_student(made):
    people = [Person("ann", "Ann", "Lee", "ann@uni.example"), Person("ben", "Zoë", "Mü_ller")]
    people += [Person("cy", "Cy", "Lee"), Person("cy2", "Cy", "Lee"), Person("dan", "Dan", "Ray")]
    head = "Identifier,Full name,Email address,Status,Grade\n"
    found = folders(
        (
            "\ufeff" + head + "Participant 101,Ann B. Lee,ANN@uni.example,No submission,\n"
            "Participant 102,ZOË MÜ_LLER,z@uni.example,No submission,\n"
            "Participant 103,Cy Lee,cy@uni.example,No submission,\n"
            'Participant 104,"../../Dan Ray",d@uni.example,,\n'
        ).encode(),
        "grades.csv",
        people,
    )
    assert found["ann"] == "Ann B. Lee_101_assignfeedback_file"
    assert found["ben"] == "ZOË MÜ LLER_102_assignfeedback_file"
    # Two of one name are nobody; no name leads out of the zip.
    assert found.keys() <= {"ann", "ben", "dan"}
    assert all(place.count("/") == 0 and not place.startswith(".") for place in found.values())
    copies = {"README.txt": b"", "ann/quiz-03.ipynb": b"a", "cy/quiz-03.ipynb": b"c"}
    assert in_folders(copies, found) == {f"{found['ann']}/quiz-03.ipynb": b"a"}
    for wrong in ("student_id,name\nann,Ann\n", head, "Full name,Email address\nAnn,a@x.example\n"):
        with pytest.raises(ValueError, match="is not Moodle's grading worksheet"):
            folders(wrong.encode(), "grades.csv", people)


def test_each_student_gets_a_copy_that_is_theirs(made):
    place, course, _ = made
    files = unzipped(place / "quiz-03-copies.zip")
    assert list(files) == [
        "quiz-03-copies/README.txt",
        "quiz-03-copies/ann/quiz-03.ipynb",
        "quiz-03-copies/ben/quiz-03.ipynb",
    ]
    drawn = json.loads((course / "variants" / f"{QUIZ}.json").read_text("utf-8"))
    for student in ("ann", "ben"):
        own = nbformat.reads(files[f"quiz-03-copies/{student}/quiz-03.ipynb"].decode(), 4)
        assert variants.values_in(own) == drawn[student]


def test_a_deadline_goes_with_the_quiz_each_student_s_own(course, quick, tmp_path):
    (course / "deadlines.yml").write_text(
        "assignments:\n  quiz-03:\n    due: 2027-01-31 12:00:00 +05:00\n"
        "    extensions:\n      ben: 2027-02-03 12:00:00 +05:00\n"
    )
    sheet = tmp_path / "grades.csv"
    sheet.write_text("Identifier,Full name,ID number\nParticipant 7,B,ben\nParticipant 8,A,ann\n")
    to = tmp_path / "quiz-03.zip"
    assert main(["release", QUIZ, f"--to={to}", f"--worksheet={sheet}", f"--course={course}"]) == 0
    own = unzipped(tmp_path / "quiz-03-copies.zip")
    assert len(own) == 2, "Moodle takes students' folders at the top, and nothing else"

    def told(content):
        return nbformat.reads(content.decode(), 4).metadata.crossroads.deadline

    assert told(own["A_8_assignfeedback_file/quiz-03.ipynb"]) == "2027-01-31T07:00:00Z"
    assert told(own["B_7_assignfeedback_file/quiz-03.ipynb"]) == "2027-02-03T07:00:00Z"
    everybody = unzipped(tmp_path / "quiz-03.zip")
    assert told(everybody["quiz-03/setup/quiz-03.release.json"]) == "2027-01-31T07:00:00Z"
    released = nbformat.read(course / "release" / QUIZ / f"{QUIZ}.ipynb", 4)
    assert "deadline" not in released.metadata.crossroads, "what nbgrader released stays as it is"


def test_copies_of_nbgrader_s_exchange_carry_the_deadline_that_is_known(course):
    def given_out():
        done = NbGraderAPI(config=stock.settings(course)).release_assignment(QUIZ)
        assert done["success"], done["log"]
        outbound = course / "crossroads" / "outbound" / QUIZ
        about = nbformat.read(outbound / f"{QUIZ}.ipynb", 4).metadata.crossroads
        shutil.rmtree(outbound)
        return about.get("deadline"), done["log"]

    assert given_out()[0] is None
    # As formgrader keeps what an instructor sets: in UTC, without saying so.
    with Course(course).open_gradebook() as book:
        book.update_or_create_assignment(QUIZ, duedate=datetime(2027, 1, 31, 7))
    assert given_out()[0] == "2027-01-31T07:00:00Z"
    rules = course / "deadlines.yml"
    rules.write_text(f"assignments:\n  {QUIZ}:\n    due: 2027-02-03 12:00:00 +05:00\n")
    assert given_out()[0] == "2027-02-03T07:00:00Z"
    # Rules that can't be read keep nobody from their quiz.
    rules.write_text(f"assignments:\n  {QUIZ}:\n    due: soon\n")
    deadline, log = given_out()
    assert deadline is None and "show no deadline" in log and "deadlines.yml" in log


def test_it_was_released_with_nbgrader_so_that_it_can_be_graded(made):
    _, course, notes = made
    assert f"{QUIZ} was released in course with nbgrader." in map(say, notes)
    assert (course / "release" / QUIZ / f"{QUIZ}.ipynb").is_file()
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        (notebook,) = book.find_assignment(QUIZ).notebooks
        assert {c.name for c in notebook.grade_cells} == {i.id for i in items(ASSIGNMENTS / QUIZ)}


def test_nothing_that_is_the_teachers_is_in_any_byte(made):
    """By other means than those of the scan itself."""
    place, course, _ = made
    files = unzipped(place / "quiz-03.zip") | unzipped(place / "quiz-03-copies.zip")
    assert not [n for n in files if re.search(r"rubric|gradebook|source|secret|\.db", n)]
    text = Searchable(all_text(files))
    assert "import crossroads as cr" in text
    assert (course / "variants" / "secret").read_text() not in text
    assert "ann@uni.example" not in text
    lines = reasons = 0
    for folder in sorted(p for p in ASSIGNMENTS.iterdir() if p.is_dir()):
        for item in items(folder):
            hidden = [*region(item.answer, "SOLUTION"), *region(item.test, "HIDDEN TESTS")]
            for line in {" ".join(line.split()) for line in hidden}:
                if len(line) > 70:
                    assert line not in text, (item.code, line)
                    lines += 1
            if item.test and item.kind not in ("form", "code"):
                told = item.call().get("why", "")
                for why in told.values() if isinstance(told, dict) else [told]:
                    if len(why.split()) >= 20:
                        assert " ".join(why.split()) not in text, (item.code, why)
                        reasons += 1
            if not item.test and item.kind == "text":
                for sentence in sentences(item.answer):
                    assert len(sentence.split()) < 14 or sentence not in text, item.code
    assert lines > 100 and reasons > 100


def test_the_same_course_gives_the_same_bytes(made, course, tmp_path, quick, capsys):
    command = ["release", QUIZ, "--to", str(tmp_path / "quiz-03.zip"), "--course", str(course)]
    assert main(command) == 0
    for name in ("quiz-03.zip", "quiz-03-copies.zip"):
        assert (tmp_path / name).read_bytes() == (made[0] / name).read_bytes()
    assert main(command) == 0, "again is no harm"
    assert "was released" not in capsys.readouterr().out


def test_the_wheel_is_the_same_every_time():
    assert student_package.setup() == student_package.setup()


def test_the_package_works_where_there_is_no_checkout(made, tmp_path):
    """The wheel is installed, the lessons are left as they are, the quiz can be checked."""
    with zipfile.ZipFile(made[0] / "quiz-03.zip") as archive:
        archive.extractall(tmp_path)
    home = tmp_path / "quiz-03"
    (wheel,) = (home / "setup").glob("*.whl")
    target = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", target, wheel], check=True)
    quiz = home / "quizzes" / QUIZ / f"{QUIZ}.ipynb"
    quiz.parent.mkdir(parents=True)
    quiz.write_bytes(unzipped(made[0] / "quiz-03-copies.zip")[f"{QUIZ}-copies/ann/{QUIZ}.ipynb"])
    lesson = home / "lessons" / "00-start-here.ipynb"
    before = lesson.read_bytes()
    code = (
        "import crossroads as cr; from crossroads import course\n"
        "from crossroads.validation import reading\n"
        "from pathlib import Path\n"
        f"assert Path(cr.__file__).is_relative_to({str(target)!r}), cr.__file__\n"
        "assert course.assignments_dir() is None and course.prepare(Path('.')) == []\n"
        f"problems = reading.check(Path('quizzes/{QUIZ}/{QUIZ}.ipynb'), {QUIZ!r})\n"
        "print(len(cr.load('claims')), problems[-1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("55 ") and "no answer yet" in done.stdout
    assert lesson.read_bytes() == before
    assert not (home / "source").exists()


# -- leaks -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hidden(made):
    return leaks.secrets(made[1])


def source_of(quiz):
    return json.loads((ASSIGNMENTS / quiz / f"{quiz}.ipynb").read_text("utf-8"))


def leak(kind, course):
    """Files with something planted in one of them."""
    source = source_of(QUIZ)
    release = json.loads((course / "release" / QUIZ / f"{QUIZ}.ipynb").read_text("utf-8"))
    cells = {c["metadata"].get("nbgrader", {}).get("grade_id"): c for c in release["cells"]}
    sources = {c["metadata"].get("nbgrader", {}).get("grade_id"): c for c in source["cells"]}
    why = items(ASSIGNMENTS / QUIZ)[0].call()["why"]["d"]
    if kind == "an answer":
        key = items(ASSIGNMENTS / QUIZ)[0].call()["key"]
        cells["q1-answer"]["source"] = f'q1 = None  # one letter\nq1 = "{key}"\n'
    elif kind == "a whole test":
        cells["q1"]["source"] = sources["q1"]["source"]
    elif kind == "a test without its marks":
        text = "".join(sources["q1"]["source"])
        cells["q1"]["source"] = re.sub("###.*\n?", "", text).splitlines(keepends=True)
    elif kind == "a model answer":
        cells["q15"]["source"] = sources["q15"]["source"]
    elif kind == "an output":
        cells["q1"]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": why}]
    files = {f"quizzes/{QUIZ}/{QUIZ}.ipynb": json.dumps(release).encode()}
    if kind == "an explanation in another quiz's words":
        why = items(ASSIGNMENTS / "quiz-05")[0].call()["why"]
        files["lessons/notes.md"] = max(why.values(), key=len).encode()
    elif kind == "a source in a zip":
        inner = zipped({"a/b.ipynb": json.dumps(source_of("quiz-07")).encode()})
        files["data/more.zip"] = zipped({"inner.zip": inner})
    elif kind == "the secret of values":
        files["data/x.bin"] = b"\xff\xfe" + (course / "variants" / "secret").read_bytes()
    elif kind == "the gradebook":
        files["data/old.bak"] = (course / "gradebook.db").read_bytes()
    elif kind == "an address":
        files["data/class.csv"] = b"name,mail\nAnn,ann@uni.example\n"
    return files


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("an answer", "the solution of quiz-03/q1-answer"),
        ("a whole test", "a delimiter of a part that is only for teachers"),
        ("a test without its marks", "a test that awards points (single)"),
        ("a model answer", "the solution of quiz-03/q15"),
        ("an output", "the hidden tests of quiz-03/q1"),
        ("an explanation in another quiz's words", "the hidden tests of quiz-05/q1"),
        ("a source in a zip", "a delimiter of a part that is only for teachers"),
        ("the secret of values", "the secret that values are drawn with"),
        ("the gradebook", "a database"),
        ("an address", "a student's address"),
    ],
)
def test_a_planted_leak_is_found(made, hidden, kind, found):
    said = leaks.scan(leak(kind, made[1]), hidden)
    assert any(found in line for line in said), said
    told = items(ASSIGNMENTS / QUIZ)[0].call()["why"]["d"]
    assert not any(told[:30] in line for line in said), "what is found isn't told again"


def test_without_a_leak_nothing_is_found(made, hidden):
    assert leaks.scan(leak("none", made[1]), hidden) == []


def test_every_question_has_something_that_would_be_found(hidden):
    known = {what.split(" of ")[1].removesuffix("-answer") for what in hidden.runs.values()}
    # A question that two forms have is found as one of them.
    wanted = {i.code.replace("-b/", "/") for f in assignments() for i in items(f) if i.test}
    assert wanted <= {code.replace("-b/", "/") for code in known}


def test_a_package_with_a_leak_is_not_handed_out(course, tmp_path, quick, monkeypatch, capsys):
    lessons = shutil.copytree(lessons_dir(), tmp_path / "lessons")
    (lessons / "answers.md").write_text(items(ASSIGNMENTS / QUIZ)[0].test, "utf-8")
    monkeypatch.setattr(student_package, "lessons_dir", lambda: lessons)
    for to in (tmp_path / "out.zip", tmp_path / "out"):
        assert main(["release", QUIZ, "--to", str(to), "--course", str(course)]) == 1
        said = capsys.readouterr().err
        assert "nothing was handed out" in said and "answers.md" in said
        assert not to.exists() and not handout.beside(to).exists()


# -- what is there already -------------------------------------------------------------------------


def test_what_is_there_and_differs_is_left_alone(course, tmp_path, quick, capsys):
    def command(to, *more):
        code = main(["release", QUIZ, "--to", str(to), "--course", str(course), *more])
        return code, capsys.readouterr().err

    file, folder = tmp_path / "out.zip", tmp_path / "out"
    file.write_bytes(b"mine")
    assert command(file)[0] == 1 and file.read_bytes() == b"mine"
    assert command(file, "--force")[0] == 0 and zipfile.is_zipfile(file)
    assert command(folder, "--same-for-all")[0] == 0
    quiz = folder / "quizzes" / QUIZ / f"{QUIZ}.ipynb"
    assert quiz.is_file() and not handout.beside(folder).exists()
    readme = folder / "README.txt"
    readme.write_text("mine", "utf-8")
    code, said = command(folder, "--same-for-all")
    assert code == 1 and "To replace it: --force" in said and readme.read_text() == "mine"
    (folder / "own.txt").write_text("mine", "utf-8")
    code, said = command(folder, "--same-for-all", "--force")
    assert code == 1 and "holds other things (own.txt" in said and readme.read_text() == "mine"
    (folder / "own.txt").unlink()
    assert command(folder, "--same-for-all", "--force")[0] == 0
    assert readme.read_text("utf-8").startswith("Quiz 3")
    assert command(readme)[0] == 1, "a file is no folder"


def test_a_source_that_changed_is_released_again_only_when_asked(course, tmp_path, quick, capsys):
    source = course / "source" / QUIZ / f"{QUIZ}.ipynb"
    source.write_text(source.read_text("utf-8").replace("Fair play.", "Fair play!"), "utf-8")
    released = course / "release" / QUIZ / f"{QUIZ}.ipynb"
    before = released.read_bytes()
    command = ["release", QUIZ, "--to", str(tmp_path / "out.zip"), "--course", str(course)]
    assert main(command) == 1
    assert "was changed after it was released" in capsys.readouterr().err
    assert released.read_bytes() == before and not (tmp_path / "out.zip").exists()
    assert main([*command, "--force"]) == 0
    assert b"Fair play!" in released.read_bytes()
    assert b"Fair play!" in unzipped(tmp_path / "out-copies.zip")[f"{QUIZ}-copies/ann/{QUIZ}.ipynb"]


def test_what_cannot_be_released_is_said(tmp_path, capsys):
    assert main(["release", "quiz-77", "--course", str(tmp_path / "course")]) == 1
    assert "there is no assignment 'quiz-77'" in capsys.readouterr().err


def test_an_installation_without_a_checkout_says_that_it_cannot_pack_itself(
    made, tmp_path, monkeypatch
):
    monkeypatch.setattr(content, "checkout", lambda: None)
    notes = handout.release(made[1], QUIZ, tmp_path / "quiz-03.zip", same_for_all=True)
    assert any("could not be added" in say(note) for note in notes)
    files = student_package.package("quiz-01", "Quiz 1", {"quiz-01.ipynb": b"{}"}, False)
    assert not student_package.has_wheel(files)
    assert not any(Path(name).suffix == ".whl" for name in files)
    assert "Ask your teacher" in files["README.txt"].decode()


def test_the_marker_s_rubric_is_in_no_release_nor_in_what_the_exchange_takes(tmp_path):
    course = make_course(tmp_path / "course")
    assert (course / "source" / NAME / "rubric.yml").is_file()
    assert [p.name for p in (course / "release" / NAME).iterdir()] == [f"{NAME}.ipynb"]
