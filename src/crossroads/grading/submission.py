"""Reading what was handed in, and mending it, without running any of it.

Nothing of a submitted notebook is trusted but the text of the student's own cells: the rest is
rebuilt from the release, so a cell that was deleted, doubled, moved or changed does no harm. What
was mended is said; what can't be read is ``Held`` with the reason.
"""

from __future__ import annotations

import ast
import datetime
import json
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from ..questions import signs, variants
from . import pictures, times

#: Bytes of a notebook, and of all other files together, that are read at all.
MOST = 128 * 2**20
MOST_FILES, MOST_FILE_BYTES = 100, 32 * 2**20
#: What is looked at in a folder: names in all, folders within folders, notebooks.
MOST_NAMES, DEEPEST, MOST_NOTEBOOKS = 2000, 8, 10
#: Values of a notebook file, its cells, and letters of a cell that is parsed.
MOST_PARTS, MOST_CELLS, MOST_SOURCE = 2_000_000, 5000, 100_000
#: Letters of a file that is mended where it isn't quite JSON.
MOST_MENDED = 2**24
#: The line with a copy's own values, where its cell has lost its label.
_DRAWN = re.compile(r"^mine\s*=\s*cr\.variant\(", re.M)
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.S)
_COMMA = re.compile(r",(?=\s*[\]}])")

#: By which a cell can give values to names that it doesn't mention.
_INDIRECT = re.compile(
    r"\b(?:exec|eval|compile|globals|locals|vars|setattr|user_ns|__main__|__dict__|run_cell|ctypes|gc)"
    r"\b|import\s*\*|%\s*(?:run|load|pylab|reset|store|env)\b|_getframe|%%"
)


class Held(Exception):
    """A submission that can't be marked automatically; the message says why, for a teacher."""


class Another(Held):
    """Another notebook, handed in under this one's name."""

    def __init__(self, title: str) -> None:
        super().__init__(f"It's another notebook under this one's name: its title is {title!r}.")
        self.title = title


@dataclass
class Cell:
    """One cell to be run, marked or shown: its nbgrader id ("" if the student added it)."""

    id: str
    kind: str  # "code" or "markdown"
    source: str
    role: str  # answer, test, written, criterion, locked, values, extra
    #: Pictures that were pasted into it or that it shows, by what its text calls them.
    attachments: pictures.Attachments = field(default_factory=dict)


@dataclass
class Submission:
    """What was handed in, mended: cells in the release's order, notes on what was mended."""

    cells: list[Cell]
    notes: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    submitted: datetime.datetime | None = None
    #: The copy's own values as the student's line has them.
    values: dict[str, Any] = field(default_factory=dict)
    #: Answer cells that were there, by id; what stands for others was found elsewhere, or nowhere.
    there: set[str] = field(default_factory=set)
    #: Written answers that may stand somewhere else: a person looks.
    unsure: set[str] = field(default_factory=set)
    #: Files beside the notebook that its texts show, and pictures that they name but aren't there.
    shown: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)


def read(folder: Path, released: Any) -> Submission:
    """Read a submission folder against the ``released`` notebook. Raises ``Held``."""
    name = released["metadata"]["crossroads_name"]
    notes: list[str] = []
    if _is_link(folder):
        raise Held("The folder is a link to another one.")
    path = _notebook_in(folder, name, released, notes)
    submission = rebuild(cells_of(bytes_of(path, MOST), notes), released)
    submission.notes[:0] = notes
    submission.files = dict(files_in(folder, submission.notes))
    attach(submission)
    submission.submitted = _timestamp(folder, submission.notes)
    return submission


def attach(submission: Submission) -> None:
    """Put the pictures that texts of the student's own show into their cells; what can't be shown
    is noted."""
    left = pictures.MOST_BYTES
    for cell in submission.cells:
        if cell.kind != "markdown" or cell.role not in ("written", "answer", "extra"):
            continue
        cell.source = pictures.as_markdown(cell.source)
        for name, data in [*cell.attachments.items()]:
            left -= sum(map(len, data.values()))
            if left < 0:
                del cell.attachments[name]
                _say_unseen(submission, cell, name, "too large")
        for target in [*pictures.targets(cell.source)][: pictures.MOST]:
            left -= _show(submission, cell, target, left)


