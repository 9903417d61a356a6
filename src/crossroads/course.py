"""The course directory: a learner's and a teacher's own copies, and nbgrader's folders.

    course/
      lessons/            a learner's copies of the lessons
      quizzes/            a learner's copies of the released quizzes
      progress/           what the self-checks remember
      earlier/            a learner's quizzes before new values were drawn
      study.ipynb study/  for who studies alone: the start page; quizzes as they were marked
      handed_in/          what a learner submitted, as it was
      roster.csv          who is in the class
      variants/           the values drawn for each student's copy, and those copies
      collected/          of what came from a learning platform: whom it's from, and what is left
      source/ release/ submitted/ autograded/ feedback/ gradebook.db    nbgrader's own
      nbgrader_config.py  nbgrader's settings for this course

Nothing that a student or a teacher changed is ever overwritten.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

from .lessons.checks import lessons_dir
from .questions import variants

COURSE_ID = "crossroads"
#: The course's quizzes as students get them, and of which source each was made:
#: ``tools/releases.py`` writes them.
RELEASES = Path(str(files("crossroads") / "static" / "releases"))
SOURCES = "sources.sha256"
_RECORD = ".crossroads.json"


def assignments_dir() -> Path | None:
    """The folder of source assignments; only a checkout has it, since they hold the keys."""
    folder = Path(__file__).resolve().parents[2] / "assignments"
    return folder if folder.is_dir() else None


def prepare(
    course: Path,
    more: Mapping[str, Path] | None = None,
    *,
    teaching: bool = False,
    quizzes: bool = True,
) -> list[str]:
    """Make a course directory, or bring it up to date; returns what a person should know.

    Copies lessons, ``more`` (files by the place that they get), released ``quizzes`` and, for
    ``teaching``, their sources, which hold the keys. A file that was changed since it was copied is
    left alone, and named in what is returned. Raises ``ValueError`` where a learner's folder would
    be made of a class's.
    """
    use_own_commands()
    if quizzes and not teaching and (found := next(filter(Path.exists, of_a_class(course)), None)):
        raise ValueError(
            f"{course} is a class's course, with {found.name} in it: open it with crossroads teach "
            f"--course {course.name}, or give learners a folder of their own, --course NAME"
        )
    course.mkdir(parents=True, exist_ok=True)
    record = _read_record(course)
    notes = _without_sources(course, record) if quizzes and not teaching else []

    def copy(origin: Path, target: str) -> None:
        if note := _pull(origin, course, target, record):
            notes.append(note)

    copy(_static("nbgrader_config.py"), "nbgrader_config.py")
    for origin in _tree(lessons_dir(), "*"):
        if origin.suffix in (".ipynb", ".md"):
            # A translated lesson lies in its language's own folder.
            copy(origin, f"lessons/{origin.relative_to(lessons_dir()).as_posix()}")
    for target, origin in (more or {}).items():
        copy(origin, target)
    assignments = assignments_dir() if quizzes else None
    # One workshop for all: nbgrader makes its gradebook once.
    with tempfile.TemporaryDirectory() as workshop:
        for folder in sorted(assignments.iterdir()) if assignments else []:
            for origin in _tree(folder, "*") if teaching else ():
                copy(origin, f"source/{folder.name}/{origin.relative_to(folder).as_posix()}")
            notebook = folder / f"{folder.name}.ipynb"
            target = f"quizzes/{folder.name}/{folder.name}.ipynb"
            made_from = digest(notebook)
            if record.get(f"{target} from") != made_from or not (course / target).exists():
                copy(release(folder, Path(workshop)), target)
                record[f"{target} from"] = made_from
    # nbgrader's list of assignments wants the folder that it puts them into.
    for name in ("progress", "quizzes", *(["exchange"] if teaching else [])):
        (course / name).mkdir(exist_ok=True)
    write_whole(course / _RECORD, json.dumps(record, indent=1))
    return notes


def of_a_class(course: Path) -> list[Path]:
    """What only a class's course has: who is in it, what they handed in, and their marks."""
    names = ("roster.csv", "submitted", "autograded", "collected", "gradebook.db")
    return [course / name for name in names]


def _without_sources(course: Path, record: dict[str, str]) -> list[str]:
    """Take the sources that were copied here before out of a learner's folder: they hold the keys.

    What somebody changed stays, and is named.
    """
    notes = []
    for target in [name for name in record if name.startswith("source/")]:
        path = course / target
        if not path.exists() or digest(path) == record[target]:
            path.unlink(missing_ok=True)
            del record[target]
        else:
            notes.append(f"{target} was changed by you, so it stays here; it holds a quiz's key.")
    # From the innermost folder outwards; what isn't empty stays.
    for folder in sorted((course / "source").glob("**/"), reverse=True):
        with contextlib.suppress(OSError):
            folder.rmdir()
    return notes


