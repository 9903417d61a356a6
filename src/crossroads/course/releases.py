"""Students' copies of source assignments, as nbgrader makes them."""

from __future__ import annotations

import shutil
from contextlib import chdir
from importlib.resources import files
from pathlib import Path

from ..files import digest
from .checkout import RELEASES as RELEASES
from .checkout import SOURCES as SOURCES
from .commands import use_own_commands
from .directory import Course


def release(assignment: Path, workshop: Path) -> Path:
    """Return a student's copy of one source assignment, as nbgrader makes it; returns its path.

    Of a quiz of this course that nobody changed, the package holds it. ``workshop`` is a folder to
    make others in, which may hold other assignments: no gradebook of a course is touched. Raises
    ``RuntimeError`` with nbgrader's words when the assignment can't be released.
    """
    if has_release(assignment):
        return RELEASES / f"{assignment.name}.json"
    return release_with_nbgrader(assignment, workshop)


def has_release(assignment: Path) -> bool:
    """Return whether the package holds the release of just this source."""
    try:
        lines = (RELEASES / SOURCES).read_text("utf-8").splitlines()
        own = digest(assignment / f"{assignment.name}.ipynb")
    except OSError:
        return False
    return f"{own}  {assignment.name}" in lines


def release_with_nbgrader(assignment: Path, workshop: Path) -> Path:
    """Make a student's copy with nbgrader; see ``release``."""
    shutil.copytree(assignment, Course(workshop).own_source(assignment.name))
    return generate(workshop, assignment.name, static())


def generate(course: Path, assignment: str, settings: Path) -> Path:
    """Make the student's copy of an assignment, and its entry in the gradebook, with nbgrader.

    ``course`` holds its source; ``settings`` is the folder of the ``nbgrader_config.py`` to go by.
    Returns the notebook's path, and raises ``RuntimeError`` with nbgrader's own words.
    """
    # A second, which few commands need.
    from nbgrader.apps import NbGraderAPI
    from traitlets.config.loader import Config, PyFileConfigLoader

    use_own_commands()
    course, name = course.resolve(), "nbgrader_config.py"
    there = (settings / name).is_file()
    config = PyFileConfigLoader(name, str(settings)).load_config() if there else Config()
    config.CourseDirectory.root = config.Exchange.root = str(course)
    # Not the settings' own: a folder to make things in isn't the class that they are for.
    config.CourseDirectory.db_url = Course(course).gradebook_url
    with chdir(course):  # from there nbgrader looks for a header that its settings name
        result = NbGraderAPI(config=config).generate_assignment(assignment)
    if not result["success"]:
        raise RuntimeError(f"{assignment} cannot be released: {result['log'] or result['error']}")
    return Course(course).released(assignment)


#: The notebooks of the marking desk and the dashboard, in a class's course.
MARKING, DASHBOARD = "marking.ipynb", "dashboard.ipynb"


def teachers_pages() -> dict[str, Path]:
    """Return the notebooks of a teacher's pages by their place in a course directory."""
    return {name: static(name) for name in (MARKING, DASHBOARD)}


def static(name: str = "") -> Path:
    """Return a file that comes with the package, by its name; without one their folder."""
    return Path(str(files("crossroads") / "static" / name))
