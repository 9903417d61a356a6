"""Give learners' pandas charts the course's look, and words for people who can't see them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd

from ..i18n import _, attributes
from ..web.html import Html
from .described import describe
from .palette import DASHES, GRID, INK, MUTED, PALETTE, PAPER


@contextmanager
def style() -> Iterator[None]:
    """Give what learners draw with pandas' `.plot` the same look, within a `with` block.

    Lines get dashes and markers besides colours. Imports matplotlib.
    """
    # Half a second, which our own charts don't need.
    import matplotlib
    from cycler import cycler

    dashes = [(0, tuple(float(n) / 2 for n in dash.split())) if dash else "-" for dash in DASHES]
    cycle = cycler(color=PALETTE, linestyle=dashes, marker=["o", "s", "^", "D", "X", "v"])
    look: Any = {
        "axes.prop_cycle": cycle,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "figure.facecolor": PAPER,
        "savefig.facecolor": PAPER,
        "font.size": 11,
        "grid.color": GRID,
        "lines.linewidth": 1.8,
        "text.color": INK,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
    }
    with matplotlib.rc_context(look):
        yield


def picture(figure: Any, data: dict[str, Any], metadata: dict[str, Any]) -> tuple[Any, Any]:
    """Return what a front end is sent of a figure: its picture as HTML, too, with its words.

    JupyterLab gives an ``image/png`` no text alternative, whatever its metadata say. Programs that
    export a notebook do, so that these have the words as well.
    """
    alt = describe(figure) or _("A chart with nothing in it.")
    size = metadata.get("image/png", {})
    edges = Html("").join(Html(' {}="{}"').format(*pair) for pair in size.items())
    html = Html('<img src="data:image/png;base64,{}" alt="{}"{}{}>').format(
        data["image/png"].strip(), alt, Html(attributes()), edges
    )
    return {**data, "text/html": html}, {**metadata, "image/png": {**size, "alt": alt}}


@contextmanager
def aside() -> Iterator[None]:
    """Draw within a `with` block on figures of its own, which nobody sees."""
    before = _figures()
    if before:
        sys.modules["matplotlib.pyplot"].figure()
    try:
        yield
    finally:
        for number in set(_figures()) - set(before):
            sys.modules["matplotlib.pyplot"].close(number)
        if before:
            sys.modules["matplotlib.pyplot"].figure(before[-1])


def _figures() -> list[int]:
    """Return the numbers of the open figures, the current one last; importing nothing for it."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return [] if pyplot is None else [*pyplot._pylab_helpers.Gcf.figs]


def plotted(value: Any) -> Any:
    """Return a chart of one line as the series that it shows; anything else as it is."""
    axes = sys.modules.get("matplotlib.axes")
    if axes is None or not isinstance(value, axes.Axes) or len(value.lines) != 1:
        return value
    x, y = value.lines[0].get_data()
    return pd.Series(np.ma.filled(np.ma.asarray(y, float), np.nan), pd.Index(x, name="x"))
