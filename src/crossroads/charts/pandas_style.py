"""The same look for what learners draw with pandas."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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
