"""Read from a path in a download whose file it is, and which one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """The facts in a download's path: the sender, the file, and whether it's late.

    ``names`` are what may name the student, the likeliest first; there is more than one only in a
    plain folder.
    """

    layout: str  # moodle, canvas or plain
    names: tuple[str, ...]
    file: str
    number: str = ""
    late: bool = False
    attachment: int = 0

    @property
    def label(self) -> str:
        """The sender's name for people."""
        return f"{self.names[0]} ({self.number})" if self.number else self.names[0]
