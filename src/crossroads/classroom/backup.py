"""A consistent backup while the class goes on: one archive that GNU tar alone restores.

Files come first and databases after them, each as it is at one moment: so a gradebook may know
more than the files beside it, never less, and grading again brings both together. Every path is
below ``/``. What isn't a file of the machine's own lies in ``crossroads-backup/``: dumps of
databases on a server, the lines of people's accounts, and the steps to restore it all.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import shlex
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import content
from ..course import Course
from ..course.gradebook_address import Address, parsed
from .hub import EXCHANGE, INSTRUCTORS, STUDENTS

# Imported late: traitlets, sqlalchemy, grp, pwd. Windows has neither of the last two.

INSIDE = "crossroads-backup"
STEPS = f"{INSIDE}/RESTORE.txt"
#: What of a home nobody misses.
_NOT_OF_HOMES = (".cache", ".local/share/Trash")
#: What SQLite keeps beside a database while somebody writes.
_BESIDE = ("", "-journal", "-wal", "-shm")
#: tar's sign of the end: two blocks of zeros.
_END = 1024
NO_TAR = (
    "a backup needs GNU tar, which Linux has. On another system, copy the course's folder "
    "while nobody grades or marks: it holds everything"
)
NO_DUMP = "{name} cannot be dumped: {why}"
NOT_ROOT = (
    "run this as root: the backup of a class's server holds everything in homes, and people's "
    "accounts"
)


@dataclass(frozen=True)
class Contents:
    """The contents of a backup: folders and files by their absolute paths, databases, people."""

    folders: tuple[Path, ...]
    #: By what they are: "gradebook", "hub".
    databases: Mapping[str, Address]
    homes: tuple[Path, ...] = ()
    #: Lines of /etc/passwd and the like, by the file's name.
    accounts: Mapping[str, str] = field(default_factory=dict)


def of_course(course: Path, also: Sequence[Path] = ()) -> Contents:
    """Return what a course directory holds, wherever its gradebook is."""
    own = Course(course).resolved()
    if not own.path.is_dir():
        raise FileNotFoundError(2, "there is no such course", str(course))
    databases = {"gradebook": own.gradebook} if own.has_gradebook else {}
    return Contents((own.path, *also), databases)


def of_hub(config: Path, also: Sequence[Path] = ()) -> Contents:
    """Return all of a class's server, by the hub's settings.

    This is the course, the exchange, the hub, the homes and the accounts.

    Raises ``ValueError`` where the settings can't be read or aren't those of a class.
    """
    from traitlets.config.loader import PyFileConfigLoader

    if os.geteuid() != 0:
        raise ValueError(NOT_ROOT)
    config = config.resolve()
    try:
        c: Any = PyFileConfigLoader(config.name, str(config.parent)).load_config()
        (desk,) = (s for s in c.JupyterHub.services if s["name"] == content.about().id)
        # After "-m crossroads.classroom.hub grader".
        course = Path(desk["cwd"], desk["command"][desk["command"].index("grader") + 1])
        exchange, grader = Path(c.Spawner.environment[EXCHANGE]), str(desk["user"])
    except Exception as error:  # a person's Python may do anything
        raise ValueError(
            f"{config} cannot be read as the settings of a class's server: {error}"
        ) from None
    folder = config.parent
    url = str(c.JupyterHub.get("db_url") or "sqlite:///jupyterhub.sqlite")
    secret = folder / str(c.JupyterHub.get("cookie_secret_file") or "jupyterhub_cookie_secret")
    own = of_course(course)
    hub = parsed(url, folder, f"{config}: JupyterHub.db_url")
    accounts, homes = _people(grader)
    files = (*own.folders, exchange.resolve(), config, *([secret] if secret.is_file() else []))
    return Contents((*files, *also), {**own.databases, "hub": hub}, homes, accounts)


def write(what: Contents, to: Path) -> list[str]:
    """Write a backup whole or not at all; returns tar's words on files that changed meanwhile.

    Only its owner can read it. Raises ``ValueError`` where something can't be read or dumped.
    """
    to = to.absolute()
    if to.exists():
        raise FileExistsError(17, "the file exists already", str(to))
    if any(to.is_relative_to(folder) for folder in (*what.folders, *what.homes)):
        raise ValueError(
            f"{to} would be part of the backup: write it outside the folders that are backed up"
        )
    if not shutil.which("tar") or b"GNU" not in _run(["tar", "--version"]):
        raise ValueError(NO_TAR)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=f".{to.name}-") as temporary:
        stage, made = Path(temporary) / "stage", Path(temporary) / "archive"
        files = [address.file for address in what.databases.values() if address.file]
        left = [Path(f"{file}{end}") for file in files for end in _BESIDE]
        left += [home / name for home in what.homes for name in _NOT_OF_HOMES]
        with gzip.open(made, "wb", compresslevel=6) as out:
            kept = _top((*what.folders, *what.homes))
            said = _archive(Path("/"), kept, left, out, last=False)
            # Only now: a mark that is in a file beside it is in the gradebook, too.
            _stage(what, stage)
            copies = [path for path in sorted(stage.rglob("*")) if path.is_file()]
            _archive(stage, copies, [], out, last=True)
        made.chmod(0o600)
        os.replace(made, to)
    return said


def _top(paths: Iterable[Path]) -> list[Path]:
    """Return paths without those that lie in others of them."""
    found: list[Path] = []
    for path in sorted(set(paths), key=lambda p: len(p.parts)):
        if not any(path.is_relative_to(other) for other in found):
            found.append(path)
    return found


def _archive(
    base: Path, paths: list[Path], left: list[Path], out: gzip.GzipFile, *, last: bool
) -> list[str]:
    """Have tar write paths below ``base``; without its sign of the end where more comes."""
    names = [path.relative_to(base).as_posix() for path in paths]
    excluded = [
        f"--exclude={p.relative_to(base).as_posix()}" for p in left if p.is_relative_to(base)
    ]
    command = ["tar", "--create", "--file=-", "--blocking-factor=1", "--sparse", "--anchored"]
    command += ["--no-wildcards", *excluded, f"--directory={base}", "--", *names]
    with tempfile.TemporaryFile() as errors:
        language = {**os.environ, "LC_ALL": "C"}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, env=language
        ) as process:
            assert process.stdout
            held = b""
            while chunk := process.stdout.read(1 << 20):
                held += chunk
                out.write(held[:-_END])
                held = held[-_END:]
        status = process.returncode
        errors.seek(0)
        lines = errors.read().decode("utf-8", "replace").splitlines()
    said = [line.removeprefix("tar: ") for line in lines if "Exiting with" not in line]
    if status > 1:
        raise ValueError(f"not everything could be read: {'; '.join(said[:5])}")
    # Where more comes there is no end yet.
    assert last or held == bytes(_END)
    out.write(held if last else b"")
    return said if status else []


def _stage(what: Contents, stage: Path) -> None:
    """Copy databases as they are at one moment, and write what stands beside them."""
    inside = stage / INSIDE
    inside.mkdir(parents=True)
    for name, address in what.databases.items():
        if address.file:
            _copy(address.file, stage / address.file.relative_to("/"))
        else:
            _dump(name, address, inside / f"{name}.dump")
    for name, lines in what.accounts.items():
        (inside / name).write_text(lines, "utf-8")
    (stage / STEPS).write_text(steps(what), "utf-8")


def _copy(database: Path, to: Path) -> None:
    """SQLite's own copy of a database that others may be writing to, with its owner and mode."""
    if not database.is_file():
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        with (
            contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as source,
            contextlib.closing(sqlite3.connect(to)) as copy,
        ):
            source.backup(copy)
    except sqlite3.Error as error:
        raise ValueError(f"{database} cannot be copied ({error})") from None
    _like(database, to)


