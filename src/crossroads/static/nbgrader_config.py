"""nbgrader's settings for this course. Change them here: your version is kept."""

import os
from pathlib import Path

from crossroads import content

c = get_config()  # noqa: F821

here = os.path.dirname(os.path.abspath(__file__))

c.CourseDirectory.root = here
# The course's name, from crossroads.yml.
c.CourseDirectory.course_id = content.about(Path(here)).id
# On a class server everybody's exchange is one folder, which the hub names.
c.Exchange.root = os.environ.get("CROSSROADS_EXCHANGE") or os.path.join(here, "exchange")
c.Exchange.assignment_dir = os.path.join(here, "quizzes")
# What was submitted, as it was: without this line nbgrader keeps it outside of the course.
c.Exchange.cache = os.path.join(here, "handed_in")

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

# On a class server the hub knows who somebody is, and of which courses. The instructors' desk is a
# service of the hub: it is nobody in particular.
if os.environ.get("JUPYTERHUB_USER") and not os.environ.get("JUPYTERHUB_SERVICE_NAME"):
    c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]
    c.Authenticator.plugin_class = "nbgrader.auth.JupyterHubAuthPlugin"
