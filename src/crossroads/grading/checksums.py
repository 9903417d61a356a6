"""nbgrader's checksums: whether a cell is as it was handed out."""

from __future__ import annotations

from typing import Any


def is_unchanged(cell: dict[str, Any]) -> bool:
    """Return whether a plain cell is as it was handed out.

    nbgrader's checksum of the cell decides.
    """
    # Slow, and only needed where there is something to compare.
    from nbformat import NotebookNode, from_dict
    from nbgrader.utils import compute_checksum

    own: NotebookNode = from_dict(  # type: ignore[no-untyped-call]
        {
            "cell_type": cell["kind"],
            "source": cell["source"],
            "metadata": {"nbgrader": cell["label"]},
        }
    )
    try:
        return bool(cell["label"].get("checksum") == compute_checksum(own))
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