def _show(submission: Submission, cell: Cell, target: str, left: int) -> int:
    """Attach a file's picture to a cell, if it is one; returns how many bytes it takes."""
    name = pictures.beside(target, submission.files)
    content = submission.files.get(name, b"")
    kind = pictures.kind(content)
    if not kind or not name.lower().endswith(pictures.KINDS[kind]) or 2 * len(content) > left:
        why = "it isn't a PNG, JPEG, GIF or WebP, or too large" if name else "not handed in"
        _say_unseen(submission, cell, target, why)
        return 0
    cell.attachments[target] = {kind: pictures.encoded(content)}
    if name not in submission.shown:
        submission.shown.append(name)
    return 2 * len(content)


def _say_unseen(submission: Submission, cell: Cell, target: str, why: str) -> None:
    if target in submission.unseen or len(submission.unseen) >= pictures.MOST:
        return
    submission.unseen.append(target)
    where = _say(cell.id) if cell.id else "A cell of the student's own"
    submission.notes.append(f"{where}: its picture {target[:80]!r} can't be shown: {why}.")


def raw(folder: Path) -> Iterator[bytes]:
    """Bytes that change whenever anything that is read of a submission folder does."""
    left = 2 * MOST
    for path in [] if _is_link(folder) else _paths(folder)[0]:
        try:
            info = path.lstat()
            about = f"{path.relative_to(folder)}\0{info.st_mode}\0{info.st_size}\0"
            yield about.encode("utf-8", "surrogateescape")
            if _is_file(path) and info.st_size <= left:
                left -= info.st_size
                yield bytes_of(path, MOST)
        except (OSError, Held):
            yield b"unreadable"


def clean(text: str) -> str:
    """A text that can be written down: halves of characters (surrogates) become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def rebuild(given: list[dict[str, Any]], released: Any) -> Submission:
    """The release's cells with the student's answers put in; ``given`` are plain cells."""
    notes: list[str] = []
    known = {_id(cell): cell for cell in released["cells"] if _id(cell)}
    if lost := recognise(given, released):
        notes.append(f"Labels of cells were lost ({lost}): they were found again by their text.")
    if is_another(given, released):
        raise Another(_title(given))
    _mend(given, known, notes)
    found, extras, order = _sort(given, known)
    strays = _strays(released, found, extras, given)
    if known and not found and not strays:
        raise Another(_title(given))
    texts = _texts(released, found, extras)
    submission = Submission([], notes, there={*found})
    cells = submission.cells
    cells += extras.pop("", [])
    for cell in released["cells"]:
        id_, role = _id(cell), _role(cell)
        source = _text(cell)
        attachments: pictures.Attachments = {}
        if role == "values":
            source, submission.values = _own_values(given, cell, notes)
        elif role in ("answer", "written"):
            earlier, source = _answer(id_, cell, found, strays, notes)
            cells += [Cell("", "code", own, "extra") for own in earlier]
            for copy in found.get(id_, []):
                attachments = attachments | copy.get("attachments", {})
            if role == "written" and not attachments:
                source, attachments = _written(id_, cell, source, texts, submission)
        elif role == "test" and id_ in found:
            cells += _typed_into(found[id_][0], cell, known.get(f"{id_}-answer"), cells, notes)
        elif id_ not in found and role != "locked":
            notes.append(f"{_say(id_)}: a cell was missing and was put back.")
        cells.append(Cell(id_, cell["cell_type"], source, role, attachments))
        cells += extras.pop(id_, [])
    moved = [i for i in order if i in known]
    if moved != sorted(moved, key=list(known).index):
        notes.append("Cells had been moved; they are marked in the order of the release.")
    return submission


def recognise(given: list[dict[str, Any]], released: Any) -> int:
    """Give cells that have lost their label that of the released cell with the same text.

    Returns how many those are.
    """
    known = {_id(cell): cell for cell in released["cells"] if _id(cell)}
    there = {cell["id"] for cell in given}
    texts = {
        (cell["cell_type"], _same_text(_text(cell))): id_
        for id_, cell in known.items()
        if id_ not in there and _text(cell).strip()
    }
    lost = 0
    for cell in given:
        own = cell["id"] not in known and not cell["draws"]
        if own and (id_ := texts.pop((cell["kind"], _same_text(cell["source"])), "")):
            cell["id"] = id_
            lost += 1
    if any(_role(cell) == "values" for cell in released["cells"]):
        lost += _recognise_values(given, known)
    return lost


def _recognise_values(given: list[dict[str, Any]], known: dict[str, Any]) -> int:
    """Find the line with the copy's own values where no cell is labelled as it."""
    own = [c for c in given if c["kind"] == "code" and c["id"] not in known]
    line = next((c for c in own if _DRAWN.search(c["source"])), None)
    if line is None or any(cell["draws"] for cell in given):
        return 0
    line["draws"] = True
    return 1


