"""Self-checks: ``check("01-who")`` asks one item, answers in words, and keeps progress."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import traitlets
from IPython.display import display, update_display

from ..i18n import _, by_language
from ..questions import order
from ..questions.item import Item
from ..questions.kinds import KINDS
from ..questions.outcome import STATES
from ..questions.self_check import Verdict, mark
from ..web.html import Html, coded, frame
from ..web.widget import Widget, live, script
from . import renumbered, slips, tracebacks
from .items import read_items, translated
from .next_step import next_step, said_before
from .notebooks import lessons_dir
from .progress import now, recall, record, remember

_MISSING = object()
#: Of an answer that isn't right yet.
MISSED = ("wrong", "partly")


def lesson_items(lesson: str) -> dict[str, Item]:
    """Return a lesson's self-check items by id; ``lesson`` is its two digits."""
    return _items_of(lessons_dir() / "checks" / f"{lesson}.yml")


@by_language
def _items_of(path: Path) -> dict[str, Item]:
    found = read_items(path)
    return {id_: translated(item) for id_, item in found.items()}


def check(item: str, value: Any = _MISSING) -> Any:
    """Ask a self-check by its id; with a ``value``, check what your code has made instead.

    The answer is explained at once, and kept with your progress. Raises ``KeyError`` for an id
    that doesn't exist.
    """
    item = renumbered.item(item)
    found = _find(item)
    if KINDS[found.kind].CONTROL:
        return Check(found)
    if value is _MISSING:
        raise TypeError(f'check("{item}", ...) needs your result as its second argument')
    verdict = _in_words(_marked(found, value))
    if verdict.state != "unanswered":
        record(item, verdict.state, None)
    state = f'data-state="{verdict.state}" role="status"'
    box = f'<div class="cr-verdict" {state}>{said(verdict)}{_more(found, verdict)}</div>'
    return Html(box)


def _marked(item: Item, answer: Any) -> Verdict:
    """Return what an answer is worth; the hint comes by itself, as far as it's time for it."""
    return mark(replace(item, hint=""), answer)


def _in_words(verdict: Verdict) -> Verdict:
    """Return a verdict on code, with what a learner can make of it.

    This is about dots that were left in, or about what stopped it.
    """
    if verdict.state == "right":
        return verdict
    code = tracebacks.running_code()
    if words := slips.unfinished(code):
        return Verdict("unanswered", (words,), verdict.outcome)
    if verdict.error is None or verdict.outcome is None:
        return verdict
    if not (reason := slips.explain(verdict.error, slips.Cell(code))):
        return verdict
    call = verdict.outcome.facts["words"]
    if tracebacks.was_said(reason):
        words = _("With {words}, it stopped. The message above says why.", words=call)
    else:
        words = _("With {words}, it stopped: {reason}", words=call, reason=reason)
    return Verdict("unanswered", (words,), verdict.outcome)


def _more(item: Item, verdict: Verdict) -> str:
    """Return what helps next, of an answer that was recorded."""
    if verdict.state not in MISSED:
        return ""
    return next_step(item, recall(item.id).get("tries", 1))


def predict(item: str, prompt: str) -> Any:
    """Ask for a prediction before looking; it's kept, and ``prediction(item)`` shows it again."""
    return Prediction(renumbered.item(item), prompt)


def prediction(item: str) -> Beside:
    """Return what the learner predicted, to lay beside the result."""
    item = renumbered.item(item)
    words = recall(item).get("answer") or ""
    said_ = _("You predicted: “{words}”", words=words) if words else _("No prediction saved yet.")
    made = Beside(f"<p>{escape(said_, quote=False)}</p>")
    made.item = item
    return made


class Beside(Html):
    """A prediction where it's laid beside the result; it changes there when another is kept."""

    item = ""

    def bundle(self) -> dict[str, str]:
        """Return what a front end is sent of it."""
        return {"text/html": frame(self), "text/plain": str(self)}

    def _ipython_display_(self) -> None:
        if not live():
            # Shown as any other HTML.
            raise NotImplementedError
        show: Any = display
        show(self.bundle(), raw=True, display_id=_place(self.item))


def _place(item: str) -> str:
    """By what a front end finds where a prediction is laid beside the result."""
    return f"crossroads-prediction-{item}"


def said(verdict: Verdict, again: bool = False) -> str:
    """Return a verdict as HTML: its state in a word, then the sentences.

    It is folded where it was said before.
    """
    first, *more = verdict.words
    paragraphs = (Html("<p>{}</p>").format(coded(words)) for words in more)
    words = Html("").join([coded(first), *paragraphs])
    return f"<strong>{_(STATES[verdict.state])}</strong> {said_before(words) if again else words}"


