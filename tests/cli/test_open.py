"""What the commands that open a page say at a hub, whose people reach no port of the machine."""

import pytest

from crossroads.cli import main

PREFIX = "/services/crossroads/"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A terminal of a hub's desk, in its course directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", PREFIX)
    monkeypatch.setenv("CROSSROADS_PROGRESS", str(tmp_path / "progress"))
    # The command leaves what it was asked in the environment.
    for name in ("CROSSROADS_QUIZ", "CROSSROADS_MARKER"):
        monkeypatch.setenv(name, "")
    return tmp_path


def test_at_a_hub_the_page_s_address_is_said(desk, monkeypatch, capsys):
    asked = ["marking", "quiz-01", "--marker", "anna", "--course", "."]
    assert main(asked) == 0
    page = f"{PREFIX}voila/render/marking.ipynb?quiz=quiz-01&marker=anna"
    assert capsys.readouterr().out == f"In your browser, add this to the hub's address: {page}\n"
    monkeypatch.setenv("JUPYTERHUB_PUBLIC_URL", "https://hub.example.org/user/x/")
    assert main(["dashboard", "--course", "."]) == 0
    page = f"https://hub.example.org{PREFIX}voila/render/dashboard.ipynb"
    assert capsys.readouterr().out == f"Open {page}\n"


def test_a_server_that_shows_another_course_is_no_way_there(desk, monkeypatch, capsys):
    (desk / "mine").mkdir()
    assert main(["dashboard", "--course", "mine"]) == 1
    said = capsys.readouterr().err
    assert f"this server shows {desk}" in said and "Course List" in said
    monkeypatch.delenv("CROSSROADS_PROGRESS")
    assert main(["dashboard", "--course", "."]) == 1
