"""Problems with the form of an answer: recognised once, kept as data, said in one place."""

from __future__ import annotations

import enum
import numbers
import reprlib
from collections import UserList, deque
from collections.abc import Callable, Collection, KeysView, Mapping, Sequence, ValuesView
from typing import Any

import numpy as np
import pandas as pd

from ..i18n import N_, _, ngettext
from . import signs
from .outcome import Code, NotYet, Outcome

#: Parts of an array that may be letters of an answer.
MOST_PARTS = 1000
UNANSWERED = N_("There is no answer yet.")

#: What is said of a problem. ``{kind}`` is what the answer is instead.
_SAID = {
    # Of a form that only one kind has: what to type says it all.
    "form": "",
    "unanswered": UNANSWERED,
    "no letter": N_("An option is written as a letter in quotes, not as {kind}."),
    "no option": N_("{code} is not one of the options."),
    "braces": N_("What is in braces { } has no order. Use square brackets."),
    "not each once": N_("Each letter is needed exactly once."),
    "no letters": N_("This answer needs several letters. You gave {kind}."),
    "no dictionary": N_("This answer needs a dictionary. You gave {kind}."),
    "two readings": N_("{typed} can be read in two ways: write {whole} or {part}."),
    "not a number": N_("{typed} is not a number."),
    "two numbers": N_("In Python {comma} is two numbers. Use a point: {point}."),
    "no number": N_("This answer needs a number. You gave {kind}."),
    "not finite": N_("{value} is not a number that can be compared."),
    "no function": N_("This answer needs a function. You gave {kind}."),
    "stopped": N_("With {words}, it stopped: {reason}"),
    "nothing back": N_("With {words}, it returned nothing. Does it end with return?"),
    "no labels": N_("This answer needs values with labels, such as a dictionary. You gave {kind}."),
    "no list": N_("This answer needs a list. You gave {kind}."),
    "no table": N_("This answer needs a table. You gave {kind}."),
    "value": N_("The value is {value}, which is not what the task describes."),
    "not called": N_(
        "This is the function itself, not its result. Type round brackets after its name."
    ),
    "of type": N_("This is {kind}, which is not what the task describes."),
    "places": N_(
        "Not what the task describes: value number {places}, counting from 1. The other values "
        "are right."
    ),
    "labels": N_("Not what the task describes: the value of {labels}. The other values are right."),
    "digits": N_(
        "With so few digits, another result looks the same. Give the value itself, or more of "
        "its digits."
    ),
    "rows": N_("The table has {got} rows; it should have {wanted}."),
    "values": N_("The rows don't hold the values that the task describes."),
    "not yours": N_(
        "The values at the top of this copy are not the ones drawn for you, so this "
        "question can't be marked. The line was: {line}"
    ),
}
#: Problems that say by themselves what to type.
_ENOUGH = ("no letter", "two readings", "two numbers", "no function", "stopped", "nothing back")


def is_blank(answer: Any) -> bool:
    """Return whether a question was left alone: ``None``, ``...``, "", or a collection of such."""
    if answer is None or answer is ...:
        return True
    if isinstance(answer, str):
        # What can't be seen is no answer either.
        return not signs.plain(str.strip(answer)).strip()
    parts = answer.values() if isinstance(answer, dict) else answer
    return isinstance(answer, (set, frozenset, list, tuple, dict)) and all(map(is_blank, parts))


#: What else is gone through as a list is; ``alone`` looks so deep into it.
_LISTS = (KeysView, ValuesView, range, UserList, deque)
_COLLECTIONS = (list, tuple, set, frozenset)
_DEEPEST = 5


def as_list(answer: Any) -> Any:
    """Return the parts of an array, a column, a table with one cell, a range.

    Return anything else as it is.
    """
    answer = scalar(answer)
    if isinstance(answer, np.ndarray) and answer.ndim == 0:
        return scalar(answer.item())
    columns = (np.ndarray, pd.Series, pd.Index, pd.api.extensions.ExtensionArray)
    many = isinstance(answer, columns) and answer.size <= MOST_PARTS
    if many or (isinstance(answer, pd.DataFrame) and answer.size == 1):
        return np.ravel(np.asarray(answer, dtype=object)).tolist()
    if isinstance(answer, _LISTS) and len(answer) <= MOST_PARTS:
        return list(answer)
    return answer


def scalar(value: Any) -> Any:
    """Return bytes as the text that they are, and a member of an enumeration as what it stands for.

    That is its value, or its name where the value is only a number that a name was given.
    """
    if isinstance(value, enum.Enum) and not isinstance(value, (str, int)):
        named = isinstance(value.value, int) and len(value.name) == 1
        value = value.name if named else value.value
    if isinstance(value, bytes):
        return bytes.decode(value, "utf-8", "replace")
    return value


