"""Show learners an error as one line on what went wrong, with the traceback folded below it.

The thin shell of ``slips``: it stands between IPython and the front end. Only where a person looks
on, and only in notebooks of the course; wherever code is run without one, nothing changes. In
these notebooks, what learners build of ipywidgets is sent with a picture that lasts, too, and what
they draw with `.plot` has its words for who can't see it.
"""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from IPython.core.getipython import get_ipython

#: How IPython colours a traceback.
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
#: What pandas calls its warnings about a later version.
_LATER_PANDAS = re.compile(r"Pandas(\d|Deprecation|PendingDeprecation|Future|Change)")


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

    _hush_pandas()
    formatters = shell.display_formatter
    plain_format = formatters.format

    def formatted(shown: Any, *args: Any, **kwargs: Any) -> Any:
        data, metadata = plain_format(shown, *args, **kwargs)
        if "image/png" in data and _has_course(shell.user_ns) and _is_figure(shown):
            # A chart is shown in any case.
            with suppress(Exception):
                # Late, see below.
                from ..charts.pandas_style import picture

                return picture(shown, data, metadata)
        return data, metadata

    # Not as a formatter for HTML: matplotlib takes those of its figures away when it settles in.
    formatters.format = formatted
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


def _hush_pandas() -> None:
    """Show no warning about a later version of pandas: whoever learns can do nothing about it."""
    show = warnings.showwarning

    def shown(message: Any, category: type[Warning], *where: Any, **more: Any) -> None:
        if not _LATER_PANDAS.match(category.__name__):
            show(message, category, *where, **more)

    warnings.showwarning = shown


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

    code = _running(shell)
    words = explain(error, Cell(code, values, [c for c in cells if c != code]))
    if not words:
        return traceback
    _show(words, "\n".join(traceback))
    shell._crossroads_said = (shell.execution_count, words)
    return traceback[-1].strip().splitlines()[-1:]


def _show(words: str, traceback: str) -> None:
    # Late, see above.
    from IPython.display import display

    from ..i18n import _
    from ..web.html import Html, coded, frame

    body = Html(
        '<div class="cr-verdict" data-state="error" role="status">{}<details><summary>{}</summary>'
        "<pre>{}</pre></details></div>"
    ).format(coded(words), _("The whole message"), _COLOUR.sub("", traceback))
    show: Any = display
    show({"text/html": frame(body), "text/plain": words}, raw=True)


def running_code() -> str:
    """Return the code of the cell that runs now; "" outside of a notebook."""
    shell: Any = get_ipython()
    return _running(shell) if shell is not None else ""


def _running(shell: Any) -> str:
    return str(shell.history_manager.input_hist_raw[-1])


def was_said(words: str) -> bool:
    """Return whether an error of the cell that runs now was told in these words."""
    shell: Any = get_ipython()
    return getattr(shell, "_crossroads_said", None) == (getattr(shell, "execution_count", 0), words)


def _is_figure(shown: Any) -> bool:
    """Return whether it's a chart of matplotlib, which isn't imported to find out."""
    figure = sys.modules.get("matplotlib.figure")
    return figure is not None and isinstance(shown, figure.Figure)


def _has_course(values: dict[str, Any]) -> bool:
    """Return whether the course was imported, under whatever name."""
    return any(getattr(value, "__name__", "") == "crossroads" for value in values.values())


def notebook(values: dict[str, Any]) -> Path | None:
    """Return the notebook that a kernel serves, as its front end names it.

    Return ``None`` where it names none.
    """
    # Jupyter's server sets the one, VS Code the other.
    name = os.environ.get("JPY_SESSION_NAME") or values.get("__vsc_ipynb_file__")
    return Path(name) if name else None


def code_cells(path: Path | None) -> list[str]:
    """Return the code of a notebook's cells, as it was last saved; none where it can't be read."""
    if path is None:
        return []
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        return ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
