"""The shared part of the package's widgets: scripts, and a static page without a front end."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from IPython.core.getipython import get_ipython

from .. import i18n
from .html import Html, frame

STATIC = Path(__file__).parents[1] / "static"


def script(*names: str) -> str:
    """Return a widget's script: the shared controls followed by its own parts."""
    return "\n".join((STATIC / f"{part}.js").read_text("utf-8") for part in ("controls", *names))


def live() -> bool:
    """Return whether a person's front end asked for this output.

    Headless runs (nbconvert, nbgrader, tests) forbid input; Voilà does too, yet shows widgets.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return False
    if in_voila():
        return True
    kernel = getattr(get_ipython(), "kernel", None)
    return bool(getattr(kernel, "_allow_stdin", False))


def in_voila() -> bool:
    """Return whether this notebook is shown as a page of its own."""
    return os.environ.get("SERVER_SOFTWARE", "").startswith("voila")


def sentence(error: Exception) -> str:
    """Return an error as one sentence, for a page that says what can't be done."""
    words = str(error) or type(error).__name__
    return words[0].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")


def speech(code: str) -> dict[str, Any]:
    """Return what a widget's script needs to speak the language in use; nothing for English."""
    if i18n.current() == "en":
        return {}
    words = {said: i18n._(said) for said in re.findall(r'\b_\("([^"]+)"', code)}
    return {
        "lang": i18n.current(),
        "dir": "rtl" if i18n.rtl() else "ltr",
        "words": {**words, ".": i18n.number(0.5, ".1f")[1]},
    }


def asleep() -> Html:
    """Return the line that a saved widget's picture begins with.

    The front end adds the button to it.
    """
    said = i18n._("This is how it last looked. Run its cell to use it again.")
    return Html('<p class="cr-asleep" data-run="{}">{}</p>').format(i18n._("Run this cell"), said)


class Widget(anywidget.AnyWidget):
    """A widget that becomes plain HTML where nobody can move it."""

    _css = STATIC / "crossroads.css"
    #: Language, direction, and the script's own words by the English ones.
    speech = traitlets.Dict().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(speech=speech(str(self._esm)), **traits)

    def open(self) -> None:
        """Tell the front end of this widget, if there is one.

        Where nobody can move it, its state would only swell the executed notebook.
        """
        if live():
            super().open()

    @property
    def model_id(self) -> str:
        """Its name in the front end; "" where there is none, so that a box can still hold it."""
        return self.comm.comm_id if self.comm is not None else ""

    def static(self) -> str:
        """Return the first view as HTML, without controls."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        if not live():
            return {"text/html": frame(self.static()), "text/plain": type(self).__name__}, {}
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/html": frame(f"{asleep()}{self.static()}")}, metadata
