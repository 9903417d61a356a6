"""The report on a graded quiz of the simulated class: its numbers, words, files and page."""

import ast
import hashlib
import json
import math
import re
import shutil
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from courses import GRADED, hand_in, whole_class
from graders import LINUX, QUIET
from nbclient import NotebookClient
from nbgrader.api import Gradebook
from quizzes import ASSIGNMENTS, items
from simulated import everybody

from crossroads import report
from crossroads.cli import main
from crossroads.course import Course
from crossroads.grading.run import grade_class

pytestmark = [QUIET, LINUX]

QUIZ = "quiz-03"
ITEMS = items(ASSIGNMENTS / QUIZ)
MARKED = [item for item in ITEMS if item.test]
COUNTED = [s.id for s in everybody() if s.fate in GRADED and s.fate != "blank"]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The course directory, and what each answer must earn by the rules."""
    folder = ASSIGNMENTS / QUIZ
    made = hand_in(folder, tmp_path_factory.mktemp("course"), *whole_class(folder))
    grade_class(made.course, QUIZ, workers=2)
    with made.gradebook() as book:
        for student in made.fates:
            book.update_or_create_student(student)
    return made.course, made.expected


@pytest.fixture
def fresh(graded, tmp_path):
    """A copy of the course, to change."""
    return Path(shutil.copytree(graded[0], tmp_path / "course"))


@pytest.fixture(scope="module")
def written(graded, tmp_path_factory):
    """The folder that ``crossroads report`` wrote."""
    folder = tmp_path_factory.mktemp("report")
    assert main(["report", QUIZ, "--course", str(graded[0]), "--to", str(folder)]) == 0
    return folder


def csv(folder, name):
    return pd.read_csv(folder / f"{name}.csv")


def handed_in(course, student, item):
    """The letters in the file that a student submitted."""
    path = course / "submitted" / student / QUIZ / f"{QUIZ}.ipynb"
    cells = {
        c.metadata.nbgrader.grade_id: c.source
        for c in nbformat.read(path, 4).cells
        if "nbgrader" in c.metadata
    }
    lines = re.findall(rf"^{item.name} = (.*?)(?:  #.*)?$", cells[f"{item.id}-answer"], re.M)
    return ast.literal_eval(lines[-1]) or ""


# -- numbers ---------------------------------------------------------------------------------------


def test_the_numbers_are_those_worked_out_from_the_rules(graded, written):
    expected = graded[1]
    marks = np.array([[expected[s][i.id] for i in MARKED] for s in COUNTED], float)
    most = np.array([i.points for i in MARKED])
    found = csv(written, "items").set_index("item")
    assert list(found.index) == [i.id for i in ITEMS]
    assert found["n"].iloc[:-1].eq(len(COUNTED)).all()
    assert list(found["share"].iloc[:-1]) == pytest.approx(list((marks / most).mean(0)), abs=1e-3)
    whole = marks.sum(1)
    for column, item in enumerate(MARKED):
        r = np.corrcoef(marks[:, column], whole - marks[:, column])[0, 1]
        assert found["r"][item.id] == pytest.approx(r, abs=1e-3)
    k = len(MARKED)
    alpha = k / (k - 1) * (1 - marks.var(0, ddof=1).sum() / whole.var(ddof=1))
    page = (written / "report.html").read_text("utf-8")
    assert f"Cronbach&#39;s alpha is {alpha:.2f} (95 %:" in page
    sem = whole.std(ddof=1) * math.sqrt(1 - alpha)
    assert f"standard error of measurement is {sem:.1f} points" in page
    assert f"Of {most.sum():g} points, the mean is {whole.mean():.1f}" in page
    bars = [int(n) for n in re.findall(r" to [\d.]+: (\d+)[;.] ", page.split("Bar chart.")[1])]
    assert bars[:10] == list(np.histogram(whole, 10, (0, most.sum()))[0])


def test_what_a_class_made_of_the_questions_is_kept_without_names(graded, fresh, written):
    kept = graded[0] / "item-history.csv"
    found = pd.read_csv(kept, dtype={"class": str})
    own = csv(written, "items").set_index("item")
    assert list(found["difficulty"]) == pytest.approx(list(own["share"].dropna()), abs=1e-3)
    assert not any(student in kept.read_text() for student in COUNTED)
    last = found.assign(**{"class": "2001", "difficulty": 0.111, "version": "other"})
    pd.concat([found, last]).to_csv(fresh / "item-history.csv", index=False)
    command = ["report", QUIZ, f"--course={fresh}", "--class", "Evening  2026"]
    assert main(command) == 0
    page = (fresh / "reports" / QUIZ / "report.html").read_text("utf-8")
    part = page.split('id="history"')[1].split("</section>")[0]
    assert "Evening 2026" in part and "11\xa0%" in part and "an earlier one" in part
    assert 'id="history"' not in (written / "report.html").read_text("utf-8")


def test_whoever_reads_a_file_by_its_headings_finds_them(written):
    """Teachers' own sheets and notebooks do: a heading that is renamed is a change to be told."""
    questions, objectives = [i.id for i in ITEMS], sorted({i.objective for i in ITEMS})
    heads = {
        "items": [
            *("item", "kind", "objective", "bloom", "points", "key", "by_hand", "varies"),
            *("question", "n"),
            *("share", "share_low", "share_high", "n_complete", "r", "r_low", "r_high"),
            *("upper_lower", "note", "left_out", "not_reached"),
        ],
        "options": [
            *("item", "option", "text", "in_key", "misconception", "n", "count", "share"),
            *("bottom", "middle", "top"),
        ],
        "students": ["student_id", "status", "why", *questions, "total", *objectives],
        "objectives": ["objective", "n", "share", "mastered", "low", "high"],
        "responses": ["student_id", "item", "points", "blank", "chosen"],
    }
    assert {path.stem: [*csv(written, path.stem)] for path in written.glob("*.csv")} == heads
    found = csv(written, "items").query("n > 0")
    for what in ("share", "r"):
        low, middle, high = (found[what + end] for end in ("_low", "", "_high"))
        assert (low.isna() | ((low <= middle) & (middle <= high))).all() and low.notna().any()
    found = csv(written, "objectives")
    assert ((found["low"] <= found["mastered"]) & (found["mastered"] <= found["high"])).all()


