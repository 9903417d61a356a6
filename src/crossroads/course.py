"""The course directory: a learner's and a teacher's own copies, and nbgrader's folders.

    course/
      lessons/            a learner's copies of the lessons
      quizzes/            a learner's copies of the released quizzes
      progress/           what the self-checks remember
      handed_in/          what a learner submitted, as it was
      source/ release/ submitted/ autograded/ feedback/ gradebook.db    nbgrader's own
      nbgrader_config.py  nbgrader's settings for this course

Nothing that a student or a teacher changed is ever overwritten.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sysconfig
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from .checks import lessons_dir

COURSE_ID = "crossroads"
_RECORD = ".crossroads.json"


def assignments_dir() -> Path | None:
    """The folder of source assignments; only a checkout has it, since they hold the keys."""
    folder = Path(__file__).resolve().parents[2] / "assignments"
    return folder if folder.is_dir() else None


def prepare(course: Path) -> list[str]:
    """Make a course directory, or bring it up to date; returns what a person should know.

    Copies lessons, assignments' sources and released quizzes. A file that was changed since it was
    copied is left alone, and named in what is returned.
    """
    use_own_commands()
    course.mkdir(parents=True, exist_ok=True)
    record = _read_record(course)
    notes: list[str] = []

    def copy(origin: Path, target: str) -> None:
        if note := _pull(origin, course, target, record):
            notes.append(note)

    copy(Path(str(files("crossroads") / "static" / "nbgrader_config.py")), "nbgrader_config.py")
    for origin in _tree(lessons_dir(), "*"):
        if origin.suffix in (".ipynb", ".md"):
            copy(origin, f"lessons/{origin.name}")
    assignments = assignments_dir()
    for folder in sorted(assignments.iterdir()) if assignments else []:
        for origin in _tree(folder, "*"):
            copy(origin, f"source/{folder.name}/{origin.relative_to(folder).as_posix()}")
        notebook = folder / f"{folder.name}.ipynb"
        target = f"quizzes/{folder.name}/{folder.name}.ipynb"
        made_from = _digest(notebook)
        if record.get(f"{target} from") != made_from or not (course / target).exists():
            with tempfile.TemporaryDirectory() as temporary:
                copy(release(folder, Path(temporary)), target)
            record[f"{target} from"] = made_from
    for name in ("exchange", "progress"):
        (course / name).mkdir(exist_ok=True)
    _write_whole(course / _RECORD, json.dumps(record, indent=1))
    return notes


def release(assignment: Path, workshop: Path) -> Path:
    """Make a student's copy of one source assignment with nbgrader; returns the notebook's path.

    ``workshop`` is an empty folder to work in: no gradebook of a course is touched. Raises
    ``RuntimeError`` with nbgrader's own words when the assignment can't be released.
    """
    from nbgrader.apps import NbGraderAPI
    from traitlets.config.loader import PyFileConfigLoader

    use_own_commands()
    shutil.copytree(assignment, workshop / "source" / assignment.name)
    settings = PyFileConfigLoader("nbgrader_config.py", str(files("crossroads") / "static"))
    config = settings.load_config()
    config.CourseDirectory.root = str(workshop)
    result = NbGraderAPI(config=config).generate_assignment(assignment.name)
    if not result["success"]:
        raise RuntimeError(
            f"{assignment.name} can't be released: {result['log'] or result['error']}"
        )
    return workshop / "release" / assignment.name / f"{assignment.name}.ipynb"


def use_own_commands() -> None:
    """Let this process and what it starts find the environment's commands, activated or not.

    nbgrader starts ``alembic`` by its bare name whenever it makes a gradebook.
    """
    own, path = sysconfig.get_path("scripts"), os.environ.get("PATH", "")
    if path.split(os.pathsep)[0] != own:
        os.environ["PATH"] = os.pathsep.join([own, path])


def _tree(folder: Path, pattern: str) -> Iterator[Path]:
    return (p for p in sorted(folder.rglob(pattern)) if p.is_file() and ".ipynb_" not in str(p))


def _pull(origin: Path, course: Path, target: str, record: dict[str, str]) -> str:
    """Copy ``origin`` unless the copy was changed; returns a note where it was left alone."""
    new, there = _digest(origin), course / target
    if there.exists():
        now = _digest(there)
        if now == new or record.get(target) == new:
            record[target] = new
            return ""
        if now != record.get(target):
            return (
                f"{target} was changed by you, so the course's newer version was not copied. "
                "Rename yours to get it."
            )
    _write_whole(there, origin.read_bytes())
    record[target] = new
    return ""


def _read_record(course: Path) -> dict[str, str]:
    """What was copied when; without a readable record every differing file counts as changed."""
    try:
        record = json.loads((course / _RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_whole(path: Path, content: bytes | str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
