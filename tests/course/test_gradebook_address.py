"""Where a course's gradebook is, as people write it in nbgrader's settings."""

import json
import re
from pathlib import Path

import pytest

from crossroads.course import Course, gradebook_address
from crossroads.course.releases import static


@pytest.fixture(autouse=True)
def no_other_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "user"))
    monkeypatch.delenv("JUPYTER_CONFIG_PATH", raising=False)
    monkeypatch.delenv(gradebook_address.VARIABLE, raising=False)


def course(folder, *lines, shipped=True):
    folder.mkdir(exist_ok=True)
    text = static("nbgrader_config.py").read_text("utf-8") if shipped else "c = get_config()\n"
    (folder / "nbgrader_config.py").write_text("\n".join([text, *lines]), "utf-8")
    return Course(folder)


def at(url):
    return f"c.CourseDirectory.db_url = {url!r}"


def test_without_a_setting_it_is_the_file_in_the_course(tmp_path):
    bare = Course(tmp_path / "bare")
    assert bare.gradebook.file == tmp_path / "bare" / "gradebook.db" and not bare.has_gradebook
    assert course(tmp_path / "a").gradebook_url == f"sqlite:///{tmp_path}/a/gradebook.db"


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:////srv/marks.db", "/srv/marks.db"),
        # As nbgrader's own documentation has it: nbgrader runs in the course's folder.
        ("sqlite:///grades.db", "{course}/grades.db"),
        ("sqlite+pysqlite:////srv/marks.db?timeout=0", "/srv/marks.db"),
        ("sqlite:///file:/srv/marks.db?mode=rw&uri=true", "/srv/marks.db"),
    ],
)
def test_a_file_elsewhere(tmp_path, url, file):
    own = course(tmp_path / "course", at(url))
    assert own.gradebook.file == Path(file.format(course=tmp_path / "course"))
    assert own.gradebook.file in own.hidden(), "no student's code may see it"
    assert ("timeout=0" in url) == ("timeout=0" in own.gradebook_url)


def test_a_course_whose_root_is_elsewhere_has_its_gradebook_there(tmp_path):
    own = course(tmp_path / "office", f"c.CourseDirectory.root = {str(tmp_path / 'course')!r}")
    assert own.gradebook.file == tmp_path / "course" / "gradebook.db" == own.place("gradebook.db")
    assert own.gradebook.file in own.hidden(), "no student's code may see it"
    assert own.gradebook.shown == str(own.gradebook.file)


def test_the_settings_may_be_json_and_json_counts_more(tmp_path):
    """As with nbgrader, which reads Jupyter's files in this order."""
    said = {"CourseDirectory": {"db_url": "sqlite:////srv/json.db"}}
    for own in (course(tmp_path / "both", at("sqlite:////srv/py.db")), Course(tmp_path / "alone")):
        own.path.mkdir(exist_ok=True)
        (own.path / "nbgrader_config.json").write_text(json.dumps(said), "utf-8")
        assert own.gradebook.file == Path("/srv/json.db") == own.place("gradebook.db")
    (own.path / "nbgrader_config.json").write_text(json.dumps(said).replace("sqlite:", "x"))
    with pytest.raises(ValueError, match=r"nbgrader_config\.json: CourseDirectory\.db_url"):
        own.has_gradebook  # noqa: B018


def test_a_server_s_password_is_given_to_it_alone(tmp_path, monkeypatch):
    own = course(tmp_path / "course")
    monkeypatch.setenv(gradebook_address.VARIABLE, "postgresql+psycopg://cr:pass%40word@db/marks")
    assert own.gradebook.shown == "postgresql+psycopg://cr:***@db/marks"
    assert own.gradebook_url.startswith("postgresql+psycopg://cr:pass%40word@db/marks?connect_time")
    assert own.gradebook.file is None and own.has_gradebook
    (tmp_path / "course" / "gradebook.db").touch()
    assert own.gradebook.file is None, "one that was left behind isn't taken"


@pytest.mark.parametrize(
    "url",
    [
        # A path alone, and a password with a sign that has to be written %40 or %2F.
        "/var/courses/BIO362/gradebook.db",
        "postgresql+psycopg://cr:se/cret@@db:port/marks",
        "postgresql+psycopg://cr:secret@db",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_what_is_no_address_is_said_without_its_password(tmp_path, url):
    with pytest.raises(ValueError, match=r"nbgrader_config\.py: CourseDirectory\.db_url") as error:
        course(tmp_path / "course", at(url)).has_gradebook  # noqa: B018
    assert "cret" not in str(error.value)


def test_settings_of_the_machine_count_less_than_the_course_s_own(tmp_path, monkeypatch):
    machine = tmp_path / "machine"
    course(machine, at("sqlite:////srv/all.db"), shipped=False)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(machine))
    assert course(tmp_path / "a").gradebook.file == Path("/srv/all.db")
    own = course(tmp_path / "b", at("sqlite:////srv/b.db"))
    assert own.gradebook.file == Path("/srv/b.db")
    course(tmp_path / "b", at("sqlite:////srv/new.db"))
    assert own.gradebook.file == Path("/srv/new.db"), "what was changed is read again"
    assert Course(tmp_path / "workshop").gradebook.file == tmp_path / "workshop" / "gradebook.db"


def test_broken_settings_and_missing_drivers_are_lines(tmp_path):
    with pytest.raises(ValueError, match="nbgrader_config.py cannot be read: .*invalid syntax"):
        course(tmp_path / "a", "c.CourseDirectory.db_url = ").has_gradebook  # noqa: B018
    for scheme in ("postgresql+psycopg2", "oracle+nothing"):
        own = course(tmp_path / "b", at(f"{scheme}://u:secret@localhost/x"))
        with pytest.raises(ValueError, match="needs a package.*crossroads-course.postgresql") as e:
            own.open_gradebook()
        assert "secret" not in str(e.value)


def test_nobody_else_opens_a_gradebook():
    package = Path(gradebook_address.__file__).parents[1]
    opens = re.compile(r"\bGradebook\(|sqlite3\.connect\(|create_engine\(")
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if opens.search(path.read_text("utf-8"))
    }
    # Two read a file: of a learner's folder, where nbgrader would take half a second; for a backup.
    readers = {"course/renumbering.py", "classroom/backup.py"}
    assert found == {"course/directory.py", *readers}