def _like(original: Path, copy: Path) -> None:
    """Give a copy the mode of its original, and to root its owner and times."""
    shutil.copystat(original, copy)
    if os.geteuid() == 0:
        status = original.stat()
        os.chown(copy, status.st_uid, status.st_gid)


def _dump(name: str, address: Address, to: Path) -> None:
    """A database server's, by PostgreSQL's own program."""
    from sqlalchemy import URL, make_url

    url = make_url(address.url)
    if url.get_backend_name() != "postgresql":
        raise ValueError(
            NO_DUMP.format(
                name=name, why=f"{address.shown} is not the address of a PostgreSQL database"
            )
        )
    if not shutil.which("pg_dump"):
        raise ValueError(
            NO_DUMP.format(name=name, why="pg_dump is missing: install postgresql-client")
        )
    where = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    ).render_as_string()
    # Not among the arguments, which everybody on a machine can read.
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    command = ["pg_dump", "--format=custom", "--no-owner", f"--file={to}", f"--dbname={where}"]
    done = subprocess.run(command, env={**os.environ, **password}, capture_output=True, check=False)
    if done.returncode:
        why = (done.stderr.decode("utf-8", "replace").splitlines() or ["pg_dump failed"])[0]
        raise ValueError(NO_DUMP.format(name=name, why=why))


