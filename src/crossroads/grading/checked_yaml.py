"""Read a YAML file that a teacher wrote: each error names the file, the line and what to write.

Words stay as they were typed, so that 00123 is a name, and names are understood in another case.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Iterable
from typing import Any

from .notes import Note, say

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


#: What people mean where YAML's own words say little.
_MEANT = {
    "\\t": "a tab; use spaces instead",
    "mapping values are not allowed": "a colon within a text; put the text in quotes",
}


class Reader:
    """Makes Python's values of one file's YAML nodes. All its methods raise ``ValueError``."""

    def __init__(self, file: str) -> None:
        self.file = file

    def root(self, content: bytes) -> Any:
        """Return the first node of a file's bytes; ``None`` where there is nothing in it."""
        import yaml  # only where there is such a file

        try:
            return yaml.compose(self._decoded(content), Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            at = error.problem_mark.line + 1 if error.problem_mark else 1
            problem = " ".join(str(error.problem).split())
            why = next((why for sign, why in _MEANT.items() if sign in problem), problem)
            raise ValueError(f"{self.file}, line {at}: this is not valid YAML: {why}") from None
        except yaml.YAMLError as error:
            raise ValueError(
                f"{self.file} is not valid YAML: {' '.join(str(error).split())}"
            ) from None
        except RecursionError:
            raise ValueError(f"{self.file} is nested too deep") from None

    def _decoded(self, content: bytes) -> str:
        wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
        try:
            return content.decode("utf-16" if wide else "utf-8-sig")
        except UnicodeDecodeError as error:
            at = content[: error.start].count(b"\n") + 1
            why = "it is not UTF-8; save it as UTF-8"
            raise ValueError(f"{self.file}, line {at}: {why}") from None

    def mapping(self, node: Any, where: str) -> dict[str, Any]:
        """Return the nodes of lines of the form ``name: value``, by name."""
        if node.id != "mapping":
            raise self.wrong(node, f"{where} needs lines of the form name: value")
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = text(key)
            if name in found:
                raise self.wrong(key, f"{name!r} appears twice; keep one of them")
            found[name] = value
            # An empty value is where the next word is: the name's own line is meant.
            value.name_mark = key.start_mark
        return found

    def optional(self, node: Any, where: str) -> dict[str, Any]:
        """Return what ``mapping`` returns; empty where nothing is written."""
        return {} if node is None or is_null(node) else self.mapping(node, where)

    def only(self, data: dict[str, Any], known: Collection[str], where: str = "") -> None:
        """Refuse keys that aren't ``known``, with the one that was meant where that is clear."""
        for key, node in data.items():
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                hint = f"did you mean {near[0]}?" if near else f"there are {_and(sorted(known))}"
                if is_null(node) and not near:
                    hint += "; a text with a comma in it needs quotes"
                raise self.wrong(node, f"{where}{key!r} is unknown; {hint}")

    def number(self, node: Any, where: str, most: float, least: float = 0) -> float:
        """Return a number within bounds, with a decimal point or comma."""
        typed = text(node)
        plain = bool(_NUMBER.fullmatch(typed))
        number = float(typed.replace(",", ".")) if plain else math.nan
        if not least <= number <= most:
            shown = typed if plain else repr(typed)
            raise self.wrong(
                node, f"{where} must be a number from {least:g} to {most}, not {shown}"
            )
        return number

    def wrong(self, node: Any, why: str) -> ValueError:
        """Return an error about a node, with its line."""
        return ValueError(f"{self.file}, line {line(node)}: {why}")


def text(node: Any) -> str:
    """Return what was typed, as it was typed."""
    return str(node.value).strip() if node.id == "scalar" else "a list"


def is_null(node: Any) -> bool:
    """Return whether nothing is written after a name."""
    return bool(node.id == "scalar" and node.tag.endswith(":null"))


def line(node: Any) -> int:
    """Return the line of a node, or of its name."""
    return int(getattr(node, "name_mark", node.start_mark).line) + 1


def _and(words: Iterable[str]) -> str:
    return ", ".join(words)


class Names:
    """Checks names in a file against what the course has, and gathers what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.wrong: list[str] = []
        self.notes: list[Note] = []

    def name(
        self, given: str, known: Collection[str], of: str, at: int, *, sure: bool = True
    ) -> str:
        """Return the name as the course has it; in another case where only one fits.

        A name that nobody has is wrong, or, where the list may not be whole, only noted.
        """
        if given in known:
            return given
        alike = [other for other in known if other.casefold() == given.casefold()]
        if len(alike) == 1:
            return alike[0]
        near = alike or difflib.get_close_matches(given, known, 2, 0.5)
        about = {"file": self.file, "line": at, "name": given, "of": of, "near": sorted(near)}
        note = Note("no-such-name", values=about)
        if sure:
            self.wrong.append(say(note))
        else:
            self.notes.append(note)
        return given

    def say_wrong(self, at: int, why: str) -> None:
        """Note something else that is wrong in a line."""
        self.wrong.append(f"{self.file}, line {at}: {why}")

    def settle(self) -> list[Note]:
        """Return the notes; raises ``ValueError`` that lists every wrong line."""
        if self.wrong:
            raise ValueError("\n".join(self.wrong))
        return self.notes
