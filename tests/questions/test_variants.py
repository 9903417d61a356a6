"""Values of its own in each copy: drawn, written into copies, and checked when marking."""

import json
import re
from types import SimpleNamespace

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from quizzes import assignments, items, read

import crossroads as cr
from crossroads.cli import main
from crossroads.course import checked_id, draw_anew, personal_copies
from crossroads.questions import variants
from crossroads.questions.answers import NotYet, genuine

SPACE = {"country": ["TJK", "UZB", "KGZ"], "year": [2010, 2012, 2014, 2016]}
FOLDER = next(f for f in assignments() if any(item.varies for item in items(f)))
NAME = FOLDER.name


@given(st.text(min_size=1), st.binary(min_size=8, max_size=40))
def test_a_student_always_draws_the_same_and_what_can_be_drawn(student, secret):
    drawn = variants.draw(SPACE, secret, student, "quiz-03")
    assert drawn == variants.draw(SPACE, secret, student, "quiz-03")
    assert all(drawn[name] in choices for name, choices in SPACE.items())


def test_students_secrets_and_assignments_draw_on_their_own():
    def drawn(n, secret=b"a", assignment="quiz-03"):
        return tuple(variants.draw(SPACE, secret, f"s{n}", assignment).values())

    students = range(600)
    counts = [sum(drawn(n)[0] == country for n in students) for country in SPACE["country"]]
    # Each has 200 expected; beyond 6 standard deviations (11.5) something is wrong.
    assert all(abs(count - 200) < 70 for count in counts)
    for other in ({"secret": b"b"}, {"assignment": "quiz-04"}):
        same = sum(drawn(n) == drawn(n, **other) for n in students)
        assert same < 150, "expected: 50 of 600"


def test_a_copy_holds_the_values_and_nothing_else_changes():
    notebook = read(FOLDER)
    space = variants.space_of(notebook)
    values = {name: choices[-1] for name, choices in space.items()}
    own = variants.personalise(notebook, values)
    assert variants.values_in(own) == values
    differing = [a.id for a, b in zip(notebook.cells, own.cells, strict=True) if a != b]
    assert set(differing) <= {"values"}


@pytest.mark.parametrize("line", ["mine = 3", "mine = cr.variant(year=now())", "mine =", ""])
def test_a_broken_line_is_no_values(line):
    notebook = read(FOLDER)
    next(c for c in notebook.cells if c.id == "values").source = line
    with pytest.raises(ValueError, match="was changed"):
        variants.values_in(notebook)


def test_a_variant_is_read_by_name_and_shown():
    mine = cr.variant(country="UZB", year=2016)
    assert (mine.country, mine.year) == ("UZB", 2016)
    assert repr(mine) == "Your values: country UZB, year 2016"


def test_in_nbgraders_folder_a_student_needs_the_values_drawn(tmp_path, monkeypatch):
    place = tmp_path / "autograded" / "ann" / "quiz-03"
    place.mkdir(parents=True)
    monkeypatch.chdir(place)
    assert genuine(cr.variant(year=2010), year=2010).year == 2010
    (tmp_path / "variants").mkdir()
    table = tmp_path / "variants" / "quiz-03.json"
    table.write_text(json.dumps({"ann": {"year": 2014}, "ben": {"year": 2012}}))
    assert genuine(cr.variant(year=2014), year=2010).year == 2014
    for mine in (cr.variant(year=2012), cr.variant(year=2010), cr.variant(year=2014.0), None):
        with pytest.raises(NotYet, match=re.escape("mine = cr.variant(year=2014)")):
            genuine(mine, year=2010)
    other = tmp_path / "autograded" / "eve" / "quiz-03"
    other.mkdir(parents=True)
    monkeypatch.chdir(other)
    assert genuine(SimpleNamespace(year=2010), year=2010).year == 2010, "nothing drawn for Eve"


def test_each_student_of_a_roster_gets_a_copy(tmp_path, capsys):
    roster = tmp_path / "roster.csv"
    roster.write_text("student_id,name\nann,Ann\nben,Ben\n", encoding="utf-8")
    command = ["variant", NAME, "--roster", str(roster), "--course", str(tmp_path)]
    assert main(command) == 0
    assert capsys.readouterr().out.startswith("2 copies")
    drawn = json.loads((tmp_path / "variants" / f"{NAME}.json").read_text("utf-8"))
    assert set(drawn) == {"ann", "ben"}
    for student, values in drawn.items():
        path = tmp_path / "variants" / NAME / student / f"{NAME}.ipynb"
        copy = nbformat.read(path, as_version=4)
        assert variants.values_in(copy) == values
        assert "HIDDEN TESTS" not in path.read_text("utf-8")
    again = personal_copies(tmp_path, NAME, ["ann", "eve"])
    assert variants.values_in(nbformat.read(again[0], 4)) == drawn["ann"]
    table = json.loads((tmp_path / "variants" / f"{NAME}.json").read_text("utf-8"))
    assert set(table) == {"ann", "ben", "eve"}
    secret = tmp_path / "variants" / "secret"
    assert secret.stat().st_mode & 0o077 == 0


def test_a_learner_draws_as_often_as_they_like_and_loses_nothing(tmp_path):
    path, before = draw_anew(tmp_path, NAME, "me")
    assert before is None
    seen = []
    for attempt in (1, 2, 3):
        nb = nbformat.read(path, 4)
        nb.cells[0].source += f" Attempt {attempt}."
        nbformat.write(nb, path)
        written, held = path.read_bytes(), variants.values_in(nb)
        path, before = draw_anew(tmp_path, NAME, "me")
        assert before.read_bytes() == written
        assert variants.values_in(nbformat.read(path, 4)) != held
        seen.append(before)
    assert len(set(seen)) == 3
    table = json.loads((tmp_path / "variants" / f"{NAME}.json").read_text("utf-8"))
    assert table == {"me": variants.values_in(nbformat.read(path, 4))}


@pytest.mark.parametrize("strange", ["../ann", "", " ", ".ann", "a/b", "a\\b", "a\nb", "a" * 200])
def test_an_id_that_is_no_folders_name_is_refused(strange):
    with pytest.raises(ValueError, match="cannot be a student's id"):
        checked_id(strange)


@pytest.mark.parametrize("usual", ["ann", "Ann.Lee@uni.example", "u-12_3", "Шарифа", "42"])
def test_usual_ids_are_accepted(usual):
    assert checked_id(usual) == usual


@pytest.mark.parametrize(
    ("name", "says"), [("quiz-01", "no values to draw"), ("quiz-77", "there is no assignment")]
)
def test_what_cannot_be_drawn_is_said(name, says, tmp_path, capsys):
    assert main(["variant", name, "--course", str(tmp_path)]) == 1
    assert says in capsys.readouterr().err
