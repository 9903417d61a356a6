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

#: A control as the browser draws it: ``kind`` (a name in BUILD of static/explorer.js), ``field`` of
#: the choices (with ``key`` where the field is a dictionary), ``label``, and what the kind needs:
#: ``options`` as [code, text] pairs, ``min``, ``max``, ``step``, ``unit``, ``default``.
Control = dict[str, Any]


def worded(words: Mapping[str, str]) -> list[list[str]]:
    """A control's ``options`` by their codes, in the language in use."""
    return [[code, _(text)] for code, text in words.items()]


class Explorer(Widget):
    """Controls, a result and a sentence; all that it shows comes from ``view`` and ``describe``.

    ``choices`` is a frozen dataclass with JSON-able fields; ``controls``, ``view`` (HTML) and
    ``describe`` (one sentence) are pure functions of it. With ``keep``, the choices are kept with
    the learner's progress under that name and are there again next time.
    """

    _esm = script("explorer")
    title = traitlets.Unicode().tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    controls: traitlets.List[Any] = traitlets.List().tag(sync=True)
    html = traitlets.Unicode().tag(sync=True)
    sentence = traitlets.Unicode().tag(sync=True)
    #: The pixels that the page has for a chart, once it has said so.
    width = traitlets.Int(charts.WIDTH).tag(sync=True)

    def __init__(
        self,
        title: str,
        choices: Any,
        controls: Callable[[Any], list[Control]],
        view: Callable[[Any], str],
        describe: Callable[[Any], str],
        *,
        keep: str = "",
    ) -> None:
        self._form = (type(choices), controls, view, describe)
        self._keep = keep
        start = asdict(choices)
        if keep:
            start |= {k: v for k, v in recall(keep).items() if k in start}
        super().__init__(title=title, choices=start, **self._shown(start))
        self.observe(self._update, names="choices")
        self.observe(self._redraw, names="width")

    def _shown(self, values: dict[str, Any]) -> dict[str, Any]:
        _make, controls, _view, describe = self._form
        choices = self._chosen(values)
        return {
            "controls": controls(choices),
            "html": self._drawn(choices),
            "sentence": describe(choices),
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

    def static(self) -> str:
        """Title, result and sentence as HTML."""
        return (
            f'<p class="cr-title">{escape(self.title)}</p>{self.html}'
            f'<p class="cr-sentence">{escape(self.sentence)}</p>'
        )
