"""What students are given of a quiz: a folder or zip with lessons, data and the released notebook.

It needs no checkout and no exchange: the course's own package is in it as a wheel, and
``README.txt`` says how to set it up and open it. A quiz that draws values gets a second folder or
zip, with each student's own copy.

Everything is read again before it's handed out, and looked through for what only teachers may see.
The same course always gives the same bytes.
"""

from __future__ import annotations

import ast
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files as resources
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any

from .. import course as course_
from ..assignments.bank import SCORING
from ..grading import gradebook
from ..lessons.checks import lessons_dir
from ..questions import variants
from ..tables import data_dir
from . import roster

Files = dict[str, bytes]

#: Of a release, what only the marker needs; students see the rubric in the notebook.
MARKERS_ONLY = {"rubric.yml"}
#: Words in a row, shared with a hidden test or an explanation, that are no coincidence. Lessons and
#: explanations speak of the same things: they share up to twelve.
TELLING = 14
_REGION = re.compile(
    r"^[^\n]*BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)[^\n]*\n(.*?)^[^\n]*END \1[^\n]*$",
    re.M | re.S,
)

README = """\
{title}
{line}

This folder holds one quiz of the course "Reading Tajikistan's South Asia outreach with data", and
all that you need for it. Unpack it first if it is a zip file.

  lessons/   the lessons, the glossary and the reading list where there are any
  data/      the tables that the lessons use, with a card for each (to read; the course has them)
  quizzes/   {quiz_line}
  setup/     the course's own software

Opening it
----------
{setup}

Then, in the folder where this file is:

    crossroads lab --course .

JupyterLab opens in your browser at the start page. The quiz is in the folder quizzes on the left.
Everything works with no internet from here on, and nothing leaves your machine.

If you have the course already, from an earlier quiz: don't unpack this over it. Copy the folder
quizzes/{quiz} into the quizzes folder of yours, and go on there.

Handing in
----------
Look first whether anything is missing:

    crossroads check {quiz} --course .

Then upload the file quizzes/{quiz}/{quiz}.ipynb where your teacher says, under that name.
"""
SETUP = """\
Once, you need Python 3.11 or newer and internet. In a terminal, in the folder where this file is:

    python3 -m venv .venv
    . .venv/bin/activate
    pip install --require-hashes -r setup/requirements.txt
    pip install --no-deps setup/{wheel}

On Windows say  py -m venv .venv  and  .venv\\Scripts\\activate  in place of the first two lines.
Each time you come back, only the second line is needed."""
NO_SETUP = "Ask your teacher how the course's software is set up on your machine."
COPIES_README = """\
Each student's own copy of {quiz}
{line}

The values in these notebooks differ from student to student, and each is marked by its own. Give
each student the notebook in the folder of that student, and nobody else's. It belongs into the
folder quizzes/{quiz} of the course that you hand out to all.
"""


def release(
    course: Path, quiz: str, to: Path, *, force: bool = False, same_for_all: bool = False
) -> list[str]:
    """Write the student package of a quiz to a folder, or to a zip if ``to`` ends in ``.zip``.

    The quiz is released with nbgrader in the course first, if it isn't yet, so that it can be
    graded. Where it draws values and there is a roster, each student's own copy goes to a second
    place beside ``to``, unless ``same_for_all``. Returns what the teacher should know. Raises
    ``ValueError`` where something secret would be given away, or something else is there already
    and ``force`` wasn't said; then nothing is written.
    """
    course.mkdir(parents=True, exist_ok=True)
    course = course.resolve()
    notes = _released(course, quiz, anew=force)
    own = {
        path.relative_to(course / "release" / quiz).as_posix(): path.read_bytes()
        for path in sorted((course / "release" / quiz).rglob("*"))
        if path.is_file() and path.name not in MARKERS_ONLY and ".ipynb_" not in str(path)
    }
    notebook = json.loads(own[f"{quiz}.ipynb"])
    people = roster.read(course)
    drawn = variants.space_of(notebook)
    each_their_own = bool(drawn and people and not same_for_all)
    if drawn and not people and not same_for_all:
        notes.append(
            f"{quiz} draws values, but there is no roster: everybody gets the same copy. For "
            "copies of their own: crossroads roster FILE.csv, then this command again."
        )
    title = notebook["metadata"].get("crossroads", {}).get("title", quiz)
    packed = _package(quiz, title, own, each_their_own, notes)
    places = {to: packed}
    if each_their_own:
        students = [person.student_id for person in people]
        places[beside(to)] = _copies(course, quiz, students)
    hidden = secrets(course)
    for place, content in places.items():
        written = {place.name: zipped(content)} if _zip(place) else content
        if findings := scan(written, hidden):
            raise ValueError(
                f"nothing was handed out: {place.name} would give away\n  " + "\n  ".join(findings)
            )
    for place, content in places.items():
        _look(place, content, force)
    for place, content in places.items():
        _put(place, content, quiz if place == to else f"{quiz}-copies")
        size = sum(map(len, content.values())) / 2**20
        what = "each student's own copy: give it to nobody whole" if place != to else "for all"
        notes.append(f"{place}: {len(content)} files, {size:.1f} MB, {what}.")
    notes.append("Looked through for keys, hidden tests, explanations and secrets: none in them.")
    return notes


