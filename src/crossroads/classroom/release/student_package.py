"""Build a student package: lessons, data, the quiz, the course's software, a README."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

from ... import content
from ...course import personal_copies
from ...files import zipped
from ...grading.late_penalties import Rule
from ...lessons.notebooks import lessons_dir
from ...tables import data_dir, has_tables
from .deadline import with_deadline

Files = dict[str, bytes]
#: What the package has for who writes a course of their own; and the course that comes with it.
TEMPLATE = "crossroads/static/new_course/"
BUNDLED = ("crossroads/course/data/", "crossroads/course/lessons/", "crossroads/static/releases/")

README = """\
{title}
{line}

This folder holds one quiz of the course
"{course}"
and all that you need for it. Unpack it first if it is a zip file.

  lessons/   the lessons, the glossary and the reading list where there are any
  data/      the tables that the lessons use, with a card for each (to read; the course has them)
  quizzes/   {quiz_line}
  setup/     the course's own software

Opening it
----------
{setup}

Then, in the folder where this file is:

    {program} lab --course .

JupyterLab opens in your browser at the start page. The quiz is in the folder quizzes on the left.
Everything works with no internet from here on, and nothing leaves your machine.

If you have the course already, from an earlier quiz: don't unpack this over it. Copy the folder
quizzes/{quiz} into the quizzes folder of yours, and go on there.

Submitting
----------
First check whether anything is missing:

    {program} check {quiz} --course .

Then upload the file quizzes/{quiz}/{quiz}.ipynb where your teacher says, under that name.
"""
SETUP = """\
Once, you need Python 3.11 or newer and internet. In a terminal, in the folder where this file is:

    python3 -m venv .venv
    .venv/bin/pip install --require-hashes -r setup/requirements.txt
    .venv/bin/pip install --no-deps setup/{wheel}

On Windows type  py  in place of  python3 , and, here and below,  .venv\\Scripts\\  in place of
.venv/bin/ . You do this once. What follows works in any terminal, in this folder."""
NO_SETUP = "Ask your teacher how the course's software is set up on your machine."
COPIES_README = """\
Each student's own copy of {quiz}
{line}

The values in these notebooks differ from student to student, and each notebook is marked by its
own values. Give each student only the notebook in that student's folder. It goes into the folder
quizzes/{quiz} of the course that you hand out to everybody.
"""


def package(assignment: str, title: str, own: Mapping[str, bytes], each_their_own: bool) -> Files:
    """Return the files for all, by path; ``each_their_own``: without the quiz's notebook."""
    files: Files = {}
    if own_course := content.own():
        for path in content.files(own_course):
            files[path.relative_to(own_course).as_posix()] = path.read_bytes()
    for path in sorted(lessons_dir().rglob("*")):
        if path.suffix in (".ipynb", ".md") and ".ipynb_" not in str(path):
            # A translated lesson lies in its language's own folder.
            name = path.relative_to(lessons_dir()).as_posix()
            files[f"lessons/{name}"] = path.read_bytes()
    data = data_dir() if has_tables() else None
    for path in sorted(data.rglob("*")) if data else ():
        if data and path.is_file() and not path.name.startswith("."):
            files[f"data/{path.relative_to(data).as_posix()}"] = path.read_bytes()
    # What a student's copy is compared with before it's submitted: it stays as it is.
    place = "setup/" if each_their_own else f"quizzes/{assignment}/."
    kept = {f"{place}{assignment}.release.json": own[f"{assignment}.ipynb"]}
    if each_their_own:
        quiz_line = (
            f"for your own copy of the quiz, which you get separately: put it into {assignment}/"
        )
        own = {name: content for name, content in own.items() if name != f"{assignment}.ipynb"}
    else:
        quiz_line = "the quiz"
    files |= kept | {f"quizzes/{assignment}/{name}": content for name, content in own.items()}
    software = setup()
    files |= {f"setup/{name}": data for name, data in software.items()}
    wheel = next((name for name in software if name.endswith(".whl")), "")
    text = README.format(
        title=title,
        course=content.about().title,
        line="=" * len(title),
        quiz=assignment,
        quiz_line=quiz_line,
        setup=SETUP.format(wheel=wheel) if wheel else NO_SETUP,
        # Where a teacher sets it up, it's on the path.
        program=".venv/bin/crossroads" if wheel else "crossroads",
    )
    files["README.txt"] = text.encode()
    return files


def has_wheel(files: Files) -> bool:
    """Return whether the course's own package is in a student package.

    It needs a checkout to be made.
    """
    return any(name.endswith(".whl") for name in files)


def setup() -> Files:
    """Return the course's package as a wheel, and the locked list of what it needs.

    It is empty where there is no checkout.
    """
    checkout = content.checkout()
    if checkout is None or find_spec("hatchling") is None:
        return {}
    with tempfile.TemporaryDirectory() as made:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", made]
        done = subprocess.run(
            command, cwd=checkout, capture_output=True, text=True, check=False, timeout=300
        )
        if done.returncode:
            raise ValueError(f"the course's package cannot be built: {done.stderr.strip()[-300:]}")
        (wheel,) = Path(made).glob("*.whl")
        made_wheel = _for_students(wheel.read_bytes())
    needed = (checkout / "requirements" / "course.txt").read_bytes()
    return {wheel.name: made_wheel, "requirements.txt": needed}


def _for_students(wheel: bytes) -> bytes:
    """Return a wheel of the package without the course that ``crossroads new`` writes: it has keys.

    Students of a course of one's own need none of the course that comes with the package either.
    """
    left_out = (TEMPLATE, *(BUNDLED if content.own() else ()))
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    kept = {name: data for name, data in files.items() if not name.startswith(left_out)}
    (record,) = (name for name in kept if name.endswith(".dist-info/RECORD"))
    lines = kept[record].decode().splitlines(keepends=True)
    kept[record] = "".join(one for one in lines if not one.startswith(left_out)).encode()
    return zipped(kept)


def in_folders(files: Files, folders: Mapping[str, str]) -> Files:
    """Return students' own copies in the folders that a platform asks for, and nothing else."""
    found = {}
    for path, data in files.items():
        student, _, name = path.rpartition("/")
        if student in folders:
            found[f"{folders[student]}/{name}"] = data
    return found


def copies(course: Path, assignment: str, students: Iterable[str], rule: Rule) -> Files:
    """Return each student's own copy, with their own deadline, in a folder of that student."""
    line = "=" * len(f"Each student's own copy of {assignment}")
    files = {"README.txt": COPIES_README.format(quiz=assignment, line=line).encode()}
    for path in personal_copies(course, assignment, students):
        student = path.parent.name
        files[f"{student}/{path.name}"] = with_deadline(path.read_bytes(), rule, student)
    return files
