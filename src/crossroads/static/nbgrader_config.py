"""nbgrader's settings for this course. Change them here: your version is kept."""

import os
from pathlib import Path

from crossroads import content

c = get_config()  # noqa: F821

here = os.path.dirname(os.path.abspath(__file__))

c.CourseDirectory.root = here
# The course's name, from crossroads.yml.
c.CourseDirectory.course_id = content.about(Path(here)).id
# The gradebook is gradebook.db here. For one in PostgreSQL give its address, which has a password,
# in this variable: postgresql+psycopg://USER:PASSWORD@HOST/DATABASE
if os.environ.get("CROSSROADS_DB_URL"):
    c.CourseDirectory.db_url = os.environ["CROSSROADS_DB_URL"]
# On a class server everybody's exchange is one folder, which the hub names.
c.Exchange.root = os.environ.get("CROSSROADS_EXCHANGE") or os.path.join(here, "exchange")
c.Exchange.assignment_dir = os.path.join(here, "quizzes")
# What was submitted, as it was: without this line nbgrader keeps it outside of the course.
c.Exchange.cache = os.path.join(here, "handed_in")

# The copies that students fetch say until when.
c.ExchangeFactory.release_assignment = "crossroads.classroom.exchange.ReleaseAssignment"

# Students see a rubric's levels in the notebook; its file is the marker's, with notes perhaps.
c.CourseDirectory.ignore = [
    *(".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"),
    "rubric.yml",
]

# A solution leaves an empty line behind: the answer line above it already says what to type.
c.ClearSolutions.code_stub = {"python": ""}
c.ClearSolutions.text_stub = "*Write your answer here, in place of this line.*"

# A deleted test cell is put back when grading, so its marks aren't lost.
c.OverwriteCells.add_missing_cells = True

# On a class server the hub knows who somebody is, and of which courses. The instructors' desk is
# nobody in particular, also where it is one instructor's own server, as on a cluster.
if os.environ.get("JUPYTERHUB_USER") and os.environ.get("CROSSROADS_SERVER") != "grader":
    c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]
    c.Authenticator.plugin_class = "nbgrader.auth.JupyterHubAuthPlugin"
