"""Keep what learners build of ipywidgets as HTML that lasts: controls in words, and results."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.utils.capture import capture_output

from ..i18n import _
from .html import Html, frame
from .widget import asleep, live


def bundle(widget: Any) -> Any:
    """Return what a front end is sent of a widget.

    With a picture, as the course's own widgets have.
    """
    own = widget._repr_mimebundle_()
    data, metadata = own if isinstance(own, tuple) else (own, {})
    if not data or "text/html" in data or len(data) == 1:
        return own
    if not live():
        shown = frame(Html('<div class="cr-own">{}</div>').format(_picture(widget, _anew)))
        return {"text/html": shown, "text/plain": data["text/plain"]}, {}
    body = Html('{}<div class="cr-own">{}</div>').format(asleep(), _picture(widget, _last))
    return {**data, "text/html": frame(body)}, metadata


def _picture(widget: Any, results: Any) -> Html:
    """Return a widget and what is in it, one below the other."""
    if hasattr(widget, "static"):
        return Html(widget.static())
    if hasattr(widget, "outputs"):
        return Html("").join(_html(output.get("data", {})) for output in widget.outputs)
    if not hasattr(widget, "children"):
        return _control(widget)
    inside = Html("").join(_picture(child, results) for child in widget.children)
    return inside + results(widget) if hasattr(widget, "kwargs_widgets") else inside


def _control(widget: Any) -> Html:
    """Return what is chosen in a control; nothing for one that only does something, as a button."""
    value = getattr(widget, "label", None)
    value = getattr(widget, "value", None) if value is None else value
    if value is None:
        return Html()
    if isinstance(value, bool):
        value = _("yes") if value else _("no")
    elif isinstance(value, tuple):
        value = ", ".join(map(str, value))
    name = getattr(widget, "description", "")
    label = Html("<strong>{}:</strong> ").format(name) if name else ""
    return Html("<p>{}{}</p>").format(label, value)


def _last(widget: Any) -> Html:
    """Return what an interactive's function gave back last.

    The front end has all that it showed.
    """
    return _shown(widget.result)


def _anew(widget: Any) -> Html:
    """Return what an interactive shows, where there is no front end to have it."""
    # ipywidgets is there by now, with what learners made of it.
    from ipywidgets.widgets.interaction import show_inline_matplotlib_plots

    with capture_output() as shown:
        result = widget.f(**widget.kwargs)
        show_inline_matplotlib_plots()
    printed = Html("<pre>{}</pre>").format(shown.stdout) if shown.stdout else Html()
    drawn = Html("").join(_html(output.data) for output in shown.outputs)
    return printed + drawn + _shown(result)


def _shown(result: Any) -> Html:
    """Return what a function gave back, as a cell would show it; nothing of nothing."""
    shell: Any = get_ipython()
    return Html() if result is None else _html(shell.display_formatter.format(result)[0])


def _html(data: Mapping[str, Any]) -> Html:
    """Return an output's richest form that is HTML, a picture or a text."""
    if "text/html" in data:
        return Html("".join(data["text/html"]))
    if "image/png" in data:
        png = data["image/png"]
        png = png if isinstance(png, str) else base64.b64encode(png).decode("ascii")
        alt = _("A chart. The words or numbers next to it say what it shows.")
        return Html('<p><img src="data:image/png;base64,{}" alt="{}"></p>').format(png, alt)
    return Html("<pre>{}</pre>").format("".join(data.get("text/plain", "")))