def test_options_are_counted_as_they_were_handed_in(graded, written):
    found = csv(written, "options").set_index(["item", "option"])
    expected = pd.DataFrame(graded[1]).T.loc[COUNTED, [i.id for i in MARKED]].astype(float)
    choices = [i for i in ITEMS if i.kind in ("single", "multiple")]
    assert {item for item, _ in found.index} == {i.id for i in choices} != set()
    for item in choices:
        given = {s: handed_in(graded[0], s, item) for s in COUNTED}
        others = expected.drop(columns=item.id).sum(axis=1).round(6)
        place = (others.rank() - 0.5) / len(others)
        top = set(place.index[place >= 2 / 3])
        for option in item.options:
            row = found.loc[(item.id, option)]
            chose = {s for s, letters in given.items() if option in letters}
            assert row["count"] == len(chose)
            assert row["share"] == pytest.approx(len(chose) / len(COUNTED))
            assert row["top"] == pytest.approx(len(chose & top) / len(top))
            assert row["in_key"] == (option in item.call()["key"])
            names = item.call()["misconceptions"]
            assert option in item.call()["key"] or row["misconception"] == names[option]
        none = sum(not letters for letters in given.values())
        assert found.loc[(item.id, "none"), "count"] == none


def test_students_and_objectives_add_up(graded, written):
    expected = graded[1]
    found = csv(written, "students").set_index("student_id")
    assert list(found.index[found["status"] == "held"]) == ["student-11", "student-17"]
    assert list(found.index[found["status"] == "answered nothing"]) == ["student-21"]
    assert list(found.index[found["status"] == "not submitted"]) == ["student-26"]
    assert found.loc["student-11", [i.id for i in ITEMS]].isna().all(), "missing is never zero"
    for student in COUNTED:
        points = {i.id: expected[student][i.id] for i in MARKED}
        assert found["total"][student] == pytest.approx(sum(points.values()), abs=0.01)
        own = [i for i in MARKED if i.objective == "L3.2"]
        share = sum(points[i.id] for i in own) / sum(i.points for i in own)
        assert found["L3.2"][student] == pytest.approx(share, abs=1e-3)
    reached = csv(written, "objectives").set_index("objective")["mastered"]
    assert reached["L3.2"] == pytest.approx((found["L3.2"].dropna() >= 0.7 - 1e-9).mean())
    page = (written / "report.html").read_text("utf-8")
    assert "held for a person to look at: student-11, student-17." in page
    assert (
        "Not in the totals, because they are marked for fewer than half of the students: q15."
        in page
    )
    assert f"With {len(COUNTED)} students every interval is wide." in page