def release(assignment: Path, workshop: Path) -> Path:
    """A student's copy of one source assignment, as nbgrader makes it; returns its path.

    Of a quiz of this course that nobody changed, the package holds it. ``workshop`` is a folder to
    make others in, which may hold other assignments: no gradebook of a course is touched. Raises
    ``RuntimeError`` with nbgrader's words when the assignment can't be released.
    """
    if shipped(assignment):
        return RELEASES / f"{assignment.name}.json"
    return release_with_nbgrader(assignment, workshop)


def shipped(assignment: Path) -> bool:
    """Whether the package holds the release of just this source."""
    try:
        lines = (RELEASES / SOURCES).read_text("utf-8").splitlines()
        own = digest(assignment / f"{assignment.name}.ipynb")
    except OSError:
        return False
    return f"{own}  {assignment.name}" in lines


def release_with_nbgrader(assignment: Path, workshop: Path) -> Path:
    """Make a student's copy with nbgrader; see ``release``."""
    shutil.copytree(assignment, workshop / "source" / assignment.name)
    return generate(workshop, assignment.name, Path(str(files("crossroads") / "static")))


def generate(course: Path, name: str, settings: Path) -> Path:
    """Make the student's copy of an assignment, and its entry in the gradebook, with nbgrader.

    ``course`` holds its source; ``settings`` is the folder of the ``nbgrader_config.py`` to go by.
    Returns the notebook's path, and raises ``RuntimeError`` with nbgrader's own words.
    """
    from nbgrader.apps import NbGraderAPI
    from traitlets.config.loader import PyFileConfigLoader

    use_own_commands()
    config = PyFileConfigLoader("nbgrader_config.py", str(settings)).load_config()
    config.CourseDirectory.root = config.Exchange.root = str(course)
    result = NbGraderAPI(config=config).generate_assignment(name)
    if not result["success"]:
        raise RuntimeError(f"{name} can't be released: {result['log'] or result['error']}")
    return course / "release" / name / f"{name}.ipynb"


def personal_copies(course: Path, assignment: str, students: Iterable[str]) -> list[Path]:
    """Write each student's own copy of an assignment, with values drawn for that student.

    The same student always gets the same values; what was drawn is kept for the grading. Returns
    the notebooks' paths, ``variants/ASSIGNMENT/STUDENT/ASSIGNMENT.ipynb``. Raises ``ValueError``
    for an id that can't be a folder's name, and where the assignment has nothing to draw.
    """
    import nbformat

    students = [checked_id(student) for student in students]
    notebook = _released(course, assignment)
    space, secret = variants.space_of(notebook), _secret(course)
    drawn = {student: variants.draw(space, secret, student, assignment) for student in students}
    _note_drawn(course, assignment, drawn)
    paths = []
    for student, values in drawn.items():
        path = course / "variants" / assignment / student / f"{assignment}.ipynb"
        own = variants.personalise(notebook, values)
        write_whole(path, nbformat.writes(own))  # type: ignore[no-untyped-call]
        paths.append(path)
    return paths


def draw_anew(course: Path, assignment: str, learner: str) -> tuple[Path, Path | None]:
    """Give a learner the assignment with freshly drawn values; returns it and the one before.

    The one before is moved to ``earlier/ASSIGNMENT/NUMBER/``, never overwritten.
    """
    import nbformat

    notebook = _released(course, assignment)
    space = variants.space_of(notebook)
    path = course / "quizzes" / assignment / f"{assignment}.ipynb"
    before: Path | None = None
    try:
        held = variants.values_in(nbformat.read(path, as_version=4))  # type: ignore[no-untyped-call]
    except (OSError, ValueError):
        held = {}
    values = held
    while values == held:
        values = variants.draw(space, secrets.token_bytes(), learner, assignment)
    if path.exists():
        kept = course / "earlier" / assignment
        number = next(n for n in count(1) if not (kept / str(n)).exists())
        before = kept / str(number) / path.name
        before.parent.mkdir(parents=True)
        os.replace(path, before)
    write_whole(path, nbformat.writes(variants.personalise(notebook, values)))  # type: ignore[no-untyped-call]
    _note_drawn(course, assignment, {checked_id(learner): values})
    return path, before


