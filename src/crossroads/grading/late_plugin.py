"""nbgrader's own late penalties, where a course's settings ask for them and has no deadlines.yml.

The settings name a class (``AssignLatePenalties.plugin_class``), or the method of nbgrader's own
(``LateSubmissionPlugin.penalty_method``). It is the teacher's, so it runs here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from typing import Any

from ..course import Course
from ..course.nbgrader_settings import NAMES

#: The points to take off a notebook: by student, the notebook with its score, and seconds late.
Penalty = Callable[[str, Any, float], float | None]

BROKEN = (
    "the late penalties that {file} asks for cannot be computed ({kind}: {error}). Nothing was "
    "taken off. Fix it, or write deadlines.yml; then: crossroads grade {name}"
)


def late_plugin(course: Path, name: str) -> Penalty | None:
    """Return what nbgrader's settings make of lateness; ``None`` where they say nothing of it.

    Raises ``ValueError`` where that class can't be had; what is returned, where it fails.
    """
    root = Course(course).resolved().path
    path = next((root / file for file in NAMES if (root / file).is_file()), None)
    if path is None or not any(word in path.read_text("utf-8", "replace") for word in _ASKED):
        return None
    from nbgrader.preprocessors import AssignLatePenalties  # slow, and few need it
    from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader

    def failed(error: BaseException) -> ValueError:
        about = {"file": path.name, "kind": type(error).__name__, "error": error, "name": name}
        return ValueError(BROKEN.format(**about))

    kind = PyFileConfigLoader if path.suffix == ".py" else JSONFileConfigLoader
    sys.path.insert(0, str(root))  # where a class of the course's own lies
    try:
        with chdir(root):
            config = kind(path.name, str(root)).load_config()
            if not any(word in config for word in _ASKED):
                return None
            assign = AssignLatePenalties(config=config)
            assign.init_plugin()
    except Exception as error:
        raise failed(error) from None
    finally:
        sys.path.remove(str(root))

    def penalty(student: str, notebook: Any, seconds: float) -> float | None:
        try:
            off = assign.plugin_inst.late_submission_penalty(student, notebook.score, seconds)
            return None if off is None else float(assign._check_late_penalty(notebook, float(off)))
        except Exception as error:
            raise failed(error) from None

    return penalty


_ASKED = ("AssignLatePenalties", "LateSubmissionPlugin")
