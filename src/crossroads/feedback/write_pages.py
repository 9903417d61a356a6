"""Writing the pages of a quiz, where nbgrader's commands release and fetch them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..classroom import regrade_requests
from ..course import Course, checked_id, write_whole
from ..grading import course_totals, gradebook, results, scores, shared_work
from ..grading.adjustments.rules import WHOLE
from ..i18n import speaking
from . import submission
from .page_checksum import ours
from .pages import excused_page, student_page
from .quiz import Sheet, sheet

#: Bytes of the exchange's secret of a submission; nbgrader's have 128.
MOST_SECRET = 1000


@dataclass
class Written:
    """The result of writing pages: whose were written, and whose files were not replaced."""

    paths: list[Path] = field(default_factory=list)
    left: list[Path] = field(default_factory=list)
    #: Students whose page says of an answer that it isn't marked yet.
    waiting: list[str] = field(default_factory=list)
    #: Requests for a regrade that have no answer yet.
    open_requests: int = 0

    @property
    def all(self) -> list[Path]:
        """Every page that is there now."""
        return sorted([*self.paths, *self.left])


def write(
    course: Path,
    name: str,
    students: Sequence[str] = (),
    *,
    keys: bool = False,
    force: bool = False,
    may_ask: bool = True,
) -> Written:
    """Write the pages of a quiz, of all who have results or of some.

    A page that isn't ours, or was changed by hand, is left as it is but for ``force``. With
    ``may_ask`` a page says how to ask for a mark to be looked at again. Raises
    ``ValueError`` where there are no results, or none of a student who was named.
    """

    quiz = sheet(course, name, keys)
    place = Course(course)
    there = results.students(course, name)
    excused = _excused(place, quiz, there)
    if missing := sorted(set(students) - {*there, *excused}):
        raise ValueError(f"there are no results of {name} for {', '.join(missing)}")
    if not there and not excused:
        raise ValueError(f"there are no results of {name} yet: crossroads grade {name}")
    given = submission.graded(gradebook.grades(course, name))
    dates = gradebook.dates(course, name)
    marked = scores.read(course, name)
    for student in marked.late:
        dates[student] = replace(dates[student], unsettled=True)
    adjusted = {str(row["student_id"]): row["adjusted"] for row in marked.counted}
    dropped = course_totals.dropped(course, name) or set()
    origins = shared_work.origins(course, name)
    requests = regrade_requests.read(course, name)
    others = [own for own in place.released_notebooks(name) if own != name]
    written = Written()
    with speaking(quiz.language):
        for student in students or [*there, *excused]:
            path = place.feedback(student, name) / f"{name}.html"
            if path.exists() and not force and not ours(path.read_text("utf-8", "replace")):
                written.left.append(path)
                continue
            if student in excused:
                _for_nbgrader(path.parent, place.submitted(student, name), "")
                write_whole(path, excused_page(quiz, student).encode("utf-8", "replace"))
                written.paths.append(path)
                continue
            kept = results.read(course, name, checked_id(student))
            if kept is None or student not in given:
                raise ValueError(
                    f"the result of {student} is damaged or not in the gradebook: crossroads grade "
                    f"{name} --student {student}"
                )
            result = kept.result
            changed = adjusted.get(student), student in dropped, origins.get(student, "")
            made = student_page(
                quiz,
                result,
                given[student],
                dates.get(student),
                *changed,
                requests=requests.get(student),
                may_ask=may_ask,
            )
            if any(one.waiting for one in given[student].values()):
                written.waiting.append(student)
            written.open_requests += sum(one.is_open for one in requests.get(student, {}).values())
            _for_nbgrader(path.parent, place.submitted(student, name), result.submitted or "")
            write_whole(path, made.encode("utf-8", "replace"))
            for other in others:
                # nbgrader's exchange gives a student the page of each notebook's name.
                write_whole(path.with_name(f"{other}.html"), made.encode("utf-8", "replace"))
            written.paths.append(path)
    return written


def _excused(course: Course, quiz: Sheet, there: Sequence[str]) -> list[str]:
    """Return who of the class is excused from the whole, and submitted nothing that was graded."""
    rule = quiz.adjustments
    students = [person.student_id for person in course.students()]
    return [s for s in students if s not in there and WHOLE in rule.excused_for(s)]


def _for_nbgrader(folder: Path, submitted: Path, came: str) -> None:
    """Write what ``nbgrader release_feedback`` wants beside a page: when it came, and its secret.

    Work that didn't come through the exchange has no secret: then one that nobody knows will do.
    """
    # Of an empty one nbgrader says a word and goes on; any other text that is no time ends it.
    write_whole(folder / "timestamp.txt", came)
    name = "submission_secret.txt"
    own = submitted / name
    if own.resolve() == own.absolute() and own.is_file() and own.stat().st_size <= MOST_SECRET:
        write_whole(folder / name, own.read_bytes())
    elif not (folder / name).is_file():
        write_whole(folder / name, secrets.token_hex(64))
