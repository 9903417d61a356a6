"""The guide for contributors, followed word by word in a copy of the tree: what it adds works."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).parents[2]
GUIDE = (TREE / "docs" / "contributor.md").read_text("utf-8")
FOLDERS = (
    *("assignments", "data", "docs", "jupyterlab-extension", "lessons"),
    *("src", "tests", "tools", "website"),
)


class Section:
    """One section of the guide: its boxes, the new files that it names, and its tools."""

    def __init__(self, title: str) -> None:
        (self.text,) = re.findall(rf"^## {title}$(.*?)(?=^## |\Z)", GUIDE, re.M | re.S)
        self.boxes = re.findall(r"^```(\w+)\n(.*?)^```$", self.text, re.M | re.S)

    def box(self, language: str, number: int = 0) -> str:
        """The section's box in a language."""
        return [text for name, text in self.boxes if name == language][number]

    def write_new_files(self, tree: Path) -> list[str]:
        """Make each file that is called new, with what stands in the box below it."""
        named = re.findall(
            r"new file `([^`]+)`[^`]*?(?:`[^`\n]+`[^`]*?)*^```\w+\n(.*?)^```$",
            *(self.text, re.M | re.S | re.I),
        )
        for place, text in named:
            assert not (tree / place).exists(), place
            (tree / place).write_text(text, "utf-8")
        return [place for place, _text in named]

    def use_tools(self, tree: Path) -> None:
        """Run the section's tools, in the copy."""
        lines = [line.split() for line in self.box("sh").splitlines()]
        tools = [words[1:] for words in lines if words[1].startswith("tools/")]
        assert tools
        for words in tools:
            python(tree, *words)


def python(tree: Path, *arguments: str, **variables: str) -> str:
    """What this Python says with the copy's package; a failure fails the test."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree / "src"), **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def passed(tree: Path, *arguments: str) -> None:
    """Run tests of the copy's, at least one."""
    # What the tests share is for browsers and languages, and slow to read.
    options = ("-q", "-n", "0", "-p", "no:cacheprovider", "--noconftest")
    assert re.search(r"\d passed", python(tree, "-m", "pytest", *options, *arguments))


def replace_line(path: Path, line: str) -> None:
    """Put a line in place of the one that begins alike: up to its equals sign, or as an import."""
    (start,) = re.findall(r"^\w+[^=]* = |^from \S+ import ", line)
    text, count = re.subn(
        rf"^{re.escape(start)}.*\n", lambda _: line, path.read_text("utf-8"), flags=re.M
    )
    assert count == 1, line
    path.write_text(text, "utf-8")


def add_items(tree: Path, lesson: str, yaml: str) -> None:
    """Put self-checks at the end of a lesson's file."""
    path = tree / "lessons" / "checks" / f"{lesson}.yml"
    path.write_text(path.read_text("utf-8") + yaml, "utf-8")


def add_cell(tree: Path, lesson: str, source: str) -> None:
    """Put a code cell at the end of a lesson."""
    (path,) = (tree / "lessons").glob(f"{lesson}-*.ipynb")
    notebook = json.loads(path.read_text("utf-8"))
    cell = {"cell_type": "code", "execution_count": None, "id": "added", "metadata": {}}
    notebook["cells"].append({**cell, "outputs": [], "source": source})
    path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")


def add_question(tree: Path, sources: list[str], kind: str = "single", points: int = 1) -> None:
    """Put question 16 into quiz 3: copies of question 1's cells with these sources."""
    path = tree / "assignments" / "quiz-03" / "quiz-03.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    cells = notebook["cells"]
    neighbours = [cell for cell in cells if cell["id"] in ("q1-stem", "q1-answer", "q1")]
    for neighbour, source in zip(neighbours, sources, strict=True):
        cell = copy.deepcopy(neighbour)
        about = cell["metadata"]["nbgrader"]
        cell["id"] = about["grade_id"] = cell["id"].replace("q1", "q16")
        if "points" in about:
            about["points"] = points
        if "crossroads" in cell["metadata"]:
            cell["metadata"]["crossroads"] |= {"item": "q16", "kind": kind}
        # The last three cells are about submitting.
        cells.insert(len(cells) - 2, {**cell, "source": source.rstrip("\n")})
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")


