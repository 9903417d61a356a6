"""A single-user server that leaves the hub's own code, and its database's, alone.

    python -m crossroads.classroom.single_user [OPTION ...]

is ``python -m jupyterhub.singleuser [OPTION ...]``, and takes 34 MiB less. JupyterHub's log wants
to know whether a request is the hub's own health check. To know what a health check is, it loads
all pages of the hub, and with them SQLAlchemy; no single-user server has or needs any of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

#: What JupyterHub's log imports of the hub, and the names in it that are looked at meanwhile.
HUBS_OWN = {
    "jupyterhub.handlers": (),
    "jupyterhub.handlers.pages": ("HealthCheckHandler",),
    "jupyterhub.orm": (),
    "jupyterhub.roles": (),
    "sqlalchemy": (),
    "sqlalchemy.exc": ("SQLAlchemyError",),
}


@contextmanager
def stand_ins() -> Iterator[None]:
    """Have what is imported now find empty modules in place of the hub's own.

    A class that is asked for has no instances: no request is a health check, and nothing raises
    the database's errors. Whatever is imported afterwards finds the modules themselves.
    """
    for name, classes in HUBS_OWN.items():
        empty = ModuleType(name)
        empty.__path__ = []
        for each in classes:
            setattr(empty, each, type(each, (Exception,), {}))
        sys.modules[name] = empty
    try:
        yield
    finally:
        for name in HUBS_OWN:
            del sys.modules[name]
            # An import also makes a module a name of the package that it's in.
            package, _, own = name.rpartition(".")
            if hasattr(sys.modules.get(package), own):
                delattr(sys.modules[package], own)


def main() -> None:
    """Become JupyterHub's single-user server."""
    with stand_ins():
        # Imported here, where what they import stands aside.
        from jupyterhub.singleuser import extension  # noqa: F401
        from jupyterhub.singleuser import main as begin
    begin()


if __name__ == "__main__":
    main()