def _same_text(text: str) -> str:
    """A text but for what front ends change of it: ends of lines, and empty ones."""
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def is_another(given: list[dict[str, Any]], released: Any) -> bool:
    """Whether a notebook asks other questions than the release."""
    known = {_id(cell): cell for cell in released["cells"] if _id(cell)}
    asked = [
        {*_lines_of(_text(cell))}
        for cell in known.values()
        if _role(cell) == "locked" and cell["cell_type"] == "markdown" and _lines_of(_text(cell))
    ]
    own = [[*_lines_of(cell["source"])] for cell in given if cell["kind"] == "markdown"]
    there = {line for lines in own for line in lines}
    kept = sum(2 * len(lines & there) > len(lines) for lines in asked)
    every = {line for lines in asked for line in lines}
    others = sum(2 * len(every & {*lines}) < len(lines) for lines in own if lines)
    enough = min(5, len(asked))
    return enough > 1 and kept < len(asked) / 4 and others >= enough


def _lines_of(text: str) -> tuple[str, ...]:
    """What a Markdown text says, line by line, without the marks that front ends write anew."""
    # The quiz's own texts come with every submission; longer ones would fill the memory.
    return _known_lines(text) if len(text) < 4000 else _read_lines(text)


def _read_lines(text: str) -> tuple[str, ...]:
    lines = (re.sub(r"[\W_]+", " ", line).strip().casefold() for line in text.splitlines())
    return tuple(line for line in lines if line)


_known_lines = lru_cache(500)(_read_lines)


def _title(given: list[dict[str, Any]]) -> str:
    texts = (cell["source"].lstrip() for cell in given if cell["kind"] == "markdown")
    own = next((text for text in texts if text.startswith("# ")), "")
    return own.splitlines()[0].strip("# ")[:80] if own else "unknown"


def _mend(given: list[dict[str, Any]], known: dict[str, Any], notes: list[str]) -> None:
    """Put the signs that Python knows into cells of code that it can't read."""
    for cell in given:
        own = known.get(cell["id"])
        if cell["kind"] != "code" or (own and _role(own) == "locked"):
            continue
        plain = masked(cell["source"])
        if plain == cell["source"]:
            made = signs.latin_names(signs.mended(plain))
            if made != plain:
                cell["source"] = made
                where = _say(cell["id"]) if own else "A cell of the student's own"
                notes.append(f"{where}: signs that Python doesn't know were read as they look.")


def _typed_into(
    given: dict[str, Any], released: Any, before: Any, cells: list[Cell], notes: list[str]
) -> list[Cell]:
    """What a student typed into a test's cell, to be run before the test, if it gives values."""
    kept = {line.strip() for line in _text(released).splitlines()}
    own = [line for line in given["source"].splitlines() if line.strip() not in kept]
    source = "\n".join(own)
    original = _text(before) if before else ""
    answer = next((c for c in reversed(cells) if c.role == "answer"), None)
    left_open = answer and answer.source.strip() in ("", original.strip())
    if given["kind"] != "code" or not left_open or len(own) > 50:
        return []
    wanted = names_given(original) & names_given(source)
    if not wanted or not signs.parses(source):
        return []
    notes.append(f"{_say(_id(released))}: an answer was typed into the cell of its check.")
    return [Cell("", "code", source, "extra")]