def course_map() -> Html:
    """Return the course's lessons with what is done and what to revisit.

    Links open the notebooks.
    """
    from .map import rows, view  # which asks this module for the self-checks

    return view(rows(lessons_dir()))


def _find(item: str) -> Item:
    try:
        return lesson_items(item[:2])[item]
    except (KeyError, FileNotFoundError):
        raise KeyError(f"There is no self-check called {item!r}.") from None


class Check(Widget):
    """One item with real controls; each try is marked, explained and recorded."""

    _esm = script("check")
    item = traitlets.Dict().tag(sync=True)
    answer = traitlets.Any().tag(sync=True)
    verdict = traitlets.Dict().tag(sync=True)

    def __init__(self, item: Item, *, fresh: bool = False) -> None:
        """``fresh``: without the answer given before, as a review asks."""
        self._item = item
        before = {} if fresh else recall(item.id)
        super().__init__(item=public(item), answer=before.get("answer"), verdict={})
        if before:
            self.verdict = self._shown(_marked(item, before.get("answer")))
        self.on_msg(self._receive)

    def _shown(self, verdict: Verdict, again: bool = False) -> dict[str, str]:
        words = f"{said(verdict, again)}{_more(self._item, verdict)}"
        return {"state": verdict.state, "html": words}

    def _receive(self, widget: Any, content: dict[str, Any], buffers: Any) -> None:
        if content.get("untouched"):
            self.verdict = self._shown(Verdict("unanswered", (_(order.UNMOVED),)))
            return
        answer = content.get("answer")
        self.answer = answer
        verdict = _marked(self._item, answer)
        before = recall(self._item.id)
        again = verdict.state in MISSED and before.get("answer") == answer
        if verdict.state != "unanswered":
            record(self._item.id, verdict.state, answer)
        self.verdict = self._shown(verdict, again)

    def static(self) -> str:
        """Return the question with its options as a list."""
        item = self._item
        offered = KINDS[item.kind].offered(item)
        sides = [*item.left.values(), *(text for _code, text in offered)]
        options = "".join(f"<li>{coded(text)}</li>" for text in sides)
        unit = f"<p>{escape(_('Answer in {unit}.', unit=item.unit))}</p>" if item.unit else ""
        head = f"<strong>{_('Self-check.')}</strong>"
        above = f'<div class="cr-material">{item.material}</div>' if item.material else ""
        return f"{above}<p>{head} {coded(item.prompt)}</p><ul>{options}</ul>{unit}"


class Prediction(Widget):
    """A place to write a prediction down before looking."""

    _esm = script("check")
    item = traitlets.Dict().tag(sync=True)
    answer = traitlets.Any().tag(sync=True)
    verdict = traitlets.Dict().tag(sync=True)

    def __init__(self, item: str, prompt: str) -> None:
        self._id = item
        kept = recall(item).get("answer")
        shown = {
            "control": "prediction",
            "prompt": prompt,
            "button": _("Save my prediction"),
        }
        super().__init__(item=shown, answer=kept, verdict=self._words(kept))
        self.on_msg(self._receive)

    @staticmethod
    def _words(kept: str | None) -> dict[str, str]:
        words = _("Saved. Now look, and compare.") if kept else ""
        return {"state": "right" if kept else "", "html": words}

    @staticmethod
    def _nothing(before: str) -> dict[str, str]:
        words = _("Type what you expect first, then save it.")
        if before:
            words = _("The box is empty, so your earlier prediction stays: “{words}”", words=before)
        return {"state": "unanswered", "html": escape(words, quote=False)}

    def _receive(self, widget: Any, content: dict[str, Any], buffers: Any) -> None:
        kept = str(content.get("answer") or "").strip()
        self.answer = kept
        if not kept:
            self.verdict = self._nothing(recall(self._id).get("answer") or "")
            return
        remember(self._id, {"answer": kept, "when": now()})
        self.verdict = self._words(kept)
        if live():
            # Where it stands beside the result, it's the new one at once.
            show: Any = update_display
            show(prediction(self._id).bundle(), raw=True, display_id=_place(self._id))

    def static(self) -> str:
        """Return the question."""
        return f"<p><strong>{_('Predict.')}</strong> {escape(self.item['prompt'])}</p>"


def public(item: Item) -> dict[str, Any]:
    """Return what the browser needs of an item: no key, no explanation."""
    kind = KINDS[item.kind]
    return {
        "kind": item.kind,
        "control": kind.CONTROL,
        "prompt": item.prompt,
        "material": item.material,
        "options": [[code, text] for code, text in kind.offered(item)],
        "left": [[code, text] for code, text in item.left.items()],
        "unit": item.unit,
        "button": _("Check my answer"),
    }
