"""What JupyterLab asks at each start and the course never needs: beside the plain settings."""

from typing import Any

from jupyterlab import commands


def _no_yarn(_: Any) -> dict[str, dict[str, Any]]:
    return {"yarn config": {}, "npm config": {}}


# Where there is Node, yarn is asked where to take packages from, for a build of JupyterLab itself.
commands._yarn_config = _no_yarn
