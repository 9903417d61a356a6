"""A course of one's own, as ``crossroads new`` writes it: taught, quizzed, graded, fed back."""

import itertools
import json
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest
from graders import LINUX, QUIET
from guides import commands, run
from nbclient import NotebookClient
from nbgrader.api import Gradebook
from quizzes import items, put_answers

import crossroads as cr
from crossroads import content, tables
from crossroads.cli import main
from crossroads.course import Course
from crossroads.course.new_course import write_new_course
from crossroads.course.releases import static
from crossroads.explorers import tables as explorer
from crossroads.lessons import progress, renumbered
from crossroads.questions.answers import NotYet

pytestmark = [QUIET, LINUX]

QUIZ = "quiz-01"
TEMPLATE = static("new_course")
ITEMS = items(TEMPLATE / "source" / QUIZ)
MARKED = [item for item in ITEMS if item.test]
FULL = sum(item.points for item in MARKED)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A course of one's own, in use as where its teacher's terminal is in its folder."""
    folder = tmp_path_factory.mktemp("taught") / "my-course"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(content.VARIABLE, "")
        patch.setenv("CROSSROADS_PROGRESS", str(folder / "progress"))
        write_new_course(folder, 'Lanes & loads: "a" <course> {for} you')
        patch.chdir(folder)
        yield folder


def test_the_course_that_is_in_use_is_the_one_around(own, monkeypatch):
    monkeypatch.chdir(own / "lessons")
    assert content.own() == own
    assert content.about().title == 'Lanes & loads: "a" <course> {for} you'
    assert list(tables.resources()) == ["counts"] and len(cr.load("counts")) == 12
    monkeypatch.chdir(own.parent)
    assert content.own() is None and content.about().id == "crossroads"
    assert content.own(own / "source") == own, "a command is told where its course is"
    assert len(cr.load("claims")) == 55


@pytest.mark.parametrize("item", MARKED, ids=lambda item: item.id)
def test_each_question_gives_what_it_says(item):
    """The solution all points, an empty line none, each wrong option its score and its reason."""
    assert item.mark().score == item.points
    blank = item.mark(item.answer.split("### BEGIN SOLUTION")[0])
    assert blank.score == 0 and isinstance(blank.error, NotYet)
    call = item.call()
    if item.kind == "single":
        for code in set(item.options) - {call["key"]}:
            outcome = item.mark(item.line(code))
            assert outcome.score == 0 and call["why"][code] in outcome.said
            assert code in call["misconceptions"]
    elif item.kind == "multiple":
        for size in range(1, len(item.options) + 1):
            for chosen in map(set, itertools.combinations(item.options, size)):
                share = len(chosen & call["key"]) - len(chosen - call["key"])
                outcome = item.mark(item.line(chosen))
                assert outcome.score == max(share, 0) * item.points / len(call["key"])
                assert all(call["why"][code] in outcome.said for code in chosen)
    elif item.kind == "match":
        for left, right in itertools.product(item.left, item.options):
            outcome = item.mark(item.line({**call["key"], left: right}))
            if right != call["key"][left]:
                assert outcome.score == item.points * (1 - 1 / len(item.left))
                assert call["why"][left] in outcome.said
    else:
        assert item.kind == "number" and call["slips"]
        for slip, why in call["slips"].items():
            outcome = item.mark(value=slip)
            assert outcome.score == 0 and why in outcome.said


def test_the_lesson_runs_and_its_answers_are_right(own, warm_kernels):
    """From a clean kernel, with the blank filled in; each self-check has a right answer."""
    path = own / "lessons" / "01-did-the-lane-do-it.ipynb"
    lesson = nbformat.read(path, as_version=4)
    for cell in lesson.cells:
        if cell.source == "difference = ...":
            cell.source = 'difference = rise["bridge"] - rise["market"]'
    folder = {"metadata": {"path": str(path.parent)}}
    NotebookClient(lesson, timeout=120, resources=folder).execute()
    shown = {c.id: json.dumps(c.outputs) for c in lesson.cells if c.cell_type == "code"}
    assert "Correct" in shown["check-difference"]
    assert "Bicycles a day at two places in Alderwick" in shown["explorer"]
    assert "missing" in shown["explorer"], "August at the market"
    assert "71.0" in shown["rise"] and "45.5" in shown["rise"], "as the article and the text say"
    asked = {cell.source.split('"')[1] for cell in lesson.cells if "cr.check(" in cell.source}
    from crossroads.lessons.checks import lesson_items

    assert asked == set(lesson_items("01"))
    assert cr.course_map().count("Did the lane do it?") == 1


def test_its_readme_is_followed_from_the_lesson_to_the_feedback(own):
    """Each command of its box; between release and collect three students submit."""
    (own / "downloads").mkdir()
    said = {}
    for line in commands(own / "README.md"):
        if " collect " in line:
            hand_in(own)
        done = run(line)
        assert done.code == 0, f"{line}\n{done.out}{done.err}"
        said[line.split()[1]] = done.out
    assert "JupyterLab" in said["teach"]
    assert "3 graded" in said["grade"]
    with Gradebook(Course(own).gradebook_url) as book:
        marks = {s.student.id: s.score for s in book.assignment_submissions(QUIZ)}
    assert marks == {"s001": FULL, "s002": 0, "s003": FULL - 1}
    page = (own / "feedback" / "s003" / QUIZ / f"{QUIZ}.html").read_text("utf-8")
    assert "A visit isn&#39;t reading" in page or "A visit isn't reading" in page


def hand_in(own):
    """All right, nothing, and one wrong: as a platform's download of a folder for each."""
    with zipfile.ZipFile(next((own / "packages").glob("*.zip"))) as package:
        (name,) = [n for n in package.namelist() if n.endswith(f"/quizzes/{QUIZ}/{QUIZ}.ipynb")]
        text = package.read(name).decode()
        names = package.namelist()
    assert f"{QUIZ}/crossroads.yml" in names and f"{QUIZ}/data/counts.csv" in names
    assert f"{QUIZ}/lessons/checks/01.yml" in names
    assert not [name for name in names if "source" in name or "rubric" in name]
    right = {item.id: item.answer for item in MARKED}
    given = {"s001": right, "s002": {}, "s003": {**right, "q1": 'q1 = "a"'}}
    with zipfile.ZipFile(own / "downloads" / f"{QUIZ}.zip", "w") as download:
        for student, answers in given.items():
            notebook = put_answers(nbformat.reads(text, as_version=4), answers)
            download.writestr(f"{student}/{QUIZ}.ipynb", nbformat.writes(notebook))


