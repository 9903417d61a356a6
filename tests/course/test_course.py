"""The course directory: made once, brought up to date, never overwriting anybody's work."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from quizzes import ASSIGNMENTS

from crossroads import cli, course
from crossroads.course import Course, preparation
from crossroads.course.notes import say


@pytest.fixture
def origin(tmp_path, monkeypatch):
    """A small course to copy from: one lesson, no assignments."""
    lessons = tmp_path / "origin"
    lessons.mkdir()
    (lessons / "00-start-here.ipynb").write_text("first version")
    monkeypatch.setattr("crossroads.course.preparation.lessons_dir", lambda: lessons)
    monkeypatch.setattr(preparation, "assignments_dir", lambda: None)
    return lessons / "00-start-here.ipynb"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "course"


def copy_of(folder):
    return folder / "lessons" / "00-start-here.ipynb"


def test_a_new_course_directory_is_complete(origin, folder):
    assert course.prepare(folder) == []
    assert copy_of(folder).read_text() == "first version"
    assert not (folder / "exchange").exists()


def test_a_learner_s_folder_holds_nothing_of_nbgrader_s(origin, folder):
    course.prepare(folder, teaching=True)
    settings = folder / "nbgrader_config.py"
    assert settings.is_file()
    course.prepare(folder)
    assert not settings.exists()
    settings.write_text("# mine")
    course.prepare(folder)
    assert settings.read_text() == "# mine"


def test_the_list_for_the_course_panel_is_written_and_kept_up_to_date(origin, folder):
    about = {"lesson": 0, "title": "Start", "question": "How?", "minutes": 20}
    listed = folder / "lessons" / "course.json"
    for title in ("Start", "Begin"):
        notebook = {"cells": [], "metadata": {"crossroads": about | {"title": title}}}
        origin.write_text(json.dumps(notebook))
        course.prepare(folder)
        assert [one["title"] for one in json.loads(listed.read_text("utf-8"))["lessons"]] == [title]


def test_a_teacher_s_course_has_an_exchange(origin, folder):
    course.prepare(folder, teaching=True)
    assert (folder / "exchange").is_dir()


def test_glossary_and_reading_list_come_with_the_lessons(origin, folder):
    (origin.parent / "glossary.md").write_text("terms")
    course.prepare(folder)
    assert (folder / "lessons" / "glossary.md").read_text() == "terms"


def test_an_unchanged_copy_follows_the_course(origin, folder):
    course.prepare(folder)
    origin.write_text("second version")
    assert course.prepare(folder) == []
    assert copy_of(folder).read_text() == "second version"


def test_a_changed_copy_is_left_alone_and_named(origin, folder):
    course.prepare(folder)
    copy_of(folder).write_text("my answers")
    origin.write_text("second version")
    (note,) = course.prepare(folder)
    assert "You changed lessons/00-start-here.ipynb" in say(note)
    assert copy_of(folder).read_text() == "my answers"


def test_a_changed_copy_is_only_named_when_there_is_a_newer_version(origin, folder):
    course.prepare(folder)
    copy_of(folder).write_text("my answers")
    assert course.prepare(folder) == []


def test_without_a_record_a_differing_file_counts_as_changed(origin, folder):
    course.prepare(folder)
    copy_of(folder).write_text("my answers")
    (folder / ".crossroads.json").write_text("{ damaged")
    (note,) = course.prepare(folder)
    assert "You changed" in say(note)
    assert copy_of(folder).read_text() == "my answers"


def test_a_deleted_copy_comes_back_fresh(origin, folder):
    course.prepare(folder)
    copy_of(folder).unlink()
    course.prepare(folder)
    assert copy_of(folder).read_text() == "first version"


def test_the_record_is_plain_json(origin, folder):
    course.prepare(folder)
    assert "lessons/00-start-here.ipynb" in json.loads((folder / ".crossroads.json").read_text())


def test_the_released_quizzes_are_there_for_a_learner(folder):
    course.prepare(folder)
    folders = [*course.assignments_dir().iterdir()]
    names = {folder.name for folder in folders}
    assignments = [one for one in folders if course.quiz_forms.letter(one.name, names) == "A"]
    # Another form is there for those who ask for it.
    assert {path.name for path in (folder / "quizzes").iterdir()} == {p.name for p in assignments}
    for assignment in assignments:
        copy = folder / "quizzes" / assignment.name / f"{assignment.name}.ipynb"
        assert "BEGIN HIDDEN TESTS" not in copy.read_text()
    assert not (folder / "gradebook.db").exists()


def test_a_learner_s_folder_holds_no_key(folder):
    course.prepare(folder)
    assert not (folder / "source").exists()
    notebooks = [*folder.rglob("*.ipynb")]
    assert len(notebooks) > 10
    for path in notebooks:
        assert "BEGIN HIDDEN TESTS" not in path.read_text("utf-8"), path
        assert "BEGIN SOLUTION" not in path.read_text("utf-8"), path


def test_a_teacher_s_course_holds_the_sources(folder):
    course.prepare(folder, teaching=True)
    folders = [*course.assignments_dir().iterdir()]
    names = {folder.name for folder in folders}
    assignments = [one for one in folders if course.quiz_forms.letter(one.name, names) == "A"]
    # Another form is there for those who ask for it.
    assert {path.name for path in (folder / "quizzes").iterdir()} == {p.name for p in assignments}
    for assignment in assignments:
        assert (folder / "source" / assignment.name / f"{assignment.name}.ipynb").is_file()


def test_sources_that_were_copied_before_leave_a_learner_s_folder(folder):
    """Before, every course directory got them. What somebody changed is named, and stays."""
    course.prepare(folder, teaching=True)
    changed = folder / "source" / "quiz-02" / "quiz-02.ipynb"
    changed.write_text(changed.read_text("utf-8") + "\n", "utf-8")
    own = folder / "source" / "mine" / "mine.ipynb"
    own.parent.mkdir()
    own.write_text("{}", "utf-8")
    (note,) = course.prepare(folder)
    assert say(note).startswith("You changed source/quiz-02/quiz-02.ipynb")
    left = {path for path in (folder / "source").rglob("*") if path.is_file()}
    assert left == {changed, own}


@pytest.mark.parametrize("what", ["roster.csv", "submitted", "gradebook.db"])
def test_a_class_s_course_is_not_made_a_learner_s_folder(folder, what, capsys):
    course.prepare(folder, teaching=True)
    (folder / what).mkdir()
    assert cli.main(["lab", "--course", str(folder), "--no-browser"]) == 1
    assert "crossroads teach --course course" in capsys.readouterr().err
    assert (folder / "source" / "quiz-01" / "quiz-01.ipynb").is_file()


def test_a_teacher_who_has_a_course_from_before_is_told_where(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "gradebook.db").touch()
    assert cli.main(["grade", "quiz-01"]) == 1
    assert "--course course" in capsys.readouterr().err


def test_nbgrader_finds_its_helpers_where_the_environment_is_not_activated(monkeypatch):
    monkeypatch.setenv("PATH", os.defpath)
    course.use_own_commands()
    assert Path(shutil.which("alembic")).parent == Path(sysconfig.get_path("scripts"))
    once = os.environ["PATH"]
    course.use_own_commands()
    assert os.environ["PATH"] == once


def test_a_port_in_use_is_one_clear_line(origin, folder, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert cli.main(["lab", "--course", str(folder), "--port", str(port)]) == 1
    assert (
        capsys.readouterr().err
        == f"crossroads: Port {port} is in use. Choose another with --port.\n"
    )


def test_a_course_directory_that_cannot_be_written_is_one_clear_line(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert cli.main(["lab", "--course", str(tmp_path / "file" / "course")]) == 1
    assert capsys.readouterr().err.startswith("crossroads: Not a directory")


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, crossroads; print(*{'pandas', 'matplotlib', 'ipywidgets'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_command_starts_without_pandas():
    """Each command imports the course and what it needs when it runs."""
    code = "import sys, crossroads.course, crossroads.cli; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_new_version_leaves_everything_that_was_changed_alone_and_names_it(
    origin, folder, tmp_path, monkeypatch
):
    """A lesson, a quiz that was answered, a teacher's source and rubric; and what is unchanged."""
    sources = tmp_path / "assignments"
    shutil.copytree(ASSIGNMENTS / "quiz-01", sources / "quiz-01")
    monkeypatch.setattr(preparation, "assignments_dir", lambda: sources)
    (origin.parent / "glossary.md").write_text("terms")
    assert course.prepare(folder, teaching=True) == []
    places = {
        "lessons/00-start-here.ipynb": origin,
        "source/quiz-01/quiz-01.ipynb": sources / "quiz-01" / "quiz-01.ipynb",
        "source/quiz-01/rubric.yml": sources / "quiz-01" / "rubric.yml",
        "quizzes/quiz-01/quiz-01.ipynb": sources / "quiz-01" / "quiz-01.ipynb",
    }
    mine = {}
    for target in places:
        path = folder / target
        path.write_text(path.read_text("utf-8") + "\n", "utf-8")
        mine[target] = path.read_bytes()
    for path in {*places.values(), origin.parent / "glossary.md"}:
        path.write_text(path.read_text("utf-8").replace("Fair play.", "Fair play!") + " ", "utf-8")
    notes = course.prepare(folder, teaching=True)
    assert sorted(note.values["file"] for note in notes) == sorted(places)
    assert {target: (folder / target).read_bytes() for target in places} == mine
    assert (folder / "lessons" / "glossary.md").read_text() == "terms ", "unchanged: it follows"
    # Renamed, as the note says: the new version comes, and one's own stays.
    quiz = folder / "quizzes" / "quiz-01" / "quiz-01.ipynb"
    quiz.rename(quiz.with_name("mine.ipynb"))
    notes = course.prepare(folder, teaching=True)
    assert not any(note.values["file"].startswith("quizzes/") for note in notes)
    assert "Fair play!" in quiz.read_text("utf-8")
    assert quiz.with_name("mine.ipynb").read_bytes() == mine["quizzes/quiz-01/quiz-01.ipynb"]


