"""Reading a notebook's file, in whatever encoding and version of the format it is."""

from __future__ import annotations

import json
import re
from typing import Any

from ...files import encodable
from ..notes import Note
from . import pictures
from .submission import Held

#: Values of a notebook file, and its cells.
MOST_PARTS, MOST_CELLS = 2_000_000, 5000
#: Letters of a file that is mended where it isn't quite JSON.
MOST_MENDED = 2**24
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.S)
_COMMA = re.compile(r",(?=\s*[\]}])")
_CYRILLIC = re.compile(rb"[\xa8\xb8\xc0-\xff]{3}")


def cells_of(content: bytes, notes: list[Note]) -> list[dict[str, Any]]:
    """Return the cells of a notebook file, as plain dictionaries: id, kind, source, draws, label.

    Any front end's file is read, in whatever version of the format. Raises ``Held``.
    """
    data = _json(content, notes)
    cells = data.get("cells")
    if cells is None and isinstance(data.get("worksheets"), list):
        notes.append(Note("old-format"))
        sheets = [s for s in data["worksheets"] if isinstance(s, dict)]
        cells = [c for s in sheets for c in s.get("cells") or []]
    if not isinstance(cells, list) or not cells:
        raise Held("no-cells")
    if len(cells) > MOST_CELLS:
        raise Held("too-many-cells", count=len(cells), most=MOST_CELLS)
    return [_cell_of(cell) for cell in cells if isinstance(cell, dict)]


def _cell_of(cell: dict[str, Any]) -> dict[str, Any]:
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    label, own, tags = (metadata.get(name) for name in ("nbgrader", "crossroads", "tags"))
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
        "skipped": isinstance(tags, list) and "skip-execution" in tags,
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
    return encodable(head + source.replace("\r\n", "\n").replace("\r", "\n"))


def _json(content: bytes, notes: list[Note]) -> dict[str, Any]:
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
        raise Held("too-many-parts")
    try:
        data = _loads(text, notes)
    except (ValueError, RecursionError) as error:
        reason = str(error).split(":")[0][:80] or "nested too deeply"
        raise Held("not-a-whole-notebook", reason=reason) from None
    if not isinstance(data, dict):
        raise Held("not-a-notebook")
    if encoding != "utf-8-sig":
        notes.append(Note("encoding", values={"encoding": encoding}))
    return data


def _loads(text: str, notes: list[Note]) -> Any:
    """Return what a JSON text holds.

    Commas too many and raw line ends in strings, as editors and merges
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
    notes.append(Note("not-quite-json"))
    return data


def _has_more_parts(text: str, most: int) -> bool:
    """Return whether a JSON text has more lists, dictionaries, strings and numbers than ``most``.

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