def test_written_answers_count_once_a_person_has_marked_them(graded, fresh):
    before = report.Analysis(report.read(fresh, QUIZ))
    assert before.reliability.items == len(MARKED)
    with Gradebook(f"sqlite:///{fresh}/gradebook.db") as book:
        for n, student in enumerate(COUNTED[1:]):
            grade = book.find_grade("q15", QUIZ, QUIZ, student)
            grade.manual_score, grade.needs_manual_grade = n % 13, False
        book.db.commit()
    after = report.Analysis(report.read(fresh, QUIZ))
    assert after.reliability.items == len(ITEMS) and after.reliability.n == len(COUNTED) - 1
    assert after.difficulty["n"]["q15"] == len(COUNTED) - 1
    assert f"{COUNTED[0]}" in set(
        after.of.students.loc[after.of.students["status"] == "partly marked", "student_id"]
    )
    assert "1 student with questions still to be marked" in report.summary(after)


def test_what_stock_nbgrader_graded_is_read_too(graded, fresh):
    ours = report.read(fresh, QUIZ)
    shutil.rmtree(Course(fresh).results(QUIZ))
    stock = report.read(fresh, QUIZ)
    pd.testing.assert_frame_equal(ours.chosen, stock.chosen)
    pd.testing.assert_frame_equal(ours.blank, stock.blank)
    pd.testing.assert_frame_equal(ours.points, stock.points)


# -- another key -----------------------------------------------------------------------------------

NEW = {"q1": "all", "q3": "a", "q4": "b|c", "q14": "{b,c}"}
ASKED = [word for item, key in NEW.items() for word in ("--rekey", f"{item}={key}")]


def contents(root):
    files = [p for p in sorted(root.rglob("*")) if p.is_file() and "reports" not in p.parts]
    return {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def follow(steps, path):
    """Change the source as the report says to."""
    notebook, followed = json.loads(path.read_text("utf-8")), 0
    for cell in notebook["cells"]:
        id_ = cell["metadata"].get("nbgrader", {}).get("grade_id")
        for step in steps:
            if not step.startswith(f"{id_}: in its test cell, write "):
                continue
            followed += 1
            source = "".join(cell["source"])
            if step.endswith("in place of everything."):
                cell["source"] = re.search(r"write (\S+) in", step)[1]
            else:
                new = re.search(r"write (key=.*), and correct", step)[1]
                cell["source"], n = re.subn(r'key=("\w"|\{[^}]*\})', lambda _, n=new: n, source)
                assert n == 1
    assert followed == sum("in its test cell" in step for step in steps) > 0
    path.write_text(json.dumps(notebook), "utf-8")


def test_another_key_is_foretold_changes_nothing_and_comes_true_as_told(fresh, capsys):
    before = contents(fresh)
    assert main(["report", QUIZ, "--course", str(fresh), *ASKED]) == 0
    said = capsys.readouterr().out
    assert contents(fresh) == before
    assert "Nothing has been changed. To apply the change:" in said
    folder = fresh / "reports" / QUIZ
    told = csv(folder, "rekey")
    assert set(told["item"]) == set(NEW) and told["note"].isna().all()
    assert "student-21: 0 → 1" in said, "all points for everybody: also who left it out"
    page = (folder / "report.html").read_text("utf-8")
    assert "all points for everybody" in page and "Who would gain and lose" in page

    own = report.Analysis(report.read(fresh, QUIZ))
    change = report.rekey(own, [f"{item}={key}" for item, key in NEW.items()])
    follow(report.how_to(change), fresh / "source" / QUIZ / f"{QUIZ}.ipynb")
    assert main(["grade", QUIZ, "--course", str(fresh)]) == 2
    then = report.read(fresh, QUIZ)
    pd.testing.assert_frame_equal(then.points, change.after.of.points)
    real = report.Analysis(then)
    assert set(change.items["item"]) == set(NEW)
    for row in change.items.itertuples():
        assert row.new_share == pytest.approx(real.difficulty["share"][row.item])
        assert (row.gain, row.lose) == (
            int((then.points[row.item] > own.of.points[row.item]).sum()),
            int((then.points[row.item] < own.of.points[row.item]).sum()),
        )
    signs = real.to_look_at.groupby("item")["sign"].apply(set)
    assert "wrong key" in signs["q3"] and "wrong key" in signs["q14"]
    assert "too easy" in signs["q1"]
    assert real.discrimination["note"]["q1"] == "undefined: everybody has the same points"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("q77=a", "has no question 'q77'"),
        ("q2=a", "q2 has no letters for a key"),
        ("q3=e", "a key of q3 uses the letters a, b, c, d, such as q3=a, or is q3=all"),
        ("q14={}", "such as q14=a,c"),
        ("q3", "such as q3=a"),
    ],
)
def test_a_key_that_makes_no_sense_gives_one_line(graded, tmp_path, capsys, asked, words):
    command = ["report", QUIZ, "--course", str(graded[0]), "--to", str(tmp_path / "no")]
    assert main([*command, "--rekey", asked]) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "no").exists()


