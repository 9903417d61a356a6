"""What JupyterLab asks at each start and the course never needs: beside the plain settings."""

import sys
from typing import Any

# What httpx can do in a terminal takes 5 MiB of each server, and it goes without.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

from jupyterlab import commands  # noqa: E402


def _no_yarn(_: Any) -> dict[str, dict[str, Any]]:
    return {"yarn config": {}, "npm config": {}}


# Where there is Node, yarn is asked where to take packages from, for a build of JupyterLab itself.
commands._yarn_config = _no_yarn
