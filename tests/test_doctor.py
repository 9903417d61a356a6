from pathlib import Path

from crossroads import doctor
from crossroads.doctor import Finding, findings, report


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


def test_missing_parts_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *_: [str(tmp_path)])
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    monkeypatch.delenv("CHROMIUM", raising=False)
    found = {f.what: f.ok for f in findings(tmp_path)}
    assert found["pen"] is False
    assert found["bubblewrap (safe grading)"] is None
    assert found["browser on this machine"] is None