def test_what_is_missing_gives_one_line(graded, tmp_path, capsys):
    assert main(["report", "quiz-77", "--course", str(graded[0])]) == 1
    assert "there is no assignment 'quiz-77'" in capsys.readouterr().err
    assert main(["report", "quiz-01", "--course", str(graded[0])]) == 1
    assert "quiz-01 is not in the gradebook" in capsys.readouterr().err
    assert main(["report", QUIZ, "--course", str(tmp_path)]) == 1
    assert "there is no gradebook in" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


# -- files -----------------------------------------------------------------------------------------


def test_the_notebook_works_the_numbers_out_again_from_a_clean_kernel(written):
    path = written / "analysis.ipynb"
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(written)}}).execute()
    shown = str([cell.get("outputs") for cell in notebook.cells])
    assert "Difficulty: share of points" in shown and "Reliability(n=26, items=14" in shown


def test_a_notebook_that_was_changed_is_left_alone(graded, tmp_path, capsys):
    command = ["report", QUIZ, "--course", str(graded[0]), "--to", str(tmp_path)]
    assert main(command) == 0
    path = tmp_path / "analysis.ipynb"
    assert main(command) == 0
    assert "You changed" not in capsys.readouterr().out
    path.write_text("mine", "utf-8")
    assert main(command) == 0
    assert path.read_text("utf-8") == "mine" and "You changed" in capsys.readouterr().out


HOSTILE = "=HYPERLINK(\"x\")<script>alert('1')</script>"


def test_a_hostile_name_is_escaped_on_the_page_and_defused_in_every_file(fresh, tmp_path):
    names = [HOSTILE, "+1", "-1", "@x", "\tx", "../../../etc"]
    with Gradebook(f"sqlite:///{fresh}/gradebook.db") as book:
        for name in names:
            book.add_student(name)
            submission = book.add_submission(QUIZ, name)
            for grade in submission.notebooks[0].grades:
                grade.auto_score, grade.needs_manual_grade = 1, False
        book.db.commit()
    own = report.Analysis(report.read(fresh, QUIZ))
    report.write(tmp_path, own, report.rekey(own, ["q3=all"]))
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<script" not in page and "=HYPERLINK(&#34;x&#34;)&lt;script&gt;" in page
    columns = 0
    for path in tmp_path.glob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        for column in {"student_id", "question", "text", "misconception"} & {*frame}:
            columns += len(frame) > 0
            texts = frame[column]
            assert not texts.str.startswith(("=", "+", "-", "@", "\t", "\r")).any(), path.name
    assert columns >= 4
    assert f"'{HOSTILE}" in set(csv(tmp_path, "students")["student_id"])
    notebook = nbformat.read(tmp_path / "analysis.ipynb", 4)
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=120, resources=resources).execute()


def test_a_small_class_is_told_what_it_cant_know(graded):
    of = report.read(graded[0], QUIZ)
    few = of.students[of.students["student_id"].isin(COUNTED[:4])]
    small = report.Responses(
        **{
            **vars(of),
            "students": few,
            **{k: getattr(of, k).loc[COUNTED[:4]] for k in ("points", "blank", "chosen")},
        }
    )
    page = report.page(report.Analysis(small))
    assert "Only 4 students have all their marks. With fewer than 5" in page
    assert "groups by ability are shown from 9 students on" in page
    assert "Discrimination by question" not in page and "Top third" not in page
    assert "alpha is not shown: too few students (4 students" in page
    nobody = {k: getattr(of, k).iloc[:0] for k in ("points", "blank", "chosen", "students")}
    page = report.page(report.Analysis(report.Responses(**{**vars(of), **nobody})))
    assert "there are no totals" in page


def test_the_page_needs_nothing_else_and_axe_finds_nothing(graded, tmp_path, page):
    own = report.Analysis(report.read(graded[0], QUIZ))
    change = report.rekey(own, ["q3=a", "q4=b|c"])
    report.write(tmp_path, own, change)
    text = (tmp_path / "report.html").read_text("utf-8")
    assert not re.search(r"(src|href)=\"(?!#)", text) and "url(" not in text
    page.set_viewport_size({"width": 1000, "height": 900})
    page.set_content(text)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1000
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