def test_what_students_get_is_a_course_that_works_and_names_no_other(own, tmp_path, monkeypatch):
    """Unpacked elsewhere: its own lessons and tables, and no word of the package's own course."""
    with zipfile.ZipFile(next((own / "packages").glob("*.zip"))) as package:
        package.extractall(tmp_path)
    home = tmp_path / QUIZ
    monkeypatch.setenv(content.VARIABLE, "")
    monkeypatch.chdir(home)
    assert content.own() == home and len(cr.load("counts")) == 12
    assert main(["check", QUIZ, "--course", "."]) == 1, "nothing is answered yet"
    readme = (home / "README.txt").read_text("utf-8")
    assert '"Lanes & loads: "a" <course> {for} you"' in readme and "Tajik" not in readme
    with zipfile.ZipFile(next((home / "setup").glob("*.whl"))) as wheel:
        names = wheel.namelist()
        record = wheel.read(next(n for n in names if n.endswith("/RECORD"))).decode()
    assert {line.split(",")[0] for line in record.splitlines()} == set(names)
    assert not [
        n for n in names if n.startswith(("crossroads/course/data", "crossroads/course/le"))
    ]
    assert not [n for n in names if "new_course/" in n], "it holds keys"


def test_nbgrader_calls_the_course_by_its_own_name(own):
    from traitlets.config.loader import PyFileConfigLoader

    settings = PyFileConfigLoader("nbgrader_config.py", str(own)).load_config()
    assert settings.CourseDirectory.course_id == "my-course"


def test_old_names_of_the_package_s_course_mean_nothing_here(own):
    """A course of one's own may well have a self-check 09-map or a quiz-09."""
    assert renumbered.item("09-map") == "09-map" and renumbered.moved("quiz-09/q1") == "quiz-09/q1"
    progress.record("09-map", "right", "a")
    assert progress.recall("09-map")["state"] == "right" and not progress.recall("12-map")


def test_its_own_course_is_no_learner_s_folder(own, capsys):
    """`lab` would take the sources out of it: they are the only ones."""
    assert main(["lab", "--course", str(own), "--no-browser"]) == 1
    said = capsys.readouterr().err
    assert "crossroads teach" in said
    assert (own / "source" / QUIZ / f"{QUIZ}.ipynb").is_file()


def test_a_folder_made_from_it_can_be_taken_elsewhere(own, tmp_path, monkeypatch):
    """A learner's folder has lessons, tables and the released quiz, and no key."""
    from crossroads.course import prepare

    assert prepare(tmp_path / "learner") == []
    shutil.move(tmp_path / "learner", tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path / "elsewhere" / "lessons")
    monkeypatch.setenv(content.VARIABLE, "")
    assert content.own() == tmp_path / "elsewhere" and len(cr.load("counts")) == 12
    quiz = (tmp_path / "elsewhere" / "quizzes" / QUIZ / f"{QUIZ}.ipynb").read_text("utf-8")
    assert "HIDDEN TESTS" not in quiz and "BEGIN SOLUTION" not in quiz
    assert not (tmp_path / "elsewhere" / "source").exists()


