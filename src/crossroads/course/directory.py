"""The one object that knows a course directory: its paths, and what there is already."""

from __future__ import annotations

import glob
import json
import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import gradebook_address, renumbering, roster
from .checkout import assignments_dir
from .commands import use_own_commands
from .nbgrader_settings import STEPS, Settings, settings
from .own_quiz import is_own_quiz
from .person import Person
from .places import PLACES

NO_DRIVER = (
    "the gradebook {where} needs a package that is not installed ({why}). For PostgreSQL: pip "
    "install 'crossroads-course[postgresql]', and an address that begins with "
    "postgresql+psycopg://"
)


@dataclass(frozen=True)
class Course:
    """A course directory, whether it's there yet or not; a relative path stays one.

    What lies in it is declared in ``places``. ``assignment`` and ``student`` are names of folders;
    nothing here makes sure that a student's id is a safe one: that is ``checked_id``.
    """

    path: Path

    def __init__(self, path: str | os.PathLike[str]) -> None:
        object.__setattr__(self, "path", Path(path))

    def __fspath__(self) -> str:
        return str(self.path)

    def resolved(self) -> Course:
        """Return the same course by its absolute path."""
        return Course(self.path.resolve())

    def place(self, name: str) -> Path:
        """Return the path of one of ``PLACES``.

        Raises ``KeyError`` for a place that isn't declared.

        nbgrader's own are where its settings have them, and ``ValueError`` is raised where those
        can't be read.
        """
        if name in STEPS:
            return self.nbgrader.top(self.path, name)
        if name == "gradebook.db":
            return self.gradebook.file or self.path / name
        return self.path / PLACES[name].name

    @property
    def nbgrader(self) -> Settings:
        """nbgrader's settings for this course; ``ValueError`` if they can't be read."""
        return settings(self.path)

    def _step(self, step: str, student: str, assignment: str) -> Path:
        return self.nbgrader.path(self.path, step, student, assignment)

    def hidden(self) -> list[Path]:
        """Return every place that no student's code may see, whether it's there or not.

        Copies that other programs leave beside one, such as nbgrader's of a gradebook, are among
        them.
        """
        hidden = [place for place in PLACES.values() if not place.open]
        beside = {
            found
            for place in hidden
            for part in place.parts
            if part.pattern.startswith(f"{place.name}.")
            for found in self.path.glob(part.pattern)
        }
        file = self.gradebook.file
        if file and file != self.path.resolve() / self.place("gradebook.db").name:
            beside |= {file, *file.parent.glob(f"{glob.escape(file.name)}?*")}
        return [*(self.place(place.name) for place in hidden), *sorted(beside)]

    def of_a_class(self) -> Path | None:
        """Return what a class has and a learner hasn't: a roster, submissions, marks.

        Return ``None`` where there is none.
        """
        names = ("roster.csv", "submitted", "autograded", "collected", "gradebook.db")
        return next((path for path in map(self.place, names) if path.exists()), None)

    # -- files of the whole course -----------------------------------------------------------------

    @property
    def gradebook(self) -> gradebook_address.Address:
        """The place of nbgrader's gradebook; ``ValueError`` for what is wrong in a setting."""
        return gradebook_address.address(self.path)

    @property
    def has_gradebook(self) -> bool:
        """Whether nbgrader's gradebook is there; a database server's is taken to be."""
        file = self.gradebook.file
        return file is None or file.is_file()

    @property
    def gradebook_url(self) -> str:
        """The address of the gradebook, as nbgrader wants it. It may hold a password."""
        return self.gradebook.url

    def open_gradebook(self) -> AbstractContextManager[Any]:
        """nbgrader's gradebook, to be used in a ``with``; it's made where there is none.

        Raises ``ValueError`` where its kind of database can't be used here.
        """
        from nbgrader.api import Gradebook  # half a second, which few commands need
        from sqlalchemy.exc import NoSuchModuleError

        use_own_commands()
        own = self.gradebook
        try:
            book: AbstractContextManager[Any] = Gradebook(own.url, self.nbgrader.course_id)
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            raise ValueError(NO_DRIVER.format(where=own.shown, why=error)) from None
        return book

    @property
    def roster(self) -> Path:
        """The roster's file."""
        return self.place("roster.csv")

    def people(self) -> list[Person]:
        """Return who is on the roster, in its order; empty where there is none."""
        return roster.read(self.roster)

    def students(self) -> list[Person]:
        """Return who is on the roster; where there is none, who is in the gradebook."""
        if self.roster.is_file() or not self.has_gradebook:
            return self.people()
        with self.open_gradebook() as book:
            names = ("first_name", "last_name", "email", "lms_user_id")
            return [
                Person(str(one.id), *(str(getattr(one, name) or "") for name in names))
                for one in book.students
            ]

    @property
    def deadlines(self) -> Path:
        """The late rules."""
        return self.place("deadlines.yml")

    @property
    def adjustments(self) -> Path:
        """Marks that a person adjusts."""
        return self.place("adjustments.yml")

    @property
    def groups(self) -> Path:
        """The file that says who submits together."""
        return self.place("groups.yml")

    @property
    def comments(self) -> Path:
        """The bank of comments."""
        return self.place("comments.yml")

    @property
    def markers(self) -> Path:
        """The file that says who marks what."""
        return self.place("markers.yml")

    @property
    def settings(self) -> Path:
        """The file of nbgrader's settings for this course."""
        return self.place("nbgrader_config.py")

    @property
    def record(self) -> Path:
        """The file that says which of the course's files were copied when."""
        return self.place(".crossroads.json")

    # -- assignments -------------------------------------------------------------------------------

    def own_source(self, assignment: str) -> Path:
        """Return the folder of an assignment's source in this course, whether it's there or not."""
        return self._step("source", ".", assignment)

    def sources(self) -> dict[str, Path]:
        """Return the folders of the source assignments by name.

        The course's own come first, then the checkout's.

        A directory that only has another course's assignments has nothing of the checkout. Raises
        ``FileNotFoundError`` where there are none, as in a student's installation.
        """
        own = [folder for _, _, folder in self.nbgrader.found(self.path, "source")]
        own = [folder for folder in own if any(folder.glob("*.ipynb"))]
        others = own and not any(map(is_own_quiz, own))
        places = [self.place("source"), None if others else assignments_dir()]
        found = {
            folder.name: folder
            for place in reversed(places)
            if place and place.is_dir()
            for folder in sorted(place.iterdir())
            if (folder / f"{folder.name}.ipynb").is_file()
        }
        # A course of somebody else's names its notebooks as it likes.
        found |= {folder.name: folder for folder in own}
        for names in renumbering.kept(self).items():
            # The checkout has another one of the old name, and this one under its new name.
            top = self.place("source")
            found = {n: f for n, f in found.items() if n not in names or f.parent == top}
        if not found:
            raise FileNotFoundError(2, "there are no source assignments here", str(places[0]))
        return found

    def source(self, assignment: str) -> Path:
        """Return the folder of an assignment's source.

        Raises ``ValueError`` that names the assignments there are.
        """
        if why := renumbering.why_not(self, assignment):
            raise ValueError(why)
        try:
            folders = self.sources()
        except FileNotFoundError:
            if self.released_notebooks(assignment):
                return self.release(assignment)
            raise
        if assignment not in folders:
            if self.released_notebooks(assignment):
                return self.release(assignment)  # all that there is of it here
            known = ", ".join(folders)
            raise ValueError(f"there is no assignment {assignment!r}; there are {known}")
        return folders[assignment]

    def release(self, assignment: str) -> Path:
        """Return the folder of an assignment as nbgrader released it."""
        return self._step("release", ".", assignment)

    def released_notebooks(self, assignment: str) -> dict[str, Path]:
        """Return the notebooks of an assignment as nbgrader released them, by their names."""
        return {path.stem: path for path in sorted(self.release(assignment).glob("*.ipynb"))}

    def released(self, assignment: str) -> Path:
        """Return the notebook of an assignment as nbgrader released it: of several, the first."""
        path = self.release(assignment) / f"{assignment}.ipynb"
        if not path.is_file():
            return next(iter(self.released_notebooks(assignment).values()), path)
        return path

    def has_released(self, assignment: str) -> bool:
        """Return whether an assignment can be graded: nbgrader has released it here."""
        return self.released(assignment).is_file() and self.has_gradebook

    def handed_out(self, assignment: str) -> Path:
        """Return the released notebook in what students were handed out."""
        return self.place("setup") / f"{assignment}.release.json"

    def assignments(self) -> set[str]:
        """Return every assignment that has a source or was released here."""
        released = self.nbgrader.found(self.path, "release")
        found = {name for _, name, folder in released if any(folder.glob("*.ipynb"))}
        try:
            return found | set(self.sources())
        except FileNotFoundError:  # a course may hold only what was released
            return found

    # -- what students submitted, and what became of it --------------------------------------------

    def submitted(self, student: str, assignment: str) -> Path:
        """Return the folder of a submission."""
        return self._step("submitted", student, assignment)

    def is_submitted(self, student: str, assignment: str) -> bool:
        """Return whether something of this student's was submitted."""
        return self.submitted(student, assignment).is_dir()

    def submissions(self, assignment: str) -> list[Path]:
        """Return the folders of all submissions of an assignment."""
        return [*self.submissions_by(assignment).values()]

    def submissions_by(self, assignment: str) -> dict[str, Path]:
        """Return the folders of all submissions of an assignment, by student.

        Students whom nbgrader's settings exclude are not among them.
        """
        out = self.nbgrader.left_out
        there = self.nbgrader.found(self.path, "submitted", assignment)
        return {student: folder for student, _, folder in there if student not in out}

    def submitters(self) -> set[str]:
        """Return everybody who has a submission."""
        there = self.nbgrader.found(self.path, "submitted")
        return {student for student, _, folder in there if folder.is_dir()}

    def autograded(self, student: str, assignment: str) -> Path:
        """Return the folder of a marked notebook, as formgrader shows it."""
        return self._step("autograded", student, assignment)

    def feedback(self, student: str, assignment: str) -> Path:
        """Return the folder of a student's page."""
        return self._step("feedback", student, assignment)

    def results(self, assignment: str) -> Path:
        """Return the folder of an assignment's results."""
        return self.place("grading") / assignment

    def result(self, student: str, assignment: str) -> Path:
        """Return the file of one student's result."""
        return self.results(assignment) / f"{student}.json"

    def recorded(self, assignment: str) -> Path:
        """Return the file that says which results are in the gradebook.

        No student's id begins like its name.
        """
        return self.results(assignment) / ".recorded"

    def overridden(self, assignment: str) -> Path:
        """Return the file of the marks in the gradebook that stand there in place of others."""
        return self.results(assignment) / ".overruled.json"

    def graded(self, assignment: str) -> dict[str, Path]:
        """Return the files of all results of an assignment, by student."""
        return {p.stem: p for p in sorted(self.results(assignment).glob("[!.]*.json"))}

    def marking(self, assignment: str) -> Path:
        """Return the folder of other markers' marks."""
        return self.place("marking") / assignment

    def requests(self, assignment: str) -> Path:
        """Return the file of students' requests to look at a mark again."""
        return self.place("requests") / f"{assignment}.json"

    def report(self, assignment: str) -> Path:
        """Return the folder of an assignment's report."""
        return self.place("reports") / assignment

    # -- values drawn for each student -------------------------------------------------------------

    @property
    def secret(self) -> Path:
        """The secret that values are drawn with."""
        return self.place("variants") / "secret"

    def drawn(self, assignment: str) -> Path:
        """Return the file of the values drawn, by student."""
        return self.place("variants") / f"{assignment}.json"

    def values_drawn(self, assignment: str) -> dict[str, Any]:
        """Return the values drawn, by student; empty where the assignment draws none."""
        path = self.drawn(assignment)
        found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        return found

    def own_copy(self, student: str, assignment: str) -> Path:
        """Return a student's own copy of an assignment that draws values."""
        return self.place("variants") / assignment / student / f"{assignment}.ipynb"

    # -- what came from a learning platform --------------------------------------------------------

    @property
    def matches(self) -> Path:
        """The file with a teacher's matches of names in downloads to students."""
        return self.place("collected") / "matches.json"

    def replaced(self, student: str, assignment: str) -> Path:
        """Return the folder of a student's submissions that were replaced."""
        return self.place("collected") / "earlier" / assignment / student

    def unmatched(self, assignment: str) -> Path:
        """Return the folder of submissions of nobody known."""
        return self.place("collected") / "unmatched" / assignment

    def arrival(self, student: str, assignment: str) -> Path:
        """Return when a submission came, as a learning platform said it."""
        return self.place("collected") / "arrivals" / assignment / f"{student}.json"

    def sender(self, student: str, assignment: str) -> Path:
        """Return how a learning platform named the sender of a submission in its download."""
        return self.place("collected") / "senders" / assignment / f"{student}.json"

    def taken_from(self, student: str, assignment: str) -> Path:
        """Return the file that says which sender each of a student's submissions came from."""
        return self.place("collected") / "from" / assignment / f"{student}.json"

    def moved(self, assignment: str) -> Path:
        """Return the file that keeps whose submission a person said each is."""
        return self.place("collected") / "moved" / f"{assignment}.json"

    def shared(self, student: str, assignment: str) -> Path:
        """Return the file that says whose submission a group member's submission is a copy of."""
        return self.place("collected") / "shared" / assignment / f"{student}.json"

    # -- a learner's own ---------------------------------------------------------------------------

    @property
    def progress(self) -> Path:
        """The folder of what the self-checks remember."""
        return self.place("progress")

    @property
    def quizzes(self) -> Path:
        """The folder of a learner's copies."""
        return self.place("quizzes")

    def quiz(self, assignment: str) -> Path:
        """Return a learner's copy of an assignment."""
        return self.quizzes / assignment / f"{assignment}.ipynb"

    def earlier(self, assignment: str) -> Path:
        """Return the folder of a learner's copies before new values were drawn."""
        return self.place("earlier") / assignment

    @property
    def study(self) -> Path:
        """The folder of who studies alone."""
        return self.place("study")

    def attempts(self, assignment: str) -> Path:
        """Return the folder of a learner's marked attempts."""
        return self.study / assignment
