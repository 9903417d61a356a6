"""Writing a package to a folder or a zip, never over something else."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from ...files import write_folder, write_whole, zipped
from .student_package import Files


def zip_suffix(to: Path) -> str:
    """``.zip`` where a zip is to be written, else nothing."""
    return ".zip" if to.suffix == ".zip" else ""


def look(to: Path, files: Files, force: bool) -> None:
    """Raise ``ValueError`` where something else is there that mustn't be overwritten."""
    if to.suffix == ".zip" or not to.exists():
        if to.exists() and not force and _held(to) != files:
            raise ValueError(f"{to} exists already, and differs. To replace it: --force")
        return
    if not to.is_dir():
        raise ValueError(f"{to} exists already, and is not a folder; choose another name")
    held = _held(to)
    if strange := sorted(held.keys() - files.keys()):
        raise ValueError(f"{to} holds other things ({strange[0]} ...); choose a new folder")
    if not force and held and held != files:
        raise ValueError(f"{to} exists already, and differs. To replace it: --force")


def _held(to: Path) -> Files:
    """Return the files in a folder, or in a zip without its top folder; empty for a broken zip."""
    if to.is_dir():
        found = sorted(p for p in to.rglob("*") if not p.is_dir())
        return {p.relative_to(to).as_posix(): p.read_bytes() for p in found}
    try:
        with zipfile.ZipFile(to) as held:
            return {
                PurePosixPath(*PurePosixPath(i.filename).parts[1:]).as_posix(): held.read(i)
                for i in held.infolist()
            }
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return {}


def put(to: Path, files: Files, top: str) -> None:
    """Write files to a folder, or to a zip with one folder ``top`` in it, if it's named."""
    if to.suffix == ".zip":
        begins = f"{top}/" if top else ""
        write_whole(to, zipped({f"{begins}{name}": c for name, c in files.items()}))
        return
    write_folder(to, files)
