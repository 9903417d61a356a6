"""Functions that graded notebooks call: shape checks that students see, and hidden scoring.

A graded answer is a plain line of Python. ``expect`` tells a student at once whether the line has
the right form. The scoring functions return the points earned, with their outcome; nothing earned
raises ``NotYet``, whose message explains, so that a feedback page teaches. How a kind of answer is
read, scored and explained is its own module's; a warning never costs a mark.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from . import kinds, variants
from . import match as _match
from . import multiple as _multiple
from . import number as _number
from . import order as _order
from . import single as _single
from .code import quiet as quiet
from .compare import Property as Property
from .compare import compare as compare
from .forms import failing
from .forms import is_blank as is_blank
from .hints import hint as hint
from .outcome import LINE as LINE
from .outcome import NotYet as NotYet

read_single, read_several, read_order = _single.read, _multiple.read, _order.read
read_match, read_number = _match.read, _number.read

# -- what a student sees before submitting -------------------------------------------------------


def expect(answer: Any, **form: Any) -> None:
    """Check the form of an answer, not whether it's right: print how the line was read.

    Raises ``NotYet``, saying what to type, where it can't be read. Exactly one form is named:
    ``one_of="abcd"``, ``some_of="abcd"``, ``order_of="abc"``, ``match=("123", "abc")``,
    ``number="%"`` (its unit), or ``function={"a call": [arguments]}`` (tried on copies of the
    arguments: it must run and give something back). Raises ``TypeError`` where none is, or one
    that no kind of answer has.
    """
    if strange := form.keys() - kinds.FORMS.keys():
        raise TypeError(f"expect() knows no form {', '.join(sorted(strange))}")
    for name, kind in kinds.FORMS.items():
        if form.get(name) is not None:
            for words in kind.expected(answer, form[name]):
                print(words)
            return
    raise TypeError("expect() needs one form, for example one_of='abcd'")


# -- scoring, called by hidden tests --------------------------------------------------------------

# ``single(answer, key, why, points)``, ``number(...)`` and so on are those of each kind's module.


def genuine(mine: Any, **defaults: Any) -> SimpleNamespace:
    """Return the values drawn for this copy, by name.

    Raises ``NotYet`` where ``mine`` holds others.

    ``defaults`` are the values of the copy for everybody.
    """
    drawn = variants.expected(defaults)
    try:
        held = dict(vars(mine))
    except TypeError:
        held = {}
    # By type first: an object of a student's own could say that it equals anything.
    if any(type(held.get(name)) is not type(v) or held[name] != v for name, v in drawn.items()):
        line = ", ".join(f"{name}={value!r}" for name, value in drawn.items())
        raise failing("", lambda _facts: "")("not yours", line=f"mine = cr.variant({line})")
    return SimpleNamespace(**drawn)


def __getattr__(name: str) -> Any:
    """Return the function that scores a kind of answer, such as ``single``.

    The function is its module's ``award``.
    """
    if name in kinds.SCORING:
        return kinds.SCORING[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *kinds.SCORING])