def alone(answer: Any) -> Any:
    """Return the one part of a collection that isn't blank, however deep; anything else as it is.

    A comma too many makes a tuple of Python's.
    """
    for _level in range(_DEEPEST):
        parts = filled(answer) if isinstance(answer, _COLLECTIONS) else []
        if len(parts) != 1:
            return answer
        answer = as_list(parts[0])
    return answer


def filled(answer: Collection[Any]) -> list[Any]:
    """Return the parts of a collection that aren't blank."""
    return [part for part in answer if not (is_blank(part) or _is_missing(part))]


def _is_missing(part: Any) -> bool:
    return part is pd.NA or (isinstance(part, float) and part != part)


def described(value: Any) -> dict[str, str]:
    """Return what a value is, as data for a sentence; ``in_words`` says it."""
    for types, words in (
        (type(None), "None"),
        (bool, N_("True or False")),
        (complex, N_("a complex number")),
        (numbers.Number, N_("a number")),
        (str, N_("text")),
        (pd.DataFrame, N_("a table")),
        ((pd.Series, pd.Index), N_("a column")),
        (dict, N_("a dictionary")),
        ((list, tuple), N_("a list")),
        ((set, frozenset), N_("a set")),
    ):
        if isinstance(value, types):
            return {"is": words}
    if callable(value):
        return {"is": N_("a function")}
    return {"is": N_("an object of type {name}"), "name": type(value).__name__}


def in_words(what: Mapping[str, str]) -> str:
    """Return what ``described`` found, in the language in use."""
    name = what.get("name")
    return _(what["is"]) if name is None else _(what["is"], name=name)


Fail = Callable[..., NotYet]


def failing(kind: str, how: Callable[[Mapping[str, Any]], str], **facts: Any) -> Fail:
    """Return what makes the error for a problem with an answer of a kind.

    ``how`` says what to type, by ``facts``; the error's outcome has them and the problem's own.
    """

    def fail(problem: str, **own: Any) -> NotYet:
        code: Code = "unanswered" if problem == "unanswered" else "malformed"
        outcome = Outcome(kind, code, facts={**facts, **own, "problem": problem})
        return NotYet(" ".join(say(outcome.facts, how)), outcome)

    return fail


def say(
    facts: Mapping[str, Any], how: Callable[[Mapping[str, Any]], str] = lambda _facts: ""
) -> list[str]:
    """Return what is wrong with an answer's form, and what to type."""
    said = [sentence(facts), signs.named(facts.get("sign", ""))]
    if facts["problem"] not in _ENOUGH:
        said.append(how(facts))
    return [words for words in said if words]


def sentence(facts: Mapping[str, Any]) -> str:
    """Return what is said of one problem, in the language in use."""
    problem = facts["problem"]
    if problem == "several":
        return ngettext(
            "This answer needs one option. You gave {n}.",
            "This answer needs one option. You gave {n}.",
            facts["n"],
        )
    if problem == "strange options":
        return f"{facts['codes']}: {_('not among the options.')}"
    if problem == "strange items":
        return f"{facts['codes']}: {_('not among the items.')}"
    if problem == "columns":
        faults = {_("Missing"): "missing", _("Not asked for"): "extra", _("Twice"): "twice"}
        found = {fault: facts[name] for fault, name in faults.items() if facts[name]}
        named = " ".join(f"{fault}: {', '.join(names)}." for fault, names in found.items())
        return f"{_('The columns differ.')} {named}"
    if problem == "another kind":
        wanted, kind = in_words(facts["wanted"]), in_words(facts["kind"])
        return _("This answer needs {wanted}. You gave {{kind}}.", wanted=wanted).replace(
            "{kind}", kind
        )
    if problem == "braces":
        return _(_SAID[problem])
    values = {name: value for name, value in facts.items() if name not in ("problem", "sign")}
    if "kind" in values:
        values["kind"] = in_words(values["kind"])
    return _(_SAID[problem], **values)


def is_open(answer: Any) -> bool:
    """Return whether something was left to be filled in: blank, or dots among other values."""
    if is_blank(answer):
        return True
    parts = answer.values() if isinstance(answer, dict) else answer
    return isinstance(answer, (set, frozenset, list, tuple, dict)) and any(p is ... for p in parts)


def brief(value: Any, most: int = 6) -> str:
    """Return a value in a sentence, as a person writes it.

    Return "" for what is better called by its kind.
    """
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and not isinstance(value, bool):
        return f"{value:.6g}"
    if isinstance(value, (str, int)) or value is None:
        return reprlib.repr(value)
    if isinstance(value, (pd.Series, dict)):
        value = [f"{key}: {brief(one)}" for key, one in list(value.items())[: most + 1]]
    elif isinstance(value, (list, tuple)):
        value = [brief(one) for one in value[: most + 1]]
    else:
        return ""
    return ", ".join([*value[:most], *(["…"] if len(value) > most else [])]) if all(value) else ""


def first(codes: Sequence[str]) -> str:
    """Return the first few of some strange codes."""
    return ", ".join(map(reprlib.repr, codes[:3])) + " ..." * (len(codes) > 3)
