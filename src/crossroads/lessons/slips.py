"""The commonest slips in a cell, each in one line: what is meant by an error's own words.

Pure: from an error, the cell's code and what is known there to a sentence, with `code` between
backticks. Errors that aren't among the commonest have no sentence; the traceback stands for itself.
"""

# Imported late: pandas, crossroads. A kernel that has no need of them starts without.

from __future__ import annotations

import ast
import builtins
import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from ..i18n import _
from . import unreadable

#: Most names that are listed where none is near; the longest message that is shown whole.
MOST, LONGEST = 8, 200
#: Letters of a name that is said; more are no name.
_SHORT = 40


@dataclass(frozen=True)
class Cell:
    """A cell that went wrong: its code, the values known there, the notebook's other cells."""

    code: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    others: Sequence[str] = ()


def explain(error: BaseException, cell: Cell) -> str:
    """Say in one line what went wrong and what was perhaps meant; "" where we can't tell."""
    for kind, says in _KINDS:
        if isinstance(error, kind) and (words := says(error, cell)):
            return words
    return ""


def _ours(error: BaseException, cell: Cell) -> str:
    """Return what the course's own functions say is a sentence for people already."""
    frames = [*_frames(error)]
    said = error.args[0] if error.args and isinstance(error.args[0], str) else ""
    ours = bool(frames) and str(frames[-1].get("__name__", "")).startswith("crossroads.")
    if not ours or " " not in said:
        return ""
    # The list of what there is stands in the message below.
    first = re.match(r".{20,160}[.?!](?= )", said)
    return first[0] if first and len(said) > LONGEST else said


def unfinished(code: str) -> str:
    """Say where `...` stands inside of an expression, whose value is no answer yet; else ""."""
    parts = [*_parts(code)]
    # Dots alone, `a, b = ..., ...`, are a value that whoever asks for it sees.
    whole = [v for n in parts if isinstance(n, ast.stmt) for v in ast.iter_child_nodes(n)]
    alone = {id(n) for value in whole for n in (value, *getattr(value, "elts", ()))}
    line = next((_line(n) for n in parts if _is_dots(n) and id(n) not in alone), None)
    return "" if line is None else _still(line)


def _still(line: int) -> str:
    return _("Line {line} still has `...`. Replace it with your own code.", line=line)


def _dots(error: BaseException, cell: Cell) -> str:
    """`...` that was left in, here or in the cell that made a value."""
    if isinstance(error, SyntaxError):
        return ""
    line = next((_line(n) for n in _parts(cell.code) if _is_dots(n)), None)
    if line is not None:
        return _still(line)
    # A name that this cell fills keeps its dots from before until it has run.
    left = [n for n in _used(cell.code) if cell.values.get(n) is ...]
    left = [n for n in left if not any(_makes(cell.code, n))]
    if left:
        return _(
            "`{name}` is still `...`. Finish the cell that makes it, run that cell, then this one.",
            name=left[0],
        )
    return ""


def _name(error: NameError, cell: Cell) -> str:
    name = error.name or next(iter(re.findall(r"name '(.+?)' is not defined", str(error))), "")
    if not name:
        return ""
    if (frame := _frame_of_query(error)) is not None:
        return _in_query(name, frame)
    made = next((line for other in cell.others for line in _makes(other, name)), None)
    if made is not None:
        return _(
            "`{name}` is made in a cell that hasn't run yet: the one with `{line}`. Run it first, "
            "then this one.",
            name=name,
            line=made,
        )
    known = [n for n in cell.values if not n.startswith("_")] + dir(builtins)
    if (near := _nearest(name, known)) is not None:
        return _("There is no name `{name}` here. Did you mean `{near}`?", name=name, near=near)
    return _(
        "There is no name `{name}` here. Run the cell that makes it; if you mean the text, put it "
        'in quotes: `"{name}"`.',
        name=name,
    )


def _in_query(name: str, frame: Any) -> str:
    if (near := _nearest(name, frame.columns)) is not None:
        return _no_label(name, near)
    return _(
        "There is no column `{name}`. In `query`, too, a text needs quotes: did you mean "
        "`'{name}'`?",
        name=name,
    )