def _texts(
    released: Any, found: dict[str, list[dict[str, Any]]], extras: dict[str, list[Cell]]
) -> dict[str, list[Cell]]:
    """Texts of the student's own by the written answer nearest before or around them."""
    written = [_id(cell) for cell in released["cells"] if _role(cell) == "written"]
    texts: dict[str, list[Cell]] = {id_: [] for id_ in written}
    if not written:
        return texts
    order = ["", *(_id(cell) for cell in released["cells"] if _id(cell))]
    places = {id_: place for place, id_ in enumerate(order)}
    for before, own in extras.items():
        # Of those answers that aren't there, the nearest: one's text stands at its question.
        near = min(written, key=lambda id_: abs(places[id_] - 0.5 - places.get(before, 0)))
        for cell in own:
            if cell.kind == "markdown" and (cell.source.strip() or cell.attachments):
                texts[near].append(cell)
    for cell in released["cells"]:
        id_ = _id(cell)
        if _role(cell) == "locked" and cell["cell_type"] == "markdown" and id_ in found:
            kept = {line.strip() for line in _text(cell).splitlines()}
            lines = found[id_][0]["source"].splitlines()
            typed = "\n".join(line for line in lines if line.strip() not in kept).strip()
            if typed:
                near = min(written, key=lambda w: abs(places[w] - 0.5 - places[id_]))
                pasted = found[id_][0].get("attachments", {})
                texts[near].append(Cell("", "markdown", typed, "extra", pasted))
    return texts


def _written(
    id_: str, released: Any, source: str, texts: dict[str, list[Cell]], submission: Submission
) -> tuple[str, pictures.Attachments]:
    """A written answer; where its cell is as released, empty or gone, what may be it."""
    original = _text(released).strip()
    if source.strip() not in ("", original):
        return source, {}
    own = texts[id_] or [cell for cells in texts.values() for cell in cells]
    if own:
        submission.unsure.add(id_)
        submission.notes.append(
            f"{_say(id_)}: nothing was written into its cell; what the student wrote elsewhere is "
            "shown there, and waits for you."
        )
        return "\n\n".join(cell.source for cell in own), {
            name: data for cell in own for name, data in cell.attachments.items()
        }
    if id_ not in submission.there:
        submission.unsure.add(id_)
    return source, {}


def _sort(
    given: list[dict[str, Any]], known: dict[str, Any]
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[Cell]], list[str]]:
    """Cells by id, those of the student's own by the known cell before them, and the order."""
    found: dict[str, list[dict[str, Any]]] = {}
    extras: dict[str, list[Cell]] = {}
    order: list[str] = []
    before = ""
    for cell in given:
        if cell["id"] in known:
            if cell["id"] not in found:
                before = cell["id"]
                order.append(before)
            found.setdefault(cell["id"], []).append(cell)
        elif not cell["draws"]:
            own = Cell("", cell["kind"], cell["source"], "extra", cell.get("attachments", {}))
            extras.setdefault(before, []).append(own)
    return found, extras, order


def _strays(
    released: Any,
    found: dict[str, list[dict[str, Any]]],
    extras: dict[str, list[Cell]],
    given: list[dict[str, Any]],
) -> dict[str, str]:
    """Answers that have lost their cell's id, by that id: known by the name that they define.

    What stands in another answer's cell is "" here: it runs there.
    """
    strays = {}
    answers = {_id(cell) for cell in released["cells"] if _role(cell) == "answer"}
    for cell in released["cells"]:
        id_ = _id(cell)
        if _role(cell) != "answer" or id_ in found:
            continue
        names = names_given(_text(cell))
        for own in extras.values():
            for extra in own:
                if id_ not in strays and extra.kind == "code" and names & names_given(extra.source):
                    strays[id_] = extra.source
                    own.remove(extra)
                    break
        for other in given:
            if (
                id_ not in strays
                and other["kind"] == "code"
                and names & names_given(other["source"])
            ):
                strays[id_] = "" if other["id"] in answers else other["source"]
    return strays


def _answer(
    id_: str,
    released: Any,
    found: dict[str, list[dict[str, Any]]],
    strays: dict[str, str],
    notes: list[str],
) -> tuple[list[str], str]:
    """The student's text for one answer cell, wherever it can be found; before it, what runs first.

    A cell that was split, or copied, has its label twice. What was typed into each counts, one
    after the other, as in the notebook.
    """
    original = _text(released)
    copies = found.get(id_, [])
    if not copies:
        notes.append(f"{_say(id_)}: its cell was missing.")
        if id_ in strays:
            notes[-1] += " An answer was found in another cell."
        return [], strays.get(id_, original)
    kind = next((c["kind"] for c in copies if c["kind"] != released["cell_type"]), "")
    if len(copies) > 1:
        notes.append(f"{_say(id_)}: its cell was there {len(copies)} times.")
    if kind:
        notes.append(f"{_say(id_)}: its cell had become {kind}.")
    texts = dict.fromkeys(str(c["source"]) for c in copies)
    own = [t for t in texts if t.strip() and t.strip() != original.strip()]
    if len(own) < 2:
        return [], own[0] if own else str(copies[0]["source"])
    if released["cell_type"] != "code":
        return [], "\n\n".join(own)
    whole = "\n".join(own)
    if signs.parses(masked(whole)) and not all(signs.parses(masked(text)) for text in own):
        return [], whole  # it was split within a statement
    names = names_given(original)
    last = max((n for n, text in enumerate(own) if names & names_given(text)), default=len(own) - 1)
    return own[:last] + own[last + 1 :], own[last]


