"""nbgrader's settings for this course. Change them here: your version is kept."""

import os

c = get_config()  # noqa: F821

here = os.path.dirname(os.path.abspath(__file__))

c.CourseDirectory.root = here
c.CourseDirectory.course_id = "crossroads"
c.Exchange.root = os.path.join(here, "exchange")
c.Exchange.assignment_dir = os.path.join(here, "quizzes")
# What was submitted, as it was: without this line nbgrader keeps it outside of the course.
c.Exchange.cache = os.path.join(here, "handed_in")

# A solution leaves an empty line behind: the answer line above it already says what to type.
c.ClearSolutions.code_stub = {"python": ""}
c.ClearSolutions.text_stub = "*Write your answer here, in place of this line.*"

# A deleted test cell is put back when grading, so its marks aren't lost.
c.OverwriteCells.add_missing_cells = True