def test_what_a_course_has_is_asked_of_one_object(folder, origin):
    own = Course(folder)
    assert not own.has_gradebook and own.submissions("quiz-01") == [] == own.people()
    course.prepare(folder)
    assert own.progress.is_dir()
    assert not own.has_released("quiz-01")
    notebook = own.released("quiz-01")
    notebook.parent.mkdir(parents=True)
    notebook.write_text("{}")
    assert not own.has_released("quiz-01"), "nbgrader's gradebook belongs to it"
    with own.open_gradebook():
        pass
    assert own.has_gradebook and own.has_released("quiz-01") and "quiz-01" in own.assignments()
    own.submitted("ann", "quiz-01").mkdir(parents=True)
    assert own.is_submitted("ann", "quiz-01") and own.submitters() == {"ann"}
    assert [path.parent.name for path in own.submissions("quiz-01")] == ["ann"]
    assert not own.is_submitted("ann", "quiz-02")


def test_a_relative_course_has_an_absolute_gradebook(folder, monkeypatch):
    """SQLite's address would else change with the process's folder."""
    folder.mkdir()
    monkeypatch.chdir(folder.parent)
    assert Course(folder.name).gradebook_url == f"sqlite:///{folder.resolve() / 'gradebook.db'}"


def test_a_place_that_is_not_declared_has_no_path(folder):
    with pytest.raises(KeyError):
        Course(folder).place("notes")


def test_nobody_else_puts_together_paths_of_a_course_directory():
    """A path made elsewhere would be missed where a place is renamed, listed or forgotten."""
    package = Path(course.__file__).parents[1]
    names = "|".join(re.escape(name) for name in course.PLACES)
    # With / before it; or a pattern for glob that begins with it.
    joined = re.compile(rf"""/ f?["']({names})["'/]|glob\(f?["']({names})/""")
    # A trial of the hub has an exchange of its own.
    allowed = {'exchange = folder / "exchange"', 'exchange=here / "exchange",'}
    # In the sandbox, whose folders are no course's.
    allowed |= {'(place / "data").symlink_to(data_dir())'}
    found = [
        f"{path.relative_to(package)}: {line.strip()}"
        for path in sorted(package.rglob("*.py"))
        # Where a course's content lies is known below the course directory's own room.
        if package / "course" not in path.parents and path.name != "content.py"
        for line in path.read_text("utf-8").splitlines()
        if joined.search(line) and line.strip() not in allowed
    ]
    assert found == []
