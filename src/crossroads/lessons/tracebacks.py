"""What a learner sees of an error: one line on what went wrong, with the traceback folded below it.

The thin shell of ``slips``: it stands between IPython and the front end. Only where a person looks
on, and only in notebooks of the course; wherever code is run without one, nothing changes. In
these notebooks, what learners build of ipywidgets is sent with a picture that lasts, too.
"""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

#: How IPython colours a traceback.
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def load_ipython_extension(shell: Any) -> None:
    """Attend to a kernel's errors: from its start, or once ``crossroads`` is imported."""
    if getattr(shell, "kernel", None) is None or hasattr(shell, "_crossroads_attends"):
        return
    shell._crossroads_attends = True
    show = shell._showtraceback

    def shown(kind: type[BaseException], error: BaseException, traceback: list[str]) -> None:
        # Whatever ails this, the learner gets the error itself.
        with suppress(Exception):
            traceback = _attend(shell, error, traceback)
        show(kind, error, traceback)

    shell._showtraceback = shown

    def widget(shown: Any) -> Any:
        if not _has_course(shell.user_ns):
            return shown._repr_mimebundle_()
        # Late, see below.
        from ..web.interactives import bundle

        return bundle(shown)

    formatters = shell.display_formatter
    # By its name: ipywidgets needn't be imported for it.
    formatters.mimebundle_formatter.for_type_by_name("ipywidgets.widgets.widget", "Widget", widget)
    show_plainly(formatters.formatters["text/plain"])


def show_plainly(plain: Any) -> None:
    """Have a value look as it was written: `...`, and 17.7 without the name of its type."""
    # There is one object of that type, and IPython asks for it before it asks for types.
    plain.singleton_printers[id(...)] = lambda _dots, printer, _cycle: printer.text("...")
    for name in ("float64", "int64", "bool"):
        # Where numpy is loaded first, IPython has a printer of its own for one of them.
        plain.type_printers.pop(getattr(sys.modules.get("numpy"), name, None), None)
        plain.for_type_by_name("numpy", name, lambda n, printer, _cycle: printer.text(str(n)))


def _attend(shell: Any, error: BaseException, traceback: list[str]) -> list[str]:
    """Show what an error means, where we can tell, and leave its last line alone to be shown."""
    # Late, here and below: every kernel of the environment loads this at its start.
    from ..web.widget import live

    if not live():
        return traceback
    path = notebook(shell.user_ns)
    cells = code_cells(path)
    values = {k: v for k, v in shell.user_ns.items() if k not in shell.user_ns_hidden}
    if "crossroads" not in "".join(cells) and not _has_course(values):
        return traceback
    # Late, see above.
    from .slips import Cell, explain

    code = shell.history_manager.input_hist_raw[-1]
    words = explain(error, Cell(code, values, [c for c in cells if c != code]))
    if not words:
        return traceback
    _show(words, "\n".join(traceback))
    return traceback[-1].strip().splitlines()[-1:]


def _show(words: str, traceback: str) -> None:
    # Late, see above.
    from IPython.display import display

    from ..i18n import _
    from ..web.html import Html, frame
    from .checks import coded

    body = Html(
        '<div class="cr-verdict" data-state="error" role="status">{}<details><summary>{}</summary>'
        "<pre>{}</pre></details></div>"
    ).format(Html(coded(words)), _("The whole message"), _COLOUR.sub("", traceback))
    show: Any = display
    show({"text/html": frame(body), "text/plain": words}, raw=True)


def _has_course(values: dict[str, Any]) -> bool:
    """Whether the course was imported, under whatever name."""
    return any(getattr(value, "__name__", "") == "crossroads" for value in values.values())


def notebook(values: dict[str, Any]) -> Path | None:
    """The notebook that a kernel serves, as its front end names it; None where it doesn't."""
    # Jupyter's server sets the one, VS Code the other.
    name = os.environ.get("JPY_SESSION_NAME") or values.get("__vsc_ipynb_file__")
    return Path(name) if name else None


def code_cells(path: Path | None) -> list[str]:
    """The code of a notebook's cells, as it was last saved; none where it can't be read."""
    if path is None:
        return []
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        return ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