def _key(error: KeyError, cell: Cell) -> str:
    labels, wanted = _labels(error), error.args[0] if error.args else None
    labels = _nodes(error) or None if labels is None else labels
    if labels is None:
        # Of a dictionary nothing else is known.
        plain = isinstance(wanted, (str, int)) and len(str(wanted)) <= _SHORT
        return _("There is no `{name}` here. Check how it's spelled.", name=wanted) if plain else ""
    if isinstance(wanted, str):
        # Of several labels, pandas' own message names those that are missing.
        listed = re.match(r"\"?\[(.+?)\] not in index|None of \[(.+?)\]", wanted)
        if listed:
            quoted = re.findall(r"'(.+?)'", listed[1] or listed[2])
            wanted = next(iter(quoted), wanted)
    if isinstance(wanted, str) and wanted.isdigit() and int(wanted) in labels:
        return _(
            "The labels are numbers here. Did you mean `{label}`, without quotes?", label=wanted
        )
    if isinstance(wanted, int) and str(wanted) in labels:
        return _('The labels here are text. Did you mean `"{label}"`, in quotes?', label=wanted)
    return _there_is_no(wanted, labels)


def _there_is_no(name: object, known: Sequence[Any]) -> str:
    """That there is no such label, with the one that is near or those that there are."""
    if isinstance(name, str) and (near := _nearest(name, known)) is not None:
        return _no_label(name, near)
    shown = [f"`{one}`" for one in known[:MOST]] + ["…"] * (len(known) > MOST)
    return _("There is no `{name}` here. There are: {names}", name=name, names=", ".join(shown))


def _no_label(name: str, near: object) -> str:
    return _("There is no `{name}` here. Did you mean `{near}`?", name=name, near=near)


def _attribute(error: AttributeError, cell: Cell) -> str:
    found = re.search(r"No crossroads attribute (\w+)", str(error))
    name, thing = error.name or (found[1] if found else ""), error.obj
    if found:
        import crossroads

        thing = crossroads
    if thing is None:
        none = re.search(r"'NoneType' object has no attribute '(\w+)'", str(error))
        return (
            _(
                "What comes before `.{name}` is `None`: the code that made it returned nothing. "
                "`print`, for example, only shows a value.",
                name=none[1],
            )
            if none
            else ""
        )
    columns = [str(c) for c in getattr(thing, "columns", ())] if hasattr(thing, "iloc") else []
    known = columns + [n for n in dir(thing) if not n.startswith("_")]
    near = _nearest(name, known)
    return "" if near is None else _no_label(name, near)


def _type(error: TypeError, cell: Cell) -> str:
    said = str(error)
    if re.search(r"for [&|^]:|'r?(and|or|xor)_'|bitwise_(and|or|xor)", said):
        return _brackets()
    if found := re.search(r"'(\w+)' object is not callable", said):
        called = [
            n.func.id
            for n in _parts(cell.code)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        ]
        hidden = [n for n in called if hasattr(builtins, n) and n in cell.values]
        if hidden:
            return _(
                "`{name}` is a name of your own now, so Python's `{name}` is hidden. Run "
                "`del {name}`, and choose another name.",
                name=hidden[0],
            )
        if found[1] in ("DataFrame", "Series", "list", "dict", "tuple", "int", "float", "str"):
            return _(
                "Round brackets call a function, and this is a value. To pick out a part, use "
                "`[ ]`; between numbers, a `*` may be missing."
            )
    if re.search(
        r"'(function|method|builtin_function_or_method|type)' object is not subscript", said
    ):
        return _("Square brackets pick something out, and this is a function. Did you mean `( )`?")
    if re.search(
        r"not supported between instances of '(str' and '(int|float)|(int|float)' and 'str)'"
        r"|(int|float)' and 'str'|'str' and '(int|float)'|can only concatenate str|"
        r"invalid comparison between dtype",
        said,
    ):
        return _(
            "This line combines text and a number. Is a number in quotes? `float(...)` turns "
            "digits in quotes into a number; `str(...)` turns a number into text."
        )
    return ""


def _brackets() -> str:
    return _(
        "Python evaluates `&` and `|` before `>` and `==`. Put each condition in round "
        "brackets: `(…) & (…)`."
    )


def _network(error: Exception, cell: Cell) -> str:
    """Return what networkx says of a place that isn't in a network, or of two without a way."""
    if not type(error).__module__.startswith("networkx"):
        return ""
    said, nodes = str(error), _nodes(error)
    alone = re.search(r"(?i:node|source|target) (?:node )?(.+?) (?:is )?not .*\bin ", said)
    pair = re.search(r"No path between (?P<start>.+) and (?P<end>.+?)\.?$", said)
    pair = pair or re.search(r"Node (?P<end>.+) not reachable from (?P<start>.+)", said)
    names = [*pair.groups()] if pair else alone[1].split(" or target ") if alone else []
    if nodes and (strange := [name for name in names if name not in nodes]):
        return _there_is_no(strange[0], nodes)
    if not pair:
        return ""
    return _(
        "This network has no path from `{start}` to `{end}`. Is a link missing, or was it removed?",
        **pair.groupdict(),
    )