def masked(source: str) -> str:
    """A cell with its magics and commands of the system left out, as far as lines show them."""
    if not re.search(r"^\s*[%!?]|=\s*[%!]|\?\s*$", source, re.M) or signs.parses(source):
        return source
    source = re.sub(r"\A\s*%%(?:time|timeit|capture|prun)\b.*", "pass", source)
    if re.match(r"\s*%%", source):
        return ""
    source = re.sub(r"^(\s*)[%!?].*|^(\s*)\S+\?\??\s*$", r"\1\2pass", source, flags=re.M)
    return re.sub(r"^(\s*[\w, ]+=\s*)[%!].*", r"\1None", source, flags=re.M)


def names_given(source: str) -> set[str]:
    """The names that a cell gives a value or defines, on whatever branch."""
    try:
        body = _parsed(masked(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names: set[str] = set()
    todo: list[ast.AST] = [*body]
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            names |= {n for g in ast.walk(node) if isinstance(g, ast.Global) for n in g.names}
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        todo += ast.iter_child_nodes(node)
    return names


def may_give(source: str, name: str, open_: bool) -> bool:
    """Whether a cell may give ``name`` a value.

    Where the answer's own line is ``open_``, so are roundabout ways and cells that can't be parsed;
    else a line that is there isn't taken for another by what only looks like it.
    """
    text = unicodedata.normalize("NFKC", source)
    word = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    if open_ and (word or _INDIRECT.search(text)):
        return True
    return bool(word) and name in names_given(text)


def _parsed(source: str) -> list[ast.stmt]:
    """A cell's statements. Raises ``ValueError`` and what ``ast.parse`` raises."""
    if len(source) > MOST_SOURCE:
        raise ValueError("too long to be parsed")
    return ast.parse(source).body


def _own_values(
    given: list[dict[str, Any]], released: Any, notes: list[str]
) -> tuple[str, dict[str, Any]]:
    line = next((c["source"] for c in given if c["draws"]), "")
    cell = {"source": line, "metadata": released["metadata"]}
    try:
        _parsed(line)
        values = variants.values_in({"cells": [cell]})
        variants.variant(**values)
        json.dumps(values)
        return line, values
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        notes.append("The line with the copy's own values is gone or broken.")
        return _text(released), {}


def literal(source: str, name: str) -> tuple[bool, Any]:
    """Whether a cell only gives ``name`` a plain value, and the last one: read, never run."""
    try:
        plain, value = False, None
        for line in _parsed(source):
            if not isinstance(line, ast.Assign):
                return False, None
            (target,) = line.targets
            if not isinstance(target, ast.Name) or target.id != name:
                return False, None
            plain, value = True, ast.literal_eval(line.value)
        repr(value)  # Python refuses to write numbers of many thousand digits
        return plain, value
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return False, None


# -- files -----------------------------------------------------------------------------------------


def _notebook_in(folder: Path, name: str, released: Any, notes: list[str]) -> Path:
    wanted = folder / f"{name}.ipynb"
    if _is_file(wanted):
        return wanted
    others = sorted(
        (p for p in _paths(folder)[0] if p.suffix == ".ipynb" and _is_file(p)),
        key=lambda p: (len(p.parts), p.name),
    )
    others = [p for p in others if ".ipynb_checkpoints" not in p.parts][:MOST_NOTEBOOKS]
    if not others:
        what = "it isn't a plain file" if os.path.lexists(wanted) else "there is no notebook"
        raise Held(f"{name}.ipynb: {what}.")
    if len(others) > 1:
        ids = {_id(cell) for cell in released["cells"]} - {""}

        def fitting(path: Path) -> int:
            try:
                return sum(c["id"] in ids for c in cells_of(bytes_of(path, MOST), []))
            except Held:
                return -1

        others.sort(key=fitting, reverse=True)
    where = others[0].relative_to(folder)
    notes.append(f"The notebook was named {str(where)[:80]!r}; its name should be {name}.ipynb.")
    return others[0]


def _paths(folder: Path) -> tuple[list[Path], bool]:
    """What lies in a folder, through no link, and whether that is all of it."""
    found: list[Path] = []
    todo, whole = [(folder, 0)], True
    while todo:
        place, depth = todo.pop()
        try:
            with os.scandir(place) as entries:
                inside = sorted(islice(entries, MOST_NAMES + 1), key=lambda entry: entry.name)
        except OSError:
            whole = False
            continue
        for entry in inside:
            if len(found) >= MOST_NAMES:
                return sorted(found), False
            found.append(place / entry.name)
            if entry.is_dir(follow_symlinks=False):
                whole = whole and depth < DEEPEST
                todo += [(found[-1], depth + 1)] if depth < DEEPEST else []
    return sorted(found), whole


def _is_file(path: Path) -> bool:
    """A regular file that nobody else's name leads to; the folders above it are no links."""
    try:
        info = path.lstat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(info.st_mode) and info.st_nlink == 1


def _is_link(folder: Path) -> bool:
    return folder.is_symlink() or folder.parent.is_symlink()


def bytes_of(path: Path, most: int) -> bytes:
    """A plain file's content. Raises ``Held`` where it can't be read, or is too large."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with open(os.open(path, flags), "rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise Held(f"{path.name}: it can't be read ({error.strerror}).") from None
    if len(content) > most:
        size = f"{most // 2**20} MB" if most >= 2**20 else f"{most} bytes"
        raise Held(f"{path.name}: it is larger than {size}.")
    return content


def cells_of(content: bytes, notes: list[str]) -> list[dict[str, Any]]:
    """The cells of a notebook file, as plain dictionaries: id, kind, source, draws, label.

    Any front end's file is read, in whatever version of the format. Raises ``Held``.
    """
    data = _json(content, notes)
    cells = data.get("cells")
    if cells is None and isinstance(data.get("worksheets"), list):
        notes.append("The notebook was in an old format (3).")
        sheets = [s for s in data["worksheets"] if isinstance(s, dict)]
        cells = [c for s in sheets for c in s.get("cells") or []]
    if not isinstance(cells, list) or not cells:
        raise Held("The file is no notebook: it has no list of cells.")
    if len(cells) > MOST_CELLS:
        raise Held(f"The notebook has {len(cells)} cells; up to {MOST_CELLS} are read.")
    return [_cell_of(cell) for cell in cells if isinstance(cell, dict)]


def _cell_of(cell: dict[str, Any]) -> dict[str, Any]:
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    label, own = metadata.get("nbgrader"), metadata.get("crossroads")
    label = label if isinstance(label, dict) else {}
    id_ = label.get("grade_id")
    ran = "cell_type" not in cell and {"outputs", "execution_count"} & cell.keys()
    kind = "code" if ran or cell.get("cell_type") == "code" else "markdown"
    source, inlined = pictures.inlined(_source_of(cell), kind == "markdown")
    return {
        "id": id_ if isinstance(id_, str) else "",
        "kind": kind,
        "source": source,
        "draws": isinstance(own, dict) and "draw" in own,
        "label": label,
        "attachments": pictures.pasted(cell.get("attachments")) | inlined,
    }


def _source_of(cell: dict[str, Any]) -> str:
    # Older formats have other names for it, and headings are cells of their own.
    source = next((cell[name] for name in ("source", "input", "code", "text") if name in cell), "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        return ""
    level = cell.get("level", 1) if cell.get("cell_type") == "heading" else 0
    head = "#" * min(level, 6) + " " if isinstance(level, int) and level > 0 else ""
    return clean(head + source.replace("\r\n", "\n").replace("\r", "\n"))


_CYRILLIC = re.compile(rb"[\xa8\xb8\xc0-\xff]{3}")


def _json(content: bytes, notes: list[str]) -> dict[str, Any]:
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    encoding = "utf-16" if wide else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        # Three such letters on end are a word in Cyrillic; western languages hardly have two.
        encoding = "cp1251" if _CYRILLIC.search(content) else "cp1252"
        text = content.decode(encoding, "replace")
    # What a full disk or a broken synchronisation leaves at a file's end.
    text = text.rstrip("\0")
    # Small in the file, many times as large in memory.
    if _has_more_parts(text, MOST_PARTS):
        raise Held("The file is no notebook that can be read: it has millions of parts.")
    try:
        data = _loads(text, notes)
    except (ValueError, RecursionError) as error:
        reason = str(error).split(":")[0][:80] or "nested too deeply"
        raise Held(f"The file is no notebook, or only part of one ({reason}).") from None
    if not isinstance(data, dict):
        raise Held("The file is no notebook.")
    if encoding != "utf-8-sig":
        notes.append(f"The file was written in {encoding} and not in UTF-8.")
    return data


def _loads(text: str, notes: list[str]) -> Any:
    """What a JSON text holds; commas too many and raw line ends in strings, as editors and merges
    leave them, do no harm."""
    try:
        return json.loads(text)
    except ValueError as error:
        if len(text) > MOST_MENDED:
            raise
        parts, end = [], 0
        for string in _STRING.finditer(text):
            parts += [_COMMA.sub("", text[end : string.start()]), string[0]]
            end = string.end()
        made = "".join([*parts, _COMMA.sub("", text[end:])])
        try:
            data = json.loads(made, strict=False)
        except ValueError:
            raise error from None
    notes.append("The file wasn't quite JSON: commas too many, or line ends within texts.")
    return data


def _has_more_parts(text: str, most: int) -> bool:
    """Whether a JSON text has more lists, dictionaries, strings and numbers than ``most``.

    What stands within strings is none: outputs are full of commas.
    """
    signs = sum(map(text.count, "{[,"))
    if signs + text.count('"') // 2 <= most:
        return False
    inside, number = 0, 0
    for number, string in enumerate(_STRING.finditer(text), 1):
        if number > most:
            return True
        if string.end() - string.start() > 3:
            inside += sum(map(string[0].count, "{[,"))
    return number + signs - inside > most


def files_in(folder: Path, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    """Other files that were handed in, by their path; links and oversized ones are left out."""
    left, count = MOST_FILE_BYTES, 0
    paths, whole = _paths(folder)
    for path in paths:
        name = path.relative_to(folder).as_posix()
        info = path.lstat()
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if stat.S_ISDIR(info.st_mode) or path.suffix == ".ipynb" or hidden:
            continue
        if name == "timestamp.txt":
            continue
        count += 1
        if not _is_file(path):
            notes.append(f"{name[:80]!r} was left out: it is a link or no plain file.")
        elif info.st_size > left or count > MOST_FILES or len(name) > 200 or clean(name) != name:
            notes.append(f"{name[:80]!r} was left out: too many or too large, or a strange name.")
        else:
            left -= info.st_size
            try:
                yield name, bytes_of(path, MOST_FILE_BYTES)
            except Held as why:
                notes.append(f"{name[:80]!r} was left out: {why}")
        if len(notes) > MOST_FILES:
            whole = False
            break
    if not whole:
        notes.append("More files were left out: there are too many, or they lie too deep.")


def _timestamp(folder: Path, notes: list[str]) -> datetime.datetime | None:
    """When it was handed in, in UTC as nbgrader keeps it; what lateness does is decided later."""
    path = folder / "timestamp.txt"
    if not path.exists():
        return None
    try:
        text = bytes_of(path, 1000).decode("utf-8-sig")
        return times.read_time(text).astimezone(datetime.UTC).replace(tzinfo=None)
    except (Held, ValueError):
        notes.append("timestamp.txt can't be read as a time, so it isn't known when this came.")
        return None


def _id(cell: Any) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _text(cell: Any) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _role(cell: Any) -> str:
    about = cell["metadata"].get("nbgrader", {})
    if "draw" in cell["metadata"].get("crossroads", {}):
        return "values"
    if about.get("task"):
        return "criterion"
    if about.get("grade"):
        return "written" if about.get("solution") else "test"
    return "answer" if about.get("solution") else "locked"


def _say(id_: str) -> str:
    question = id_.removesuffix("-answer")
    is_number = question[:1] == "q" and question[1:].isdigit()
    return f"Question {question[1:]}" if is_number else f"Cell {question!r}"