# -- names, and folders as people have them --------------------------------------------------------


def test_a_fresh_clone_becomes_a_course_and_keeps_what_is_in_it(tmp_path, monkeypatch, capsys):
    """Whoever makes the repository first has .git, a licence and perhaps a README there."""
    clone = tmp_path / "Radfahren 2027 (Übung)"
    (clone / ".git").mkdir(parents=True)
    (clone / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (clone / "LICENSE").write_text("mine")
    monkeypatch.chdir(clone)
    assert main(["new", "."]) == 0
    about = content.about(clone)
    assert (about.id, about.title) == ("Radfahren-2027-bung", "Radfahren 2027 (Übung)")
    assert (clone / ".git" / "HEAD").is_file() and (clone / "LICENSE").read_text() == "mine"
    assert main(["new", "."]) == 1
    assert "exists already" in capsys.readouterr().err


def test_what_is_there_is_never_overwritten(tmp_path, capsys):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.csv").write_text("a\n1\n")
    assert main(["new", str(tmp_path)]) == 1
    assert f"{tmp_path / 'data'} exists already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
    (tmp_path / "file").write_text("")
    assert main(["new", str(tmp_path / "file")]) == 1


@pytest.mark.parametrize("id_", ["./course101", "../x", "a b", "", "é", "x" * 65, "-rf"])
def test_an_id_that_nbgrader_or_a_hub_would_stumble_over_is_refused(tmp_path, id_, capsys):
    """nbgrader's own quickstart takes ./course101, and then looks for feedback in vain."""
    folder = tmp_path / "%%" if not id_ else tmp_path / "course"
    assert main(["new", str(folder), f"--id={id_}"]) == 1
    assert "letters, digits, - and _" in capsys.readouterr().err
    assert not folder.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id: x\ntitle: [", "is not valid YAML"),
        ("- id\n", "give the course an id"),
        ("id: x\n", "give the course a title"),
        ("id: x\ntitle: 7\n", "give the course a title"),
        ("id: x\ntitle: a\nlooks: {DE: 1}\n", "three numbers"),
        ("id: x\ntitle: a\nlooks: {DE: [0, 0, 9]}\n", "from 0 to 5"),
        ("\xff\xfe", "give the course an id"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, text, says):
    (tmp_path / content.FILE).write_text(text, "utf-8")
    with pytest.raises(ValueError, match=says) as error:
        content.about(tmp_path)
    assert str(tmp_path / content.FILE) in str(error.value)


@pytest.mark.parametrize("text", ["{", '{"resources": [{}]}', "[]"])
def test_a_list_of_tables_that_cannot_be_read_is_named(tmp_path, monkeypatch, text):
    (tmp_path / content.FILE).write_text("id: x\ntitle: a\n")
    (tmp_path / "data").mkdir()
    monkeypatch.setenv(content.VARIABLE, str(tmp_path))
    with pytest.raises(tables.DataError, match=r"no datapackage.json"):
        cr.load("counts")
    (tmp_path / "data" / "datapackage.json").write_text(text)
    with pytest.raises(tables.DataError, match=r"datapackage\.json"):
        cr.load("counts")


def test_a_course_without_tables_is_a_course(tmp_path, monkeypatch):
    """A course on poems has none, and grading asks for none."""
    (tmp_path / content.FILE).write_text("id: poems\ntitle: Poems\n")
    monkeypatch.setenv(content.VARIABLE, str(tmp_path))
    assert not tables.has_tables() and tables.names() == [] and len(tables.a_table()) == 1


# -- the explorer with tables that aren't all text -------------------------------------------------


def test_the_explorer_finds_in_numbers_and_shows_what_its_code_gives(own):
    from crossroads.explorers._code import run as run_code

    assert list(explorer.titles()) == ["counts"]
    choices = explorer.Choices(name="counts", find="640")
    assert list(explorer.rows(choices)["month"]) == ["2025-06"]
    assert "<mark>640</mark>" in explorer.view(choices)
    assert run_code(explorer.code(choices)).equals(explorer.rows(choices))
    some = explorer.Choices(name="counts", columns={"counts": ["month", "market"]})
    assert "12 of 12. Columns shown: 2 of 4." in explorer.describe(some)
    assert run_code(explorer.code(some)).equals(explorer.rows(some))
    assert "Bicycles a day" in cr.article_table(1)
    with pytest.raises(ValueError, match="no table 2"):
        cr.article_table(2)


def test_the_template_is_one_whole_of_what_it_promises():
    kinds = {Path(name).suffix for name in map(str, TEMPLATE.rglob("*"))}
    assert {".md", ".csv", ".json", ".ipynb", ".yml"} <= kinds
    texts = "".join(p.read_text("utf-8") for p in TEMPLATE.rglob("*") if p.is_file())
    assert "Tajik" not in texts and "nvented" in (TEMPLATE / "article.md").read_text("utf-8")
