"""What the package's widgets share: their scripts, and a static page where no front end is live."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import anywidget

from .html import style

STATIC = Path(__file__).parent / "static"


def script(name: str) -> str:
    """A widget's script: the shared controls followed by its own part."""
    return "\n".join((STATIC / f"{part}.js").read_text("utf-8") for part in ("controls", name))


def live() -> bool:
    """Whether a person's front end asked for this output.

    Headless runs (nbconvert, nbgrader, tests) forbid input; Voilà does too, yet shows widgets.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return False
    if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return True
    from IPython.core.getipython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    return bool(getattr(kernel, "_allow_stdin", False))


class Widget(anywidget.AnyWidget):
    """A widget that becomes plain HTML where nobody can move it."""

    _css = STATIC / "crossroads.css"

    def open(self) -> None:
        """Tell the front end of this widget, if there is one.

        Where nobody can move it, its state would only swell the executed notebook.
        """
        if live():
            super().open()

    def static(self) -> str:
        """The first view as HTML, without controls."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        page = f'<div class="cr"><style>{style()}</style>{self.static()}</div>'
        if not live():
            return {"text/html": page, "text/plain": type(self).__name__}, {}
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/html": page}, metadata