def _nodes(error: BaseException) -> list[str]:
    """Return the places of the network that an error came from.

    Return none where it came from elsewhere.
    """
    for values in _frames(error):
        graph: Any = values.get("G", values.get("self"))
        if type(graph).__module__.startswith("networkx"):
            found = [*graph]
            return found if all(isinstance(one, str) for one in found) else []
    return []


def _value(error: ValueError, cell: Cell) -> str:
    said = str(error)
    if "truth value of a" in said:
        if re.search(r"(?<![&|])[&|](?![&|])", cell.code):
            return _brackets()
        return _(
            "A whole column isn't a single True or False. Did you mean `&` (and) or `|` (or)? Put "
            "each condition in round brackets."
        )
    if "cannot assign without a target" in said:
        return _("In `query`, one `=` does not compare. Did you mean `==`?")
    return ""


def _index(error: IndexError, cell: Cell) -> str:
    if not re.search("out.of.(range|bounds)", str(error)):
        return ""
    return _(
        "There is no such position. Positions count from 0, so the last one is the length minus 1."
    )


def _module(error: ModuleNotFoundError, cell: Cell) -> str:
    name = (error.name or "").partition(".")[0]
    if name in ("crossroads", "pandas", "ipywidgets"):
        return _(
            "The kernel that runs this notebook doesn't have `{name}`. Choose the course's kernel "
            "at the upper right.",
            name=name,
        )
    near = _nearest(name, ["crossroads", "pandas", "ipywidgets", "numpy", "math", "matplotlib"])
    return "" if near is None else _no_label(name, near)


_Kind = tuple[type[BaseException], Callable[[Any, Cell], str]]
#: The first that has words says them.
_KINDS: tuple[_Kind, ...] = (
    (SyntaxError, lambda error, _cell: unreadable.explain(error)),
    (Exception, _ours),
    (Exception, _network),
    (NameError, _name),
    (ModuleNotFoundError, _module),
    (TypeError, _dots),
    (ValueError, _dots),
    (LookupError, _dots),
    (AttributeError, _dots),
    (AssertionError, _dots),
    (KeyError, _key),
    (AttributeError, _attribute),
    (TypeError, _type),
    (ValueError, _value),
    (IndexError, _index),
)


def _parts(code: str) -> Iterator[ast.AST]:
    """Return the parts of a code in the order of its lines; none of one that can't be read."""
    try:
        found = [*ast.walk(ast.parse(code))]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return iter(())
    return iter(sorted(found, key=_line))


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def _is_dots(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _used(code: str) -> list[str]:
    return [n.id for n in _parts(code) if isinstance(n, ast.Name)]


def _makes(code: str, name: str) -> Iterator[str]:
    """Yield the lines of a cell that give a value to a name."""
    lines = code.splitlines()
    for node in _parts(code):
        made: Iterable[str] = ()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            made = (node.id,)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            made = (node.name,)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            made = (a.asname or a.name.partition(".")[0] for a in node.names)
        if name in made:
            yield lines[_line(node) - 1].strip()


def _nearest(name: str, known: Iterable[object]) -> object | None:
    """Return what is meant by a misspelled name.

    This is the same name in another case, or the nearest one.
    """
    texts = {str(k): k for k in known if str(k) != name}
    plain = {re.sub(r"[\W_]+", "", text).casefold(): text for text in reversed(texts)}
    same = plain.get(re.sub(r"[\W_]+", "", name).casefold())
    near = [same] if same else difflib.get_close_matches(name, texts, n=1, cutoff=0.7)
    return texts[near[0]] if near else None


def _frames(error: BaseException) -> Iterator[dict[str, Any]]:
    """Yield the values in each place that an error went through, from the cell inwards."""
    at: TracebackType | None = error.__traceback__
    while at:
        yield {**at.tb_frame.f_locals, "__name__": at.tb_frame.f_globals.get("__name__")}
        at = at.tb_next


def _labels(error: BaseException) -> list[Any] | None:
    """Return the labels among which pandas looked for one that isn't there, or a dict's keys."""
    from pandas import DataFrame, Index

    for values in reversed([*_frames(error)]):
        for name in ("self", "obj"):
            thing = values.get(name)
            if isinstance(thing, Index):
                return list(thing)
            if isinstance(thing, DataFrame):
                return list(thing.columns)
    return None


def _frame_of_query(error: BaseException) -> Any:
    """Return the table that `query` or `eval` was asked of.

    Return ``None`` where the error came from elsewhere.
    """
    from pandas import DataFrame
    from pandas.errors import UndefinedVariableError

    if not isinstance(error, UndefinedVariableError):
        return None
    tables = (values.get("self") for values in _frames(error))
    return next((t for t in tables if isinstance(t, DataFrame)), None)