def beside(to: Path) -> Path:
    """Where the students' own copies go: ``quiz-03-copies.zip`` beside ``quiz-03.zip``."""
    return to.with_name(f"{to.stem if to.suffix == '.zip' else to.name}-copies{_zip(to)}")


# -- the release in the course ---------------------------------------------------------------------


def _released(course: Path, quiz: str, *, anew: bool) -> list[str]:
    """Make sure that the course holds the release that grading goes by, made from the source."""
    source = course_.source(course, quiz)
    own = course / "source" / quiz
    if not own.is_dir():
        shutil.copytree(source, own)
    settings = course / "nbgrader_config.py"
    if not settings.exists():
        static = resources("crossroads") / "static" / "nbgrader_config.py"
        course_.write_whole(settings, static.read_bytes())
    notebook = course / "release" / quiz / f"{quiz}.ipynb"
    if not notebook.is_file() or not _in_gradebook(course, quiz):
        _generate(course, quiz, course)
        return [f"{quiz} was released in {course.name} with nbgrader."]
    with tempfile.TemporaryDirectory() as temporary:
        shutil.copytree(own, Path(temporary) / "source" / quiz)
        fresh = _generate(Path(temporary), quiz, course).read_bytes()
    if fresh == notebook.read_bytes():
        return []
    if not anew:
        raise ValueError(
            f"the source of {quiz} was changed after it was released. To release it again: --force "
            "(what was handed in already is marked by the new one from then on)"
        )
    _generate(course, quiz, course)
    return [f"{quiz} was released again: its source had changed."]


def _generate(course: Path, quiz: str, settings: Path) -> Path:
    try:
        return course_.generate(course, quiz, settings)
    except RuntimeError as error:
        raise ValueError(str(error)) from None


def _in_gradebook(course: Path, quiz: str) -> bool:
    from nbgrader.api import Gradebook, MissingEntry

    if not (course / "gradebook.db").is_file():
        return False
    with Gradebook(gradebook.url(course)) as book:
        try:
            return bool(book.find_assignment(quiz).notebooks)
        except MissingEntry:
            return False


# -- what is in a package --------------------------------------------------------------------------


