import json
import socket
from importlib.resources import files
from pathlib import Path

import pytest

from crossroads.cli import doctor
from crossroads.cli.doctor import Finding, findings, report


def test_this_environment_works(tmp_path):
    assert {f.what for f in findings(tmp_path / "course") if f.ok is False} == set()


def test_a_report_says_what_to_do_about_what_is_missing():
    said = []
    works = report(
        iter([Finding("one", True, "fine", "x"), Finding("two", False, "broken", "mend it")]),
        said.append,
    )
    assert not works
    assert said[:2] == ["yes  one: fine.", "NO   two: broken. To do: mend it."]


def test_what_only_some_need_does_not_fail_the_course():
    said = []
    assert report(iter([Finding("sandbox", None, "not there", "install it")]), said.append)
    assert "To do: install it" in said[0]


def test_a_course_directory_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    finding = doctor._writable(Path(tmp_path / "file"))
    assert finding.ok is False


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Writes a file of Jupyter's settings that is nearer than the environment's own."""
    folder = tmp_path / "jupyter"
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(folder))

    def write(name, content):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    return write


def look(tmp_path):
    return {finding.what: finding for finding in findings(tmp_path)}


def test_missing_parts_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *_: [str(tmp_path)])
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    monkeypatch.delenv("CHROMIUM", raising=False)
    found = look(tmp_path)
    assert found["pen"].ok is False
    assert found["pen"].detail == "not installed: crossroads-pen"
    assert found["sandbox (safe grading)"].ok is None
    assert found["Chromium (for `make test`)"].ok is None


def test_a_pen_that_was_switched_off_is_found(tmp_path, settings):
    settings(
        "labconfig/page_config.json", json.dumps({"disabledExtensions": {"crossroads-pen": True}})
    )
    found = look(tmp_path)
    assert (found["pen"].ok, found["pen"].detail) == (False, "switched off")
    assert found["pen"].do == "jupyter labextension enable crossroads-pen"
    assert found["nbgrader in JupyterLab"].ok


def test_a_switched_off_part_of_nbgrader_is_found(tmp_path, settings):
    name = "nbgrader.server_extensions.formgrader"
    off = {"ServerApp": {"jpserver_extensions": {name: False}}}
    settings("jupyter_server_config.d/mine.json", json.dumps(off))
    found = look(tmp_path)["nbgrader in the server"]
    assert (found.ok, found.detail) == (False, "switched off: formgrader")
    assert found.do == f"jupyter server extension enable {name}"


@pytest.mark.parametrize("kind", ["student", "instructor", "grader"])
def test_a_server_at_a_hub_has_what_its_people_need(tmp_path, monkeypatch, kind):
    place = files("crossroads") / "static" / "hub" / kind
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(place))
    monkeypatch.setenv("CROSSROADS_SERVER", kind)
    found = look(tmp_path)["nbgrader in the server"]
    assert found.ok and "validate assignment" in found.detail
    assert ("formgrader" in found.detail) == (kind == "grader")


def test_a_server_of_a_kind_that_is_not_known_is_looked_at_as_any_other(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSROADS_SERVER", "tutor")
    assert look(tmp_path)["nbgrader in the server"].ok


def test_a_damaged_settings_file_is_named(tmp_path, settings):
    settings("jupyter_server_config.json", "{")
    found = look(tmp_path)["Jupyter's settings"]
    assert found.ok is False
    assert "jupyter_server_config.json is damaged" in found.detail


def test_a_package_of_the_wrong_version_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "version", lambda name: "1.0" if name == "pandas" else "99")
    monkeypatch.setattr(doctor, "DISTRIBUTIONS", ("crossroads-course",))
    monkeypatch.setattr(doctor, "requires", lambda _: ["pandas>=3.1,<4", "pyyaml>=6"])
    found = look(tmp_path)
    assert (found["packages"].ok, found["packages"].detail) == (
        False,
        "pandas is 1.0, not <4,>=3.1",
    )
    assert "pen" not in found


def test_two_distributions_of_the_same_package_are_named(tmp_path, monkeypatch):
    """pip installs both without a word, and taking one away then breaks the other."""
    monkeypatch.setattr(doctor, "requires", lambda _: [])
    found = look(tmp_path)["packages"]
    assert not found.ok and "crossroads-course and crossroads-grading" in found.detail
    assert "uninstall" in found.do


def test_a_port_in_use_does_not_fail_the_course(tmp_path, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setattr(doctor, "FIRST_PORT", port)
        found = look(tmp_path)[f"port {port}"]
    assert (found.ok, "next free" in found.detail) == (None, True)
