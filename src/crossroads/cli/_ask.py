"""A question to the person at the terminal."""

from __future__ import annotations


def says_yes(question: str) -> bool:
    """Ask, and whether the answer is yes; who closes the input without an answer says no."""
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False
