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
FOLDERS = ("assignments", "data", "docs", "jupyterlab-extension", "lessons", "src", "tools")


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


def add_cell(tree: Path, lesson: str, source: str) -> None:
    """Put a code cell at the end of a lesson."""
    (path,) = (tree / "lessons").glob(f"{lesson}-*.ipynb")
    notebook = json.loads(path.read_text("utf-8"))
    cell = {"cell_type": "code", "execution_count": None, "id": "added", "metadata": {}}
    notebook["cells"].append({**cell, "outputs": [], "source": source})
    path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what is added to."""
    for name in FOLDERS:
        left_out = shutil.ignore_patterns("__pycache__", "node_modules", "lib", "images")
        shutil.copytree(TREE / name, tmp_path / name, ignore=left_out)
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
    for name in ("support", "tables"):
        shutil.copytree(TREE / "tests" / name, tree / "tests" / name)
    tests = ("tests/tables/test_world_data.py",)
    options = (
        "-q",
        "-k",
        "rainfall or every_file",
        "-p",
        "no:cacheprovider",
    )
    assert re.search(r"\d passed", python(tree, "-m", "pytest", *options, *tests))


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
    path = tree / "lessons" / "checks" / "03.yml"
    path.write_text(path.read_text("utf-8") + section.box("yaml"), "utf-8")
    add_cell(tree, "03", section.box("python"))
    code = (
        f"import crossroads as cr; asked = {section.box('python').strip()}\n"
        "for answer in ('20', '10', ''):\n"
        "    asked._receive(asked, {'answer': answer}, []); print(asked.verdict['state'])"
    )
    said = python(tree, "-c", code, CROSSROADS_PROGRESS=str(tree / "progress"))
    assert said.split() == ["right", "wrong", "unanswered"]


def test_a_quiz_item(tree: Path) -> None:
    section = Section("Add a quiz item")
    path = tree / "assignments" / "quiz-03" / "quiz-03.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    cells = notebook["cells"]
    neighbours = [cell for cell in cells if cell["id"] in ("q1-stem", "q1-answer", "q1")]
    boxes = [section.box("markdown"), section.box("python", 0), section.box("python", 1)]
    for neighbour, source in zip(neighbours, boxes, strict=True):
        cell = copy.deepcopy(neighbour)
        cell["id"] = cell["metadata"]["nbgrader"]["grade_id"] = cell["id"].replace("q1", "q16")
        if "crossroads" in cell["metadata"]:
            cell["metadata"]["crossroads"]["item"] = "q16"
        # The last three cells are about handing in.
        cells.insert(len(cells) - 2, {**cell, "source": source.rstrip("\n")})
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")
    section.use_tools(tree)
    listed = json.loads(path.read_text("utf-8"))["metadata"]["crossroads"]["cells"]
    assert {"q16-stem", "q16-answer", "q16"} <= set(listed)
    released = tree / "src" / "crossroads" / "static" / "releases" / "quiz-03.json"
    text = released.read_text("utf-8")
    assert "q16 = None" in text and "points as per cent" not in text
    shown = python(tree, "-m", "crossroads.cli", "items", "quiz-03/q16")
    assert "Key: b" in shown and "[points as per cent]" in shown


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
    path = tree / "src" / "crossroads" / "cli" / "__init__.py"
    line = section.box("python", 1)
    name = line.split(" = ")[0]
    text, count = re.subn(rf"^{name} = .*\n", lambda _: line, path.read_text("utf-8"), flags=re.M)
    assert count == 1
    path.write_text(text, "utf-8")
    said = python(tree, "-m", "crossroads.cli", "licences")
    assert "un_votes CC0-1.0" in said.splitlines()
    assert "licences" in python(tree, "-m", "crossroads.cli", "--help")


def test_no_command_of_the_guide_that_writes_is_left_out() -> None:
    tools = set(re.findall(r"^\.venv/bin/python tools/\S+", GUIDE, re.M))
    followed = "\n".join(
        Section(f"Add {what}").box("sh")
        for what in ("a table", "a quiz item", "a lesson", "a language")
    )
    assert tools and all(line in followed for line in tools)
