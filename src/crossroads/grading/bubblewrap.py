"""The command that builds a sandbox, in bubblewrap's words."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from .mounts import all_paths
from .sandboxed import confinement

IN_SIGHT = (
    "Students' code would see {path}, and must not: {why}. Move one of them, or install the "
    "course's packages elsewhere."
)
#: Who builds the sandbox where root grades.
NOBODY = "65534"


@dataclass(frozen=True)
class Private:
    """The places that no submission may see, wherever they lie.

    Packages may lie in a ``course`` directory (``course/.venv``), and are all that is shown of it;
    what is shown may never lie in its ``work``: sources, submissions, the gradebook.
    """

    course: tuple[str, ...] = ()
    work: tuple[str, ...] = ()


def walls(shown: dict[str, str], private: Private, *, terminals: bool = False) -> list[str]:
    """Return the command that puts what follows it into a sandbox that shows these folders.

    ``shown`` are the paths inside, with what they show. What is private and lies within them is
    covered. ``terminals``: there is a place for them, which each submission mounts for itself.
    """
    # By its place: the sandbox's own PATH has only the system's folders.
    bwrap = shutil.which("bwrap") or "bwrap"
    command = [
        *(bwrap, "--unshare-all", "--as-pid-1", "--die-with-parent", "--new-session"),
        # In its own namespace only, for each submission's own disk; given up before it runs.
        *("--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"),
        *("--uid", NOBODY, "--gid", NOBODY, "--hostname", "sandbox"),
        *_system(shown),
        *(("--dir", "/dev/pts", "--symlink", "pts/ptmx", "/dev/ptmx") if terminals else ()),
        *_covers(shown, private),
        # Root's own files in it can be written to by nobody's first process: by no child.
        *("--proc", "/proc", "--remount-ro", "/proc"),
    ]
    for path in ("/box", "/tmp", "/dev/shm"):
        command += ["--perms", "0755", "--dir", path]
    # What is left over is a file system in memory, in which all that is mounted has its place.
    command += ["--chdir", "/", "--remount-ro", "/"]
    if os.geteuid() == 0:
        # Nobody may not enter root's own folders: root lays out what is to be shown.
        programs = [shutil.which(name) or name for name in ("setpriv", "bwrap")]
        also = {path: os.path.realpath(path) for path in programs}
        command = [
            # By its own processes' namespace: root without rights can't end what is nobody's. With
            # its own /proc, in which the second bubblewrap finds its child by that child's number.
            *("setpriv", "--pdeathsig=SIGKILL"),
            *("unshare", "--pid", "--fork", "--kill-child", "--mount-proc"),
            *(bwrap, "--die-with-parent"),
            *_system({**shown, **also, **{path: path for path in also.values()}}),
            *("--bind", "/proc", "/proc", "--perms", "0755", "--dir", "/tmp", "--chdir", "/"),
            *(programs[0], f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
            *("--inh-caps=-all", "--bounding-set=-all", programs[1], *command[1:]),
        ]
    return command


def _system(shown: dict[str, str]) -> list[str]:
    """Bubblewrap's words for what is shown, the devices, and the names of system libraries."""
    words = [*_folders(shown), "--perms", "0755", "--dir", "/dev"]
    for name in confinement.DEVICES:
        words += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    for path in (Path("/", name) for name in ("lib", "lib32", "lib64")):
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    return words


def _folders(shown: dict[str, str]) -> list[str]:
    """Bubblewrap's words that mount what is shown, outer folders first."""
    words: list[str] = []
    made: set[Path] = set()
    for target in sorted(shown, key=lambda path: Path(path).parts):
        # Folders on the way would be their owner's alone.
        for folder in reversed(Path(target).parents[:-1]):
            if folder not in made:
                words += ["--perms", "0755", "--dir", str(folder)]
                made.add(folder)
        link = os.path.islink(target) and os.path.isfile(target)
        words += ["--symlink" if link else "--ro-bind", shown[target], target]
    return words


def _covers(shown: dict[str, str], private: Private) -> list[str]:
    """Bubblewrap's words that cover what is private within the folders that are shown.

    Folders of packages within a course directory are shown again.
    """
    words: list[str] = []
    ends: list[str] = []
    for path in sorted(all_paths([*private.course, *private.work]), key=lambda path: path.parts):
        if not any(path.is_relative_to(target) for target in shown):
            continue
        if path.is_dir():
            again = {t: s for t, s in shown.items() if Path(t).is_relative_to(path)}
            words += ["--perms", "0755", "--tmpfs", str(path), *_folders(again)]
            ends += ["--remount-ro", str(path)]
        else:
            words += ["--ro-bind", "/dev/null", str(path)]
    return words + ends


def in_sight(shown: dict[str, str], private: Private) -> str:
    """Return what would be shown though it's private, and why it can't be covered.

    Return "" if there is nothing of the kind.
    """
    work, course = all_paths(private.work), all_paths(private.course)
    for source in map(Path, {*shown, *shown.values()}):
        for path in work:
            if source.is_relative_to(path):
                return IN_SIGHT.format(path=path, why=f"{source} is visible to it, and lies inside")
        if source in course:
            return IN_SIGHT.format(path=source, why="it is itself a folder of packages or data")
    return ""
