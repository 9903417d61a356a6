"""The one shell under every explorer: it draws controls and shows what pure functions return."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from html import escape
from typing import Any

import traitlets

from .. import charts
from ..i18n import _
from ..lessons.progress import recall, remember
from ..web.widget import Widget, script
from ._code import as_csv

#: A control as the browser draws it: ``kind`` (a name in BUILD of static/explorer.js), ``field`` of
#: the choices (with ``key`` where the field is a dictionary), ``label``, and what the kind needs:
#: ``options`` as [code, text] pairs, ``min``, ``max``, ``step``, ``unit``, ``default``.
Control = dict[str, Any]


def worded(words: Mapping[str, str]) -> list[list[str]]:
    """Return a control's ``options`` by their codes, in the language in use."""
    return [[code, _(text)] for code, text in words.items()]


class Explorer(Widget):
    """Controls, a result and a sentence; all that it shows comes from ``view`` and ``describe``.

    ``choices`` is a frozen dataclass with JSON-able fields; ``controls``, ``view`` (HTML),
    ``describe`` (one sentence) and ``code`` (pandas lines that make the numbers shown, or "" where
    there are none yet) are pure functions of it. With ``keep``, the choices are kept with
    the learner's progress under that name and are there again next time.
    """

    _esm = script("values", "tools", "explorer")
    title = traitlets.Unicode().tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    controls: traitlets.List[Any] = traitlets.List().tag(sync=True)
    html = traitlets.Unicode().tag(sync=True)
    sentence = traitlets.Unicode().tag(sync=True)
    code = traitlets.Unicode().tag(sync=True)
    #: Whether something that the learner entered would be lost by starting again.
    kept = traitlets.Bool().tag(sync=True)
    #: The pixels that the page has for a chart, once it has said so.
    width = traitlets.Int(charts.WIDTH).tag(sync=True)

    def __init__(
        self,
        title: str,
        choices: Any,
        controls: Callable[[Any], list[Control]],
        view: Callable[[Any], str],
        describe: Callable[[Any], str],
        code: Callable[[Any], str],
        *,
        keep: str = "",
    ) -> None:
        self._form = (type(choices), controls, view, describe, code)
        self._keep = keep
        self._first = asdict(choices)
        before = recall(keep) if keep else {}
        start = self._first | {k: v for k, v in before.items() if k in self._first}
        super().__init__(title=title, choices=start, kept=bool(before), **self._shown(start))
        self.observe(self._update, names="choices")
        self.observe(self._redraw, names="width")
        self.on_msg(self._answer)

    def _shown(self, values: dict[str, Any]) -> dict[str, Any]:
        _make, controls, _view, describe, code = self._form
        choices = self._chosen(values)
        return {
            "controls": controls(choices),
            "html": self._drawn(choices),
            "sentence": describe(choices),
            "code": code(choices),
        }

    def _chosen(self, values: dict[str, Any]) -> Any:
        make = self._form[0]
        names = {field.name for field in fields(make)}
        return make(**{k: v for k, v in values.items() if k in names})

    def _drawn(self, choices: Any) -> str:
        with charts.at_width(self.width):
            return self._form[2](choices)

    def _redraw(self, _change: Any) -> None:
        self.html = self._drawn(self._chosen(self.choices))

    def _update(self, change: Any) -> None:
        shown = self._shown(change.new)
        with self.hold_sync():
            for name, value in shown.items():
                self.set_trait(name, value)
        if self._keep:
            remember(self._keep, change.new)
            self.kept = True

    def _answer(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        """Do what a button asks for: the numbers as a file, or the first choices again."""
        if content.get("do") == "csv" and self.code:
            self.send({"csv": as_csv(self.code)})
        elif content.get("do") == "reset":
            self.choices = self._first
            if self._keep:
                remember(self._keep, {})
                self.kept = False

    def static(self) -> str:
        """Title, result and sentence as HTML."""
        return (
            f'<p class="cr-title">{escape(self.title)}</p>{self.html}'
            f'<p class="cr-sentence">{escape(self.sentence)}</p>'
        )
