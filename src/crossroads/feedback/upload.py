"""Pages in one archive, as Moodle and Canvas take feedback back for a whole class.

Moodle reads the numbers in the names of folders (its source, ``mod/assign/feedback/file/
importziplib.php``): ``Full name_1234567_assignfeedback_file/``. Canvas reads the names of files as
its own download has them: ``lastnamefirstname_12345_67890_quiz-03.html``, with the numbers of the
user and of the file that was submitted.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..classroom.collect import senders
from ..classroom.collect.name_forms import safe_name
from ..classroom.collect.senders import Sender
from ..course import Course
from ..files import write_whole, zipped

PLATFORMS = ("moodle", "canvas")
#: What to do with the archive, by platform.
WHERE = {
    "moodle": "in Moodle, in the assignment's submissions: Actions > Upload multiple feedback "
    "files in a zip (the assignment needs the feedback type Feedback files)",
    "canvas": "in Canvas, in the gradebook, in the assignment's menu: Re-Upload Submissions",
}


def place_in(sender: Sender, assignment: str) -> str:
    """Return the path of a student's page in the archive of the sender's platform."""
    # A name's own low line would be taken for the end of the name.
    name = safe_name(sender.name).replace("_", " ").strip() or "student"
    if sender.platform == "moodle":
        return f"{name}_{sender.number}_assignfeedback_file/{assignment}.html"
    name = name.replace(" ", "") or "student"
    return f"{name}_{sender.number}_{sender.attachment}_{assignment}.html"


def write(
    course: Path, assignment: str, platform: str, students: Iterable[str]
) -> tuple[Path, list[str]]:
    """Write the pages of these students as one archive; returns where, and whose aren't in it.

    Those are students whose work didn't come in a download of this platform: nobody is guessed.
    """
    own = Course(course)
    files, missing = {}, []
    for student in students:
        page = own.feedback(student, assignment) / f"{assignment}.html"
        sender = senders.of(own, assignment, student)
        if sender is None or sender.platform != platform or not page.is_file():
            missing.append(student)
            continue
        files[place_in(sender, assignment)] = page.read_bytes()
    path = own.place("exports") / f"{assignment}-feedback-{platform}.zip"
    write_whole(path, zipped(files))
    return path, missing
