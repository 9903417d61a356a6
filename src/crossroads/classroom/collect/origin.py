"""What a path in a download says: from whom it is, and which file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """What a path in a download says: from whom, which file, whether it's late.

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
        """How a person would name the sender."""
        return f"{self.names[0]} ({self.number})" if self.number else self.names[0]