def try_check(tree: Path, call: str, answers: list[str]) -> list[str]:
    """What a self-check's widget makes of some answers: the state of each."""
    code = (
        f"import crossroads as cr; asked = {call.strip()}\n"
        f"for answer in {answers}:\n"
        "    asked._receive(asked, {'answer': answer}, []); print(asked.verdict['state'])"
    )
    return python(tree, "-c", code, CROSSROADS_PROGRESS=str(tree / "progress")).split()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what is added to."""
    for name in FOLDERS:
        # What Python compiled comes with its modules, whose times stay: it's used again.
        left_out = shutil.ignore_patterns("node_modules", "lib", "images", "wheels")
        shutil.copytree(TREE / name, tmp_path / name, ignore=left_out)
    shutil.copy(TREE / "crossroads.yml", tmp_path)
    return tmp_path


def test_a_table(tree: Path) -> None:
    section = Section("Add a table")
    assert section.write_new_files(tree) == ["data/world/rainfall.csv", "data/cards/rainfall.md"]
    path = tree / "data" / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    package["resources"].append(json.loads(section.box("json")))
    path.write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", "utf-8")
    section.use_tools(tree)
    code = "import crossroads as cr; print(cr.load('rainfall')['millimetres'].tolist())"
    assert python(tree, "-c", code) == "[691.0, nan]\n"
    assert "| rainfall |" in (tree / "docs" / "coverage.md").read_text("utf-8")
    # The tests over all tables find it by its description.
    passed(tree, "-k", "rainfall or every_file", "tests/tables/test_world_data.py")


def test_an_explorer(tree: Path) -> None:
    section = Section("Add an explorer")
    assert section.write_new_files(tree) == ["src/crossroads/explorers/land_borders.py"]
    add_cell(tree, "04", section.box("python", 2))
    stub = tree / "src" / "crossroads" / "__init__.pyi"
    stub.write_text(stub.read_text("utf-8") + section.box("python", 1), "utf-8")
    shown = python(
        tree, "-c", f"import crossroads as cr\nprint(({section.box('python', 2).strip()}).static())"
    )
    assert "Land borders in kilometres" in shown and "Afghanistan" in shown
    assert re.search(r"4 stretches, [\d,]+ km in all", shown)
    python(tree, "tools/coverage.py")
    coverage = (tree / "docs" / "coverage.md").read_text("utf-8")
    (row,) = re.findall(r"^\| borders \| (.*?) \| (.*?) \|", coverage, re.M)
    assert "land_borders" in row[0] and "04" in row[1]


def test_a_self_check(tree: Path) -> None:
    section = Section("Add a self-check")
    add_items(tree, "03", section.box("yaml"))
    add_cell(tree, "03", section.box("python"))
    states = try_check(tree, section.box("python"), ["20", "10", ""])
    assert states == ["right", "wrong", "unanswered"]


def test_a_quiz_item(tree: Path) -> None:
    section = Section("Add a quiz item")
    boxes = [section.box("markdown"), section.box("python", 0), section.box("python", 1)]
    add_question(tree, boxes)
    section.use_tools(tree)
    source = tree / "assignments" / "quiz-03" / "quiz-03.ipynb"
    listed = json.loads(source.read_text("utf-8"))["metadata"]["crossroads"]["cells"]
    assert {"q16-stem", "q16-answer", "q16"} <= set(listed)
    released = tree / "src" / "crossroads" / "static" / "releases" / "quiz-03.json"
    text = released.read_text("utf-8")
    assert "q16 = None" in text and "points as per cent" not in text
    shown = python(tree, "-m", "crossroads.cli", "items", "quiz-03/q16")
    assert "Key: b" in shown and "[points as per cent]" in shown


@pytest.fixture
def with_span(tree: Path) -> Path:
    """The tree with another kind of answer, a self-check and a quiz item of it."""
    section = Section("Add an answer kind")
    assert section.write_new_files(tree) == ["src/crossroads/questions/span.py"]
    for number in (1, 2):
        replace_line(tree / "src/crossroads/questions/kinds.py", section.box("python", number))
    add_items(tree, "03", section.box("yaml"))
    add_cell(tree, "03", section.box("python", 3))
    boxes = [section.box("markdown"), section.box("python", 4), section.box("python", 5)]
    add_question(tree, boxes, "span", 2)
    cases = tree / "tests" / "support" / "readings.json"
    more = json.loads(cases.read_text("utf-8")) + json.loads(section.box("json"))
    cases.write_text(json.dumps(more, ensure_ascii=False), "utf-8")
    section.use_tools(tree)
    return tree


def test_an_answer_kind_is_read_and_asked_in_a_lesson(with_span: Path) -> None:
    section, pen = Section("Add an answer kind"), "jupyterlab-extension/src/reading.json"
    passed(with_span, "tests/questions/test_reading_rules.py")
    # The pen has no control for it, so it needn't be built anew.
    assert (with_span / pen).read_text("utf-8") == (TREE / pen).read_text("utf-8")
    answers = ["2005 to 2024", "2024 to 2004", "1 to 2", "2005", ""]
    states = try_check(with_span, section.box("python", 3), answers)
    assert states == ["right", "partly", "wrong", "unanswered", "unanswered"]
    code = (
        "import sys; sys.path.insert(0, 'website')\n"
        "import checks; from crossroads.lessons.checks import lesson_items\n"
        "print(checks.question(lesson_items('03')['03-reach'], ''))"
    )
    shown = python(with_span, "-c", code)
    assert "<p>Answer with two numbers, from where to where.</p>" in shown
    assert "<strong>2005 to 2024</strong>" in shown.split("<details>")[1]


@pytest.mark.stock
def test_an_answer_kind_is_graded_explained_and_reported(with_span: Path) -> None:
    tree = with_span
    course = tree / "teaching"
    shutil.copytree(tree / "assignments" / "quiz-03", course / "source" / "quiz-03")
    shutil.copy(tree / "src/crossroads/static/nbgrader_config.py", course)

    def crossroads(command: str, *options: str) -> str:
        place = ("--course", str(course), *options)
        return python(tree, "-m", "crossroads.cli", command, "quiz-03", *place)

    release = f"generate(Path({str(course)!r}), 'quiz-03', static())"
    names = "from pathlib import Path; from crossroads.course.releases import generate, static"
    python(tree, "-c", f"{names}; {release}")
    released = course / "release" / "quiz-03" / "quiz-03.ipynb"
    assert "HIDDEN" not in released.read_text("utf-8")
    answers = {"all": "[2005, 2024]", "half": '"2005 to 2023"', "strange": "15", "nothing": "None"}
    for student, answer in answers.items():
        notebook = json.loads(released.read_text("utf-8"))
        (cell,) = (cell for cell in notebook["cells"] if cell["id"] == "q16-answer")
        cell["source"] = f"q16 = {answer}"
        path = course / "submitted" / student / "quiz-03" / "quiz-03.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), "utf-8")
    # What runs answers finds packages where they are installed, not here. It needn't know kinds.
    crossroads("grade", "--trust-submissions")
    kept = {
        s: json.loads((course / f"grading/quiz-03/{s}.json").read_text("utf-8")) for s in answers
    }
    marks = {student: result["marks"]["q16"]["points"] for student, result in kept.items()}
    assert marks == {"all": 2, "half": 1, "strange": 0, "nothing": 0}
    crossroads("feedback")
    pages = {s: course / f"feedback/{s}/quiz-03/quiz-03.html" for s in answers}
    said = {
        student: " ".join(page.read_text("utf-8").split('id="q16"')[1].split())
        for student, page in pages.items()
    }
    assert "2005 to 2024 is right. Its first row is of 2005" in said["all"]
    assert "<p>2005 to 2023 </p>" in said["half"] and "one end is right." in said["half"]
    assert "2024" not in said["half"], "no key unless it's asked for"
    assert "Type both ends in square brackets, for example [10, 20]." in said["strange"]
    assert "There is no answer yet." in said["nothing"] or "There is none." in said["nothing"]
    crossroads("report")
    (row,) = (
        line
        for line in (course / "reports/quiz-03/items.csv").read_text("utf-8").splitlines()
        if line.startswith("q16,")
    )
    assert row.startswith("q16,span,")
    assert "span" in (course / "reports/quiz-03/report.html").read_text("utf-8")
    shown = python(tree, "-m", "crossroads.cli", "items", "quiz-03/q16")
    assert "Key: [2005, 2024]" in shown


def test_a_lesson(tree: Path) -> None:
    section = Section("Add a lesson")
    (place,) = re.findall(r"such as `(lessons/14-\S+\.ipynb)`", section.text)
    notebook = json.loads(next((tree / "lessons").glob("08-*.ipynb")).read_text("utf-8"))
    notebook["metadata"]["crossroads"] = json.loads(section.box("json"))
    (tree / place).write_text(json.dumps(notebook), "utf-8")
    assert section.write_new_files(tree) == ["lessons/checks/14.yml"]
    code = (
        "import crossroads as cr; from pathlib import Path; from crossroads import course\n"
        "print(cr.course_map()); print(cr.check('14-upstream').static())\n"
        "course.prepare(Path('course'), quizzes=False)"
    )
    shown = python(tree, "-c", code, CROSSROADS_PROGRESS=str(tree / "progress"))
    assert ">14. Water</a>" in shown and "Who can hold back a river" in shown
    assert (tree / "course" / place).is_file()
    section.use_tools(tree)
    coverage = (tree / "docs" / "coverage.md").read_text("utf-8")
    (row,) = re.findall(r"^\| A43 \| .*$", coverage, re.M)
    assert "14 Read critically" in row and "14-upstream" in row


def test_a_language(tree: Path) -> None:
    section = Section("Add a language")
    section.use_tools(tree)
    (place,) = re.findall(r"`(src/crossroads/locale/ky/\S+\.po)`", section.text)
    message, translation = section.box("po").splitlines()
    text = (tree / place).read_text("utf-8")
    assert f'{message}\nmsgstr ""\n' in text
    changed = text.replace(f'{message}\nmsgstr ""\n', f"{message}\n{translation}\n")
    (tree / place).write_text(changed, "utf-8")
    # What make messages runs.
    python(tree, "tools/messages.py")
    code = "import crossroads as cr; print(cr.check('03-points').static())"
    shown = python(tree, "-c", code, CROSSROADS_LANG="ky")
    assert json.loads(translation.removeprefix("msgstr ")) in shown


def test_a_command(tree: Path) -> None:
    section = Section("Add a command")
    assert section.write_new_files(tree) == ["src/crossroads/cli/licences.py"]
    replace_line(tree / "src" / "crossroads" / "cli" / "__init__.py", section.box("python", 1))
    said = python(tree, "-m", "crossroads.cli", "licences")
    assert "un_votes CC0-1.0" in said.splitlines()
    assert "licences" in python(tree, "-m", "crossroads.cli", "--help")


def test_every_section_that_adds_something_is_tried() -> None:
    titles = re.findall(r"^## (Add .*)$", GUIDE, re.M)
    tried = re.findall(r'Section\("(Add [^"]*)"\)', Path(__file__).read_text("utf-8"))
    assert len(titles) == 8 and set(titles) == set(tried)


def test_every_test_and_folder_that_the_guide_names_is_there() -> None:
    named = set(re.findall(r"\btests/[\w/.]+", GUIDE))
    assert len(named) > 5 and all((TREE / name).exists() for name in named)


def test_no_command_of_the_guide_that_writes_is_left_out() -> None:
    tools = set(re.findall(r"^\.venv/bin/python tools/\S+", GUIDE, re.M))
    followed = "\n".join(
        Section(f"Add {what}").box("sh")
        for what in ("a table", "a quiz item", "an answer kind", "a lesson", "a language")
    )
    assert tools and all(line in followed for line in tools)