def sources(course: Path) -> dict[str, Path]:
    """The folders of the source assignments by name: the course's own, then the checkout's.

    Raises ``FileNotFoundError`` where there are none, as in a student's installation.
    """
    places = [course / "source", assignments_dir()]
    found = {
        folder.name: folder
        for place in reversed(places)
        if place and place.is_dir()
        for folder in sorted(place.iterdir())
        if (folder / f"{folder.name}.ipynb").is_file()
    }
    if not found:
        raise FileNotFoundError(2, "there are no source assignments here", str(places[0]))
    return found


def source(course: Path, assignment: str) -> Path:
    """The folder of one source assignment; raises ``ValueError`` that names those there are."""
    folders = sources(course)
    if assignment not in folders:
        raise ValueError(f"there is no assignment {assignment!r}; there are {', '.join(folders)}")
    return folders[assignment]


def write_assignment(course: Path, name: str, notebook: Any, rubrics: dict[str, Any]) -> Path:
    """Write a new source assignment; raises ``ValueError`` where there is one of that name."""
    import nbformat
    import yaml

    path = course / "source" / name / f"{name}.ipynb"
    if path.parent.exists():
        raise ValueError(f"{path.parent} is there already; choose another name")
    nbformat.validate(notebook)
    write_whole(path, nbformat.writes(notebook) + "\n")  # type: ignore[no-untyped-call]
    if rubrics:
        text = yaml.safe_dump(rubrics, allow_unicode=True, sort_keys=False, width=92)
        write_whole(path.parent / "rubric.yml", text)
    return path


def checked_id(student: str) -> str:
    """A student's id that is safe as the name of a folder, else ``ValueError``."""
    if not re.fullmatch(r"\w[\w.@+ -]{0,99}", student) or student != student.strip():
        raise ValueError(
            f"{student[:40]!r} can't be a student's id: letters, digits and . @ + - _ only, "
            "beginning with a letter or digit"
        )
    return student


def _released(course: Path, assignment: str) -> Any:
    import nbformat

    folder = source(course, assignment)
    with tempfile.TemporaryDirectory() as temporary:
        path = release(folder, Path(temporary))
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    if not variants.space_of(notebook):
        raise ValueError(f"{assignment} has no values to draw: it's the same for everybody")
    return notebook


def _secret(course: Path) -> bytes:
    """The course's secret, made on first use and readable by its owner only."""
    path = course / "variants" / "secret"
    if not path.exists():
        write_whole(path, secrets.token_hex(32), mode=0o600)
    return path.read_bytes()


def _note_drawn(course: Path, assignment: str, drawn: dict[str, variants.Values]) -> None:
    path = course / "variants" / f"{assignment}.json"
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    write_whole(path, json.dumps(known | drawn, indent=0, ensure_ascii=False))


def use_own_commands() -> None:
    """Let this process and what it starts find the environment's commands, activated or not.

    nbgrader starts ``alembic`` by its bare name whenever it makes a gradebook.
    """
    own, path = sysconfig.get_path("scripts"), os.environ.get("PATH", "")
    if path.split(os.pathsep)[0] != own:
        os.environ["PATH"] = os.pathsep.join([own, path])


def _static(name: str) -> Path:
    return Path(str(files("crossroads") / "static" / name))


def _tree(folder: Path, pattern: str) -> Iterator[Path]:
    return (p for p in sorted(folder.rglob(pattern)) if p.is_file() and ".ipynb_" not in str(p))


def _pull(origin: Path, course: Path, target: str, record: dict[str, str]) -> str:
    """Copy ``origin`` unless the copy was changed; returns a note where it was left alone."""
    new, there = digest(origin), course / target
    if there.exists():
        now = digest(there)
        if now == new or record.get(target) == new:
            record[target] = new
            return ""
        if now != record.get(target):
            return (
                f"{target} was changed by you, so the course's newer version was not copied. "
                "Rename yours to get it."
            )
    write_whole(there, origin.read_bytes())
    record[target] = new
    return ""


def _read_record(course: Path) -> dict[str, str]:
    """What was copied when; without a readable record every differing file counts as changed."""
    try:
        record = json.loads((course / _RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def digest(path: Path) -> str:
    """A file's SHA-256, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_whole(path: Path, content: bytes | str, mode: int = 0o644) -> None:
    """Write a file whole or not at all: to a temporary one, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder of files by path whole or not at all; what was there before is replaced."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        made.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(made, folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