def _run(command: list[str]) -> bytes:
    return subprocess.run(command, capture_output=True, check=False).stdout


def _people(grader: str) -> tuple[dict[str, str], tuple[Path, ...]]:
    """Return the account lines of a class's people and of the grader, and their homes."""
    import grp
    import pwd

    groups = [group for group in grp.getgrall() if group.gr_name in (INSTRUCTORS, STUDENTS)]
    members = {name for group in groups for name in group.gr_mem} | {grader}
    ids = {group.gr_gid for group in groups}
    users = [u for u in pwd.getpwall() if u.pw_name in members or u.pw_gid in ids]
    names = {user.pw_name for user in users}
    own = {group.gr_name for group in grp.getgrall() if group.gr_gid in {u.pw_gid for u in users}}
    wanted = {"passwd": names, "shadow": names, "group": own | {g.gr_name for g in groups}}
    lines = {
        name: "".join(
            f"{line}\n"
            for line in Path("/etc", name).read_text("utf-8").splitlines()
            if line.partition(":")[0] in some
        )
        for name, some in wanted.items()
    }
    homes = {Path(user.pw_dir) for user in users}
    return lines, tuple(sorted(home for home in homes if home.is_dir() and home != Path("/")))


def steps(what: Contents) -> str:
    """Return how to restore a backup: a text for a person at a new machine."""
    parts = [PEOPLE] if what.accounts else []
    files = [address.file for address in what.databases.values() if address.file]
    beside = [f"{file}{end}" for file in files for end in _BESIDE[1:]]
    parts.append(FILES + (f"\nThen: rm -f {shlex.join(beside)}" if beside else ""))
    servers = {name: a.shown for name, a in what.databases.items() if not a.file}
    parts += [DUMP.format(name=name, shown=shown) for name, shown in servers.items()]
    parts.append(AFTER)
    numbered = (f"{number}. {part}" for number, part in enumerate(parts, 1))
    return "\n\n".join([TITLE, *numbered]) + "\n"


TITLE = """\
Restoring this backup of Crossroads: as root, with the hub stopped. FILE is its name.
What is in it: tar --list --verbose --file=FILE"""
PEOPLE = f"""\
On a new machine, the accounts. Make sure that no name or number in {INSIDE}/passwd
and group is taken there, then add their lines, and those of shadow, to the files of
these names in /etc (vipw, vipw -s, vigr). On the same machine, skip this step."""
FILES = f"""\
The files, each at its place, with its owner:
tar --extract --preserve-permissions --same-owner --file=FILE --directory=/ \\
  --exclude={INSIDE}
Files that are not in the backup stay: to keep none of them, first move the
old folders away."""
DUMP = f"""\
The database of the {{name}}, {{shown}}, which must be empty (createdb):
tar --extract --to-stdout --file=FILE {INSIDE}/{{name}}.dump |
  pg_restore --no-owner --exit-on-error --dbname=ITS-ADDRESS"""
AFTER = """\
Start the hub, log in, and look at a student's marks. Then crossroads grade each quiz
once: submissions that were graded during the backup are graded again, to the same marks."""