def _package(
    quiz: str, title: str, own: Mapping[str, bytes], each_their_own: bool, notes: list[str]
) -> Files:
    files: Files = {}
    for path in sorted(lessons_dir().rglob("*")):
        if path.suffix in (".ipynb", ".md") and ".ipynb_" not in str(path):
            # A translated lesson lies in its language's own folder.
            name = path.relative_to(lessons_dir()).as_posix()
            files[f"lessons/{name}"] = path.read_bytes()
    data = data_dir()
    for path in sorted(data.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            files[f"data/{path.relative_to(data).as_posix()}"] = path.read_bytes()
    # What a student's copy is compared with before it's handed in: it stays as it is.
    place = "setup/" if each_their_own else f"quizzes/{quiz}/."
    kept = {f"{place}{quiz}.release.json": own[f"{quiz}.ipynb"]}
    if each_their_own:
        quiz_line = f"for your own copy of the quiz, which you get by itself: put it into {quiz}/"
        own = {name: content for name, content in own.items() if name != f"{quiz}.ipynb"}
    else:
        quiz_line = "the quiz"
    files |= kept | {f"quizzes/{quiz}/{name}": content for name, content in own.items()}
    setup = _setup()
    files |= {f"setup/{name}": content for name, content in setup.items()}
    wheel = next((name for name in setup if name.endswith(".whl")), "")
    if not wheel:
        notes.append(
            "The course's own package couldn't be put in: that needs a checkout with hatchling. "
            "Students need it from you in another way."
        )
    text = README.format(
        title=title,
        line="=" * len(title),
        quiz=quiz,
        quiz_line=quiz_line,
        setup=SETUP.format(wheel=wheel) if wheel else NO_SETUP,
    )
    files["README.txt"] = text.encode()
    return files


def _setup() -> Files:
    """The course's package as a wheel, and the locked list of what it needs; empty without."""
    assignments = course_.assignments_dir()
    if assignments is None or find_spec("hatchling") is None:
        return {}
    checkout = assignments.parent
    with tempfile.TemporaryDirectory() as made:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", made]
        done = subprocess.run(
            command, cwd=checkout, capture_output=True, text=True, check=False, timeout=300
        )
        if done.returncode:
            raise ValueError(f"the course's package can't be built: {done.stderr.strip()[-300:]}")
        (wheel,) = Path(made).glob("*.whl")
        content = wheel.read_bytes()
    needed = (checkout / "requirements" / "course.txt").read_bytes()
    return {wheel.name: content, "requirements.txt": needed}


def _copies(course: Path, quiz: str, students: Iterable[str]) -> Files:
    line = "=" * len(f"Each student's own copy of {quiz}")
    files = {"README.txt": COPIES_README.format(quiz=quiz, line=line).encode()}
    for path in course_.personal_copies(course, quiz, students):
        files[f"{path.parent.name}/{path.name}"] = path.read_bytes()
    return files


# -- nothing secret --------------------------------------------------------------------------------


@dataclass
class Secrets:
    """What no student may be given."""

    #: Runs of ``TELLING`` words from solutions, hidden tests and explanations, with what each is.
    runs: dict[tuple[str, ...], str] = field(default_factory=dict)
    #: By assignment: lines of solutions and hidden tests, however short.
    lines: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Bytes that may be nowhere at all.
    raw: dict[bytes, str] = field(default_factory=dict)


def secrets(course: Path) -> Secrets:
    """What the source assignments, the course's variants and its roster hold that is secret.

    That is: solutions, hidden tests with keys and explanations, mark schemes, model answers, the
    secret that values are drawn with, and students' addresses. What the same notebooks show to
    students anyway isn't secret.
    """
    found = Secrets(raw={b"SQLite format 3\0": "a database, such as the gradebook"})
    phrases: set[tuple[str, ...]] = set()
    for name, folder in course_.sources(course).items():
        notebook = json.loads((folder / f"{name}.ipynb").read_text("utf-8"))
        parts = [_parts(cell) for cell in notebook["cells"]]
        lines = {line.strip() for shown, _ in parts for line in shown.splitlines()}
        shown = {run for text, _ in parts for run in _runs(text)}
        own = found.lines.setdefault(name, {})
        for cell, (_, hidden) in zip(notebook["cells"], parts, strict=True):
            id_ = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            for kind, text in hidden:
                what = f"the {kind} of {name}/{id_}"
                for told in [text, *_strings(text)]:
                    for run in set(_runs(told)) - shown:
                        # What several questions say in the same words is a phrase of the course.
                        if found.runs.setdefault(run, what) != what:
                            phrases.add(run)
                for line in {line.strip() for line in text.splitlines()} - lines:
                    if len(re.sub(r"\W", "", line)) > 2:
                        own[line] = what
    for run in phrases:
        del found.runs[run]
    if (secret := course / "variants" / "secret").is_file():
        found.raw[secret.read_bytes().strip()] = "the secret that values are drawn with"
    for person in roster.read(course):
        if "@" in person.email:
            found.raw[person.email.encode()] = "a student's address"
    return found


def _parts(cell: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """What students see of a source cell, and what they don't, by kind."""
    text = "".join(cell["source"])
    hidden = [(kind.lower(), body) for kind, body in _REGION.findall(text)]
    if hidden or not cell["metadata"].get("nbgrader", {}).get("solution"):
        return _REGION.sub("", text), hidden
    # nbgrader clears such a cell whole.
    return "", [("solution", text)]


def _strings(code: str) -> Iterator[str]:
    """The texts in some code, put together where they are written in parts."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return zip(*(words[start:] for start in range(TELLING)), strict=False)


def scan(files: Mapping[str, bytes], hidden: Secrets) -> list[str]:
    """What files give away, a line each; also from within zips and wheels."""
    found: list[str] = []
    for name, content in _unpacked(files):
        told = {what for raw, what in hidden.raw.items() if raw in content}
        text = content.decode("utf-8", "replace")
        if name.endswith(".ipynb"):
            text = "\n".join(_texts(text))
            told |= _in_notebook(text, hidden.lines.get(PurePosixPath(name).stem, {}))
        told |= {hidden.runs[run] for run in _runs(text) if run in hidden.runs}
        found += [f"{name}: {what}" for what in sorted(told)]
    return found


def _in_notebook(text: str, secret: Mapping[str, str]) -> set[str]:
    lines = {line.strip() for line in text.splitlines()}
    found = {secret[line] for line in lines & secret.keys()}
    if re.search(r"BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)", text):
        found.add("the mark of a part that is the teacher's")
    if call := re.search(rf"\banswers\.({'|'.join(SCORING)})\(", text):
        found.add(f"a test that awards points ({call[1]})")
    return found


def _unpacked(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for name, content in files.items():
        yield name, content
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as inner:
                inside = {f"{name}: {i.filename}": inner.read(i) for i in inner.infolist()}
            yield from _unpacked(inside)


def _texts(text: str) -> Iterator[str]:
    """Every text in a JSON file, a list of lines as one; the file itself if it isn't JSON."""
    try:
        yield from _texts_in(json.loads(text))
    except ValueError:
        yield text


def _texts_in(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        if data and all(isinstance(part, str) for part in data):
            yield "".join(data)
        else:
            for part in data:
                yield from _texts_in(part)
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _texts_in(value)


# -- writing ---------------------------------------------------------------------------------------


def _zip(to: Path) -> str:
    return ".zip" if to.suffix == ".zip" else ""


def _look(to: Path, files: Files, force: bool) -> None:
    """Raise ``ValueError`` where something else is there that mustn't be overwritten."""
    if to.suffix == ".zip" or not to.exists():
        if to.exists() and not force and _held(to) != files:
            raise ValueError(f"{to} is there already, and differs. To replace it: --force")
        return
    if not to.is_dir():
        raise ValueError(f"{to} is there already, and is no folder; choose another name")
    held = _held(to)
    if strange := sorted(held.keys() - files.keys()):
        raise ValueError(f"{to} holds other things ({strange[0]} ...); choose a new folder")
    if not force and held and held != files:
        raise ValueError(f"{to} is there already, and differs. To replace it: --force")


def _held(to: Path) -> Files:
    """The files in a folder, or in a zip without its top folder; empty for a broken zip."""
    if to.is_dir():
        found = sorted(p for p in to.rglob("*") if not p.is_dir())
        return {p.relative_to(to).as_posix(): p.read_bytes() for p in found}
    try:
        with zipfile.ZipFile(to) as held:
            return {
                PurePosixPath(*PurePosixPath(i.filename).parts[1:]).as_posix(): held.read(i)
                for i in held.infolist()
            }
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return {}


def _put(to: Path, files: Files, top: str) -> None:
    if to.suffix == ".zip":
        course_.write_whole(to, zipped({f"{top}/{name}": c for name, c in files.items()}))
        return
    course_.write_folder(to, files)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files as a zip, sorted and without times: the same files always give the same zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name])
    return out.getvalue()
