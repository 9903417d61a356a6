"""The environment's own commands, for what nbgrader starts."""

from __future__ import annotations

import os
import sysconfig


def use_own_commands() -> None:
    """Let this process and what it starts find the environment's commands, activated or not.

    nbgrader starts ``alembic`` by its bare name whenever it makes a gradebook.
    """
    own, path = sysconfig.get_path("scripts"), os.environ.get("PATH", "")
    if path.split(os.pathsep)[0] != own:
        os.environ["PATH"] = os.pathsep.join([own, path])
