"""Release a quiz to students: a folder or zip with lessons, data and the released notebook.

It needs no checkout and no exchange: the course's own package is in it as a wheel, and
``README.txt`` says how to set it up and open it. A quiz that draws values gets a second folder or
zip, with each student's own copy.

Everything is read again before it's handed out, and looked through for what only teachers may see.
The same course always gives the same bytes.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from ...course import Course
from ...course.releases import generate, static
from ...files import write_whole, zipped
from ...grading import database
from ...grading.course_assignment import is_own
from ...grading.submission_times import rule_of
from ...grading.submitted.nbgrader_cells import nbgrader_metadata, text_of
from ...questions import variants
from ..notes import Note
from . import output
from .deadline import with_deadline
from .leaks import scan, secrets
from .plain_package import given_away, plain_package
from .student_package import copies, has_wheel, in_folders, package
from .worksheet import folders

#: Of a release, what only the marker needs; students see the rubric in the notebook.
MARKERS_ONLY = {"rubric.yml"}


def release(
    course: Path,
    assignment: str,
    to: Path,
    *,
    force: bool = False,
    same_for_all: bool = False,
    worksheet: Path | None = None,
) -> list[Note]:
    """Write the student package of a quiz to a folder, or to a zip if ``to`` ends in ``.zip``.

    The quiz is released with nbgrader in the course first, if it isn't yet, so that it can be
    graded. Where it draws values and there is a roster, each student's own copy goes to a second
    place beside ``to``, unless ``same_for_all``; with Moodle's ``worksheet``, as Moodle hands files
    out to each. Returns what the teacher should know. Raises
    ``ValueError`` where something secret would be given away, or something else is there already
    and ``force`` wasn't said; then nothing is written.
    """
    course.mkdir(parents=True, exist_ok=True)
    place = Course(course).resolved()
    notes = _released(place, assignment, anew=force)
    released = place.release(assignment)
    own = {
        path.relative_to(released).as_posix(): path.read_bytes()
        for path in sorted(released.rglob("*"))
        if path.is_file() and path.name not in MARKERS_ONLY and ".ipynb_" not in str(path)
    }
    if not is_own(place.path, assignment):
        return [*notes, *_plain(place, assignment, to, own, force=force)]
    rule = rule_of(place.path, assignment)
    file = f"{assignment}.ipynb"
    own[file] = with_deadline(own[file], rule)
    notebook = json.loads(own[file])
    people = place.people()
    numbered = (
        folders(worksheet.read_bytes(), worksheet.name, people) if worksheet is not None else None
    )
    drawn = variants.space_of(notebook)
    each_their_own = bool(drawn and people and not same_for_all)
    if drawn and not people and not same_for_all:
        notes.append(Note("nobody-to-draw-for", values={"assignment": assignment}))
    title = notebook["metadata"].get("crossroads", {}).get("title", assignment)
    packed = package(assignment, title, own, each_their_own)
    if not has_wheel(packed):
        notes.append(Note("no-wheel"))
    places = {to: packed}
    if each_their_own:
        students = [person.student_id for person in people]
        made = copies(place.path, assignment, students, rule)
        if numbered is not None:
            made = in_folders(made, numbered)
            if missing := [one for one in students if one not in numbered]:
                notes.append(Note("not-in-worksheet", values={"students": missing}))
        places[beside(to)] = made
    hidden = secrets(place.path)
    for target, content in places.items():
        written = {target.name: zipped(content)} if output.zip_suffix(target) else content
        if findings := scan(written, hidden):
            raise ValueError(
                f"nothing was handed out: {target.name} would give away\n  " + "\n  ".join(findings)
            )
    for target, content in places.items():
        output.look(target, content, force)
    for target, content in places.items():
        # Moodle looks for its folders at the top.
        top = "" if numbered is not None else f"{assignment}-copies"
        output.put(target, content, assignment if target == to else top)
        size = sum(map(len, content.values())) / 2**20
        about = {"path": str(target), "files": len(content), "size": size}
        notes.append(Note("package" if target == to else "copies", values=about))
    notes.append(Note("looked-through"))
    return notes


def _plain(
    course: Course, assignment: str, to: Path, own: dict[str, bytes], *, force: bool
) -> list[Note]:
    """Return the package of another course's assignment: see ``release``."""
    packed = plain_package(assignment, own)
    if findings := given_away(course, assignment, packed):
        raise ValueError(
            f"nothing was handed out: {to.name} would give away\n  " + "\n  ".join(findings)
        )
    output.look(to, packed, force)
    output.put(to, packed, assignment)
    size = sum(map(len, packed.values())) / 2**20
    about = {"path": str(to), "files": len(packed), "size": size}
    return [Note("package", values=about), Note("looked-through")]


def beside(to: Path) -> Path:
    """Return where the students' own copies go: ``quiz-03-copies.zip`` beside ``quiz-03.zip``."""
    return to.with_name(
        f"{to.stem if to.suffix == '.zip' else to.name}-copies{output.zip_suffix(to)}"
    )


def _released(course: Course, assignment: str, *, anew: bool) -> list[Note]:
    """Make sure that the course holds the release that grading goes by, made from the source."""
    source, own = course.source(assignment), course.own_source(assignment)
    if not own.is_dir():
        shutil.copytree(source, own)
    ours = is_own(course.path, assignment)
    if ours and not course.settings.exists():
        write_whole(course.settings, static(course.settings.name).read_bytes())
    if not course.released(assignment).is_file() or not _in_gradebook(course, assignment):
        _generate(course, assignment, course)
        about = {"assignment": assignment, "course": course.path.name}
        return [Note("released", values=about)]
    with tempfile.TemporaryDirectory() as temporary:
        workshop = Course(temporary)
        if not ours:
            # Also a header or footer that the settings name, which lies beside the assignments.
            _copy_files(course.place("source"), workshop.place("source"))
        shutil.copytree(own, workshop.own_source(assignment))
        fresh = _generate(workshop, assignment, course)
        there = course.released(assignment)
        same = fresh.read_bytes() == there.read_bytes() if ours else _same(fresh, there)
    if same:
        return []
    if not anew:
        raise ValueError(
            f"the source of {assignment} was changed after it was released. To release it "
            "again: --force (earlier submissions are then marked by the new version, too)"
        )
    _generate(course, assignment, course)
    return [Note("released-again", values={"assignment": assignment})]


def _copy_files(source: Path, target: Path) -> None:
    """Copy the files of a folder, but none of its folders."""
    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.is_file():
            shutil.copy(path, target)


def _same(fresh: Path, there: Path) -> bool:
    """Return whether two releases ask the same: cells' own ids are drawn anew each time."""

    def asked(folder: Path) -> dict[str, list[tuple[str, str, str]]]:
        return {
            path.name: [
                (text_of(cell), cell["cell_type"], json.dumps(nbgrader_metadata(cell)))
                for cell in json.loads(path.read_text("utf-8"))["cells"]
            ]
            for path in sorted(folder.glob("*.ipynb"))
        }

    return asked(fresh.parent) == asked(there.parent)


def _generate(course: Course, assignment: str, settings: Course) -> Path:
    try:
        return generate(course.path, assignment, settings.path)
    except RuntimeError as error:
        raise ValueError(str(error)) from None


def _in_gradebook(course: Course, assignment: str) -> bool:
    if not course.has_gradebook:
        return False
    from nbgrader.api import MissingEntry  # slow, and only needed here

    with database.opened(course.path) as book:
        try:
            return bool(book.find_assignment(assignment).notebooks)
        except MissingEntry:
            return False
