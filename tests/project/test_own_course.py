"""The guide for other courses, followed on the course that ``nbgrader quickstart`` makes."""

import re
from pathlib import Path

import nbformat
from graders import LINUX, QUIET, hand_in_reference
from guides import DOCS, commands, run
from nbgrader.api import Gradebook

from crossroads import content

pytestmark = [QUIET, LINUX]
GUIDE = DOCS / "own-course.md"
PACKAGE = Path(content.__file__).parent


def test_the_guide_is_followed_on_nbgrader_s_own_course(tmp_path, monkeypatch):
    """One student submits the reference, one the assignment as it was."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(content.VARIABLE, "")
    lines = commands(GUIDE)
    assert [line.split()[1] for line in lines if line.startswith("crossroads ")] == [
        *("release", "grade", "feedback", "report", "export", "new")
    ]
    for line in lines:
        if line.startswith("cd "):
            monkeypatch.chdir(line.removeprefix("cd "))
            continue
        if " grade " in line:
            hand_in_reference(Path.cwd(), "ps1")
        done = run(line)
        assert done.code == 0, f"{line}\n{done.out}{done.err}"
    course = tmp_path / "course101"
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        marks = {s.student.id: s.score for s in book.assignment_submissions("ps1")}
    cells = [
        cell.metadata.nbgrader
        for path in (course / "source" / "ps1").glob("*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
        if "nbgrader" in cell.metadata
    ]
    # What is an answer and has points is a person's to mark, code, too.
    tested = sum(about.points for about in cells if about.grade and not about.solution)
    assert marks == {"blank": 0, "right": tested} and tested > 0
    for student in marks:
        assert list((course / "feedback" / student / "ps1").glob("*.html"))
    assert (course / "my-course" / content.FILE).is_file()


#: Names of the course's article and its subject; and codes of its countries.
SUBJECT = re.compile(
    r"tajik|dushanbe|rogun|casa-?1000|jamestown|afghan|pakistan|kyrgyz|uzbek|central asia"
    r"|south asia|\bsaarc\b|\bsco\b|\brussia\b|\bindia\b|[\"'](?:TJK|RUS|IND|PAK|KGZ|UZB|AFG)[\"']",
    re.I,
)
#: Where the subject belongs; and the heading of a class list in Tajik, which is a language.
ITS_OWN = ("explorers/", "static/releases/", "locale/", "course/roster_headings.py")


def test_the_package_holds_nothing_of_the_article_s_subject_elsewhere():
    """So that it can serve another text: it belongs into data, lessons and the explorers."""
    texts = {
        path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8", "replace")
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".pyi", ".html", ".css", ".js", ".json", ".ipynb", ".yml", ".md"}
        and "labextension" not in path.parts
    }
    assert len(texts) > 300
    elsewhere = [
        f"{name}: {found[0]}"
        for name, text in texts.items()
        if not name.startswith(ITS_OWN) and (found := SUBJECT.search(text))
    ]
    assert elsewhere == []
    assert SUBJECT.search(texts["explorers/claims.py"]), "it finds what there is"
