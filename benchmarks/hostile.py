"""Hostile and broken submissions graded by stock nbgrader and by ours: what was seen, as a table.

    .venv/bin/python benchmarks/hostile.py [--to docs/hostile.md] [--only WORDS] [--at-once 2]

Each recipe of ``tests/support/hostile.py`` is submitted by an attacker, eve, to a course in which
zoe submits right answers; then ``nbgrader autograde`` and ``crossroads grade`` mark copies of that
course. Attackers share a class; if zoe isn't marked right there, if the run doesn't end, or if
anything is left behind, the class is split until it's known whose doing it is.

Runs as root on Linux, since it puts every run into a cage: namespaces of its own, another user's
id, limits of processes, memory and files, a disk in memory, and nobody's home. All verdicts are
worked out from what is found afterwards.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import hashlib
import json
import os
import platform
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TREE / "tests" / "support")]

#: Attackers in one class.
SIZES = {"using up the machine": 3, "folders": 1, "students' ids": 1}
SIZE, OURS = 8, 40
#: Seconds: for a cell, with stock nbgrader and ours; for a submission (ours only: stock has no such
#: limit); for a run, and for each attacker in it.
CELL, OUR_CELL, SUBMISSION, RUN, EACH = 15, 6, 15, 50, 14
#: The first cage's user; each has one of its own, since the kernel counts processes by user.
USER, PORT = 20_000, 47011
BOX = Path("/tmp", "box")
NAME, SECRET = "quiz-01", "swordfish"
GRADE_OURS = f"""
from pathlib import Path
from crossroads.course import use_own_commands
from crossroads.grading import run, sandbox
use_own_commands()
limits = sandbox.Limits(seconds={SUBMISSION}, cell={OUR_CELL}, memory=2**31)
print(run.summary(*run.grade_class(Path.cwd(), {NAME!r}, limits=limits)))
"""


# -- in the cage, as root: nothing of the course's is imported here --------------------------------


def caged(case: str, who: str, most: float) -> None:
    """Lay out the box, run the grader in it as another user, and print what is found, as JSON."""
    user = USER + int(Path(case).name)
    _lay_out(Path(case), user)
    course, home = BOX / "course", BOX / "home"
    before = _marked(course)
    trap = Trap()
    start = time.monotonic()
    code, said = _run(who, course, home, most, user)
    seconds = time.monotonic() - start
    ended = time.monotonic()
    while (left := _processes(user)) and time.monotonic() - ended < 4:
        time.sleep(0.2)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    found = {
        "code": code,
        "said": said[-3000:],
        "seconds": seconds,
        "processes": len(left),
        "reached": sorted(trap.reached),
        "files": _left_behind(),
        "overwritten": sorted(k for k, v in _marked(course).items() if before.get(k, v) != v),
        "marks": _marks(course),
        "outputs": _outputs(course),
        "sizes": _sizes(course),
        "results": _results(course),
    }
    print(json.dumps(found))


def _mount(*words: object) -> None:
    subprocess.run(["mount", *map(str, words)], check=True)


def _lay_out(case: Path, user: int) -> None:
    _mount("--make-rprivate", "/")
    # Python itself may lie in a home that is to be hidden.
    home, base = Path.home(), Path(sys.base_prefix)
    _mount("-t", "tmpfs", "-o", "size=1G,nr_inodes=400k,mode=1777", "tmpfs", "/tmp")
    (BOX / "course").mkdir(parents=True)
    _mount("--bind", case, BOX / "course")
    if base.is_relative_to(home):
        kept = Path(tempfile.mkdtemp())
        top = home / base.relative_to(home).parts[0]
        _mount("--bind", top, kept)
        _mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", home)
        top.mkdir()
        _mount("--move", kept, top)
    for place in ("/var/tmp", "/dev/shm"):
        _mount("-t", "tmpfs", "-o", "size=256M,mode=1777", "tmpfs", place)
    (BOX / "home").mkdir()
    for place in (BOX / "home" / "secret.txt", Path("/tmp", "crossroads-secret")):
        place.write_text(f"{SECRET}\n", "utf-8")
    subprocess.run(["chown", "-hR", f"{user}:{user}", str(BOX)], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=False)


def _run(who: str, course: Path, home: Path, most: float, user: int) -> tuple[int | str, str]:
    program = str(Path(sysconfig.get_path("scripts")) / "nbgrader")
    command = [program, "autograde", NAME, f"--Execute.timeout={CELL}"]
    if who == "ours":
        command = [sys.executable, "-c", GRADE_OURS]
    environment = {
        "HOME": str(home),
        "PATH": f"{sysconfig.get_path('scripts')}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "CROSSROADS_TEST_SECRET": SECRET,
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    limits = {
        resource.RLIMIT_NPROC: 400,
        resource.RLIMIT_AS: 6 * 2**30,
        resource.RLIMIT_FSIZE: 3 * 2**30,
        resource.RLIMIT_CORE: 0,
    }

    def confine() -> None:
        for what, most in limits.items():
            resource.setrlimit(what, (most, most))
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)

    with (BOX / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=course,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=confine,
            start_new_session=True,
        )
        try:
            code: int | str = process.wait(most)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = "stopped"
    with (BOX / "log").open("rb") as log:
        log.seek(max(0, (BOX / "log").stat().st_size - 20_000))
        return code, log.read().decode(errors="replace")


class Trap:
    """What in the cage waits for whoever reaches out: TCP, UDP, a name server, a Unix socket."""

    def __init__(self) -> None:
        self.reached: set[str] = set()
        inet, unix = socket.AF_INET, socket.AF_UNIX
        for name, family, kind, address in (
            ("TCP", inet, socket.SOCK_STREAM, ("127.0.0.1", PORT)),
            ("UDP", inet, socket.SOCK_DGRAM, ("127.0.0.1", PORT)),
            ("DNS", inet, socket.SOCK_DGRAM, ("127.0.0.1", 53)),
            ("IPv6", socket.AF_INET6, socket.SOCK_DGRAM, ("::1", PORT)),
            ("a Unix socket", unix, socket.SOCK_STREAM, "\0crossroads-trap"),
        ):
            with contextlib.suppress(OSError):
                waiting = socket.socket(family, kind)
                waiting.bind(address)
                if kind == socket.SOCK_STREAM:
                    waiting.listen()
                threading.Thread(target=self._wait, args=(name, waiting), daemon=True).start()

    def _wait(self, name: str, waiting: socket.socket) -> None:
        with contextlib.suppress(OSError):
            waiting.recv(1) if waiting.type == socket.SOCK_DGRAM else waiting.accept()
            self.reached.add(name)


def _processes(user: int) -> list[int]:
    """What runs as the grader's user after its end."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            status = (path / "status").read_text()
            # Who has ended but wasn't waited for does nothing any more.
            if f"\t{user}\t" in status and "State:\tZ" not in status:
                found.append(int(path.name))
    return found


def _folders(top: Path) -> Iterator[tuple[Path, list[str]]]:
    """Folders and the names of their files; not those that were nested to do harm."""
    for folder, inside, names in os.walk(top):
        if len(Path(folder).relative_to(top).parts) > 12:
            inside.clear()
        yield Path(folder), names


def _left_behind() -> list[str]:
    """Files outside of submissions that are eve's: by their name, or what they would run."""
    found = []
    for top in ("/tmp", "/var/tmp", "/dev/shm"):
        for where, names in _folders(Path(top)):
            # Of a submission, or our own record of one: there it may stand.
            if {"submitted", "autograded", "grading"} & set(where.parts):
                continue
            for name in names:
                path = where / name
                with contextlib.suppress(OSError):
                    small = path.is_file() and path.stat().st_size < 100_000
                    owned = small and b"owned-by-eve" in path.read_bytes()
                    if owned or name in ("left-by-eve", "owned-by-eve"):
                        found.append(str(path.relative_to(BOX if BOX in path.parents else "/")))
    return sorted(found)


def _marked(course: Path) -> dict[str, str]:
    """Digests of what nobody may change: zoe's submission, the source, the configuration."""
    paths = [course / "submitted" / "zoe" / NAME / f"{NAME}.ipynb", course / "nbgrader_config.py"]
    paths.append(course / "source" / NAME / f"{NAME}.ipynb")
    return {
        str(p.relative_to(course)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in paths
        if p.is_file()
    }


def _marks(course: Path) -> dict[str, float]:
    """Points of test cells by student, as nbgrader counts them: a person's mark comes first."""
    asked = """
        select s.student_id, coalesce(g.manual_score, g.auto_score)
        from grade g join submitted_notebook n on g.notebook_id = n.id
        join submitted_assignment s on n.assignment_id = s.id
        join base_cell c on g.cell_id = c.id where c.name != 'q15'
    """
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as book:
        rows = book.execute(asked).fetchall()
    marks: dict[str, float] = {}
    for student, points in rows:
        if points is not None:
            marks[student] = marks.get(student, 0) + points
    return marks


def _outputs(course: Path) -> dict[str, str]:
    """Which telling words cells printed in each autograded notebook."""
    found = {}
    for path in course.glob(f"autograded/*/{NAME}/{NAME}.ipynb"):
        with contextlib.suppress(OSError, ValueError, AttributeError, KeyError):
            if path.stat().st_size < 400 * 2**20:
                cells = json.loads(path.read_text("utf-8"))["cells"]
                words = ("REACHED", SECRET, "BEGIN HIDDEN", "root:x:0", "owned-by-eve")
                # Not what a traceback quotes of the cell itself.
                shown = [
                    out.get("text", "") if out.get("output_type") == "stream" else ""
                    for cell in cells
                    for out in cell.get("outputs", [])
                ]
                plain = "".join("".join(part) for part in shown)
                found[path.parts[-3]] = " ".join(w for w in words if w in plain)
    return found


def _sizes(course: Path) -> dict[str, int]:
    """Bytes in each autograded folder, as they count on a disk."""
    sizes: dict[str, int] = {}
    for folder in course.glob("autograded/*"):
        for where, names in _folders(folder):
            for name in names:
                with contextlib.suppress(OSError):
                    info = os.lstat(where / name)
                    sizes[folder.name] = sizes.get(folder.name, 0) + info.st_size
    return sizes


def _results(course: Path) -> dict[str, str]:
    """Why ours held each submission; "" if it didn't."""
    from crossroads.grading import results
    from crossroads.grading.notes import say

    kept = {who: results.read(course, NAME, who) for who in results.students(course, NAME)}
    return {who: say(one.result.held) for who, one in kept.items() if one}


# -- outside ---------------------------------------------------------------------------------------


@dataclass
class Seen:
    """What a run made of one recipe."""

    marks: str
    words: list[str] = field(default_factory=list)
    #: Whether it's worse than what the answers are worth, or harmed somebody.
    bad: bool = False


class Bench:
    """A course to copy, and the runs made on copies of it."""

    def __init__(self, place: Path) -> None:
        import graders
        import hostile

        self.graders, self.hostile = graders, hostile
        self.place = place
        (place / "template").mkdir()
        self.template = graders.make_course(place / "template")
        graders.hand_in(self.template, "zoe", graders.answered(self.template, q15=f"My {SECRET}."))
        self.lock = threading.Lock()
        self.number = 0

    def found(self, who: str, recipes: dict[str, object]) -> dict[str, object]:
        """One run in the cage over a class of these recipes by student, and zoe."""
        with self.lock:
            self.number += 1
            case = self.place / f"{self.number:03}"
        case.mkdir()
        disk = ["-t", "tmpfs", "-o", "size=3G,nr_inodes=400k", "tmpfs", str(case)]
        subprocess.run(["mount", *disk], check=True)
        shutil.copytree(self.template, case, dirs_exist_ok=True)
        for student, recipe in recipes.items():
            folder = case / "submitted" / student / NAME
            folder.mkdir(parents=True)
            recipe.hand_in(self.graders.released(case), folder)
        most = RUN + EACH * len(recipes)
        walls = ["unshare", "--pid", "--fork", "--mount", "--net", "--ipc", "--mount-proc"]
        command = ["nice", *walls, "--kill-child", sys.executable, __file__]
        try:
            done = subprocess.run(
                [*command, "--caged", str(case), "--who", who, "--most", str(most)],
                capture_output=True,
                text=True,
                timeout=most + 120,
                check=False,
            )
            return json.loads(done.stdout.splitlines()[-1])
        except (IndexError, ValueError, subprocess.TimeoutExpired) as error:
            raise RuntimeError(f"{who}: {list(recipes)}: {done.stderr[-2000:]}") from error
        finally:
            subprocess.run(["umount", "-l", str(case)], check=False)
            case.rmdir()

    def classes(self, who: str, recipes: list) -> dict[str, Seen]:
        """What a run made of each recipe; classes that were disturbed are split."""
        alone = len(recipes) == 1
        students = {recipes[0].student if alone else f"eve{n:02}": r for n, r in enumerate(recipes)}
        found = self.found(who, students)
        harm = self._harm(who, found)
        if harm and not alone:
            middle = len(recipes) // 2
            return self.classes(who, recipes[:middle]) | self.classes(who, recipes[middle:])
        return {
            recipe.name: self._seen(found, student, recipe, harm)
            for student, recipe in students.items()
        }

    def _harm(self, who: str, found: dict) -> list[str]:
        """What a run did to others than the attacker, in words."""
        harm = []
        if found["code"] == "stopped":
            harm.append("the run had to be stopped")
        if "zoe" not in found["marks"]:
            harm.append("the classmate wasn't graded")
        elif found["marks"]["zoe"] != self.graders.FULL:
            harm.append(f"the classmate got {found['marks']['zoe']:g} of {self.graders.FULL:g}")
        if any(marks > self.graders.FULL for who, marks in found["marks"].items() if who != "zoe"):
            harm.append("more than the maximum")
        if found["overwritten"]:
            harm.append(f"changed: {', '.join(found['overwritten'])}")
        if found["processes"]:
            harm.append(f"processes left running: {found['processes']}")
        if found["files"]:
            harm.append(f"left behind: {', '.join(found['files'][:3])}")
        if found["reached"]:
            harm.append(f"reached {', '.join(found['reached'])}")
        return harm

    def _seen(self, found: dict, student: str, recipe, harm: list[str]) -> Seen:
        full, words, bad = self.graders.FULL, [], bool(harm)
        held = found["results"].get(student)
        if held:
            marks = "held"
            words.append(held if len(held) < 90 else f"{held[:88]}…")
        elif student in found["marks"]:
            got = found["marks"][student]
            marks = f"{got:g} of {full:g}"
            if got > recipe.most:
                words.append(f"its answers are worth {recipe.most:g}")
                bad = True
        elif "can't be a student's id" in found["said"]:
            marks = "skipped"
            words.append("the run says that the folder's name can't be a student's id")
        else:
            marks = "not graded"
        leaks = found["outputs"].get(student, "")
        if "REACHED" in leaks:
            words.append("the attack worked")
            bad = True
        if any(word in leaks for word in (SECRET, "BEGIN HIDDEN", "root:x:0")):
            words.append("its outputs show what it read")
            bad = True
        if found["sizes"].get(student, 0) > 50 * 2**20:
            words.append(f"{found['sizes'][student] / 2**20:.0f} MB in its autograded folder")
        words += harm
        return Seen(marks, words, bad)


def split(recipes: list, who: str, seen: dict[str, Seen]) -> list[list]:
    """The classes in which recipes of one group that weren't seen yet are submitted."""
    todo = [r for r in recipes if r.name not in seen and not (who == "stock" and r.spared)]
    group = recipes[0].group if recipes else ""
    size = SIZES.get(group, SIZE) if who == "stock" or group == "students' ids" else OURS
    return [todo[n : n + size] for n in range(0, len(todo), size)]


def table(recipes: list, stock: dict[str, Seen], ours: dict[str, Seen]) -> list[str]:
    """The rows, by group."""
    lines = []
    for group in dict.fromkeys(recipe.group for recipe in recipes):
        lines += [f"\n## {group[0].upper()}{group[1:]}\n"]
        lines += ["| recipe | worth | stock nbgrader | Crossroads |", "|---|---|---|---|"]
        for recipe in (r for r in recipes if r.group == group):
            cells = [recipe.name, f"{recipe.most:g}"]
            for seen in (stock, ours):
                if recipe.name not in seen:
                    cells.append(f"not run: {recipe.spared or 'not yet'}")
                    continue
                one = seen[recipe.name]
                marks = f"**{one.marks}**" if one.bad else one.marks
                cells.append("; ".join([marks, *one.words]).replace("|", "\\|"))
            lines.append(f"| {' | '.join(c.replace(chr(10), ' ') for c in cells)} |")
    return lines


def count(recipes: list, seen: dict[str, Seen]) -> str:
    """How many recipes got something that they shouldn't."""
    bad = sum(seen[r.name].bad for r in recipes if r.name in seen)
    return f"{bad} of {sum(r.name in seen for r in recipes)}"


def main() -> None:
    """Run all recipes both ways and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, help="the page whose tables are written anew")
    parser.add_argument("--only", default="", help="recipes with these words in name or group")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--caged", help=argparse.SUPPRESS)
    parser.add_argument("--who", help=argparse.SUPPRESS)
    parser.add_argument("--most", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--kept", type=Path, help="what was seen already, as JSON; is added to")
    arguments = parser.parse_args()
    if arguments.caged:
        caged(arguments.caged, arguments.who, arguments.most)
        return
    if sys.platform != "linux" or os.geteuid() != 0:
        raise SystemExit("The cage needs Linux, and root to set it up.")
    import hostile

    recipes = [r for r in hostile.RECIPES if arguments.only in f"{r.group}: {r.name}"]
    start = time.monotonic()
    place = Path(tempfile.mkdtemp(prefix="hostile-", dir="/var/tmp"))
    try:
        bench = Bench(place)
        seen: dict[str, dict[str, Seen]] = {"stock": {}, "ours": {}}
        if arguments.kept and arguments.kept.exists():
            kept = json.loads(arguments.kept.read_text("utf-8"))
            seen = {who: {k: Seen(**v) for k, v in kept[who].items()} for who in seen}
        jobs = [
            (who, part)
            for group in dict.fromkeys(r.group for r in recipes)
            for who in ("ours", "stock")
            for part in split([r for r in recipes if r.group == group], who, seen[who])
        ]

        def run(job: tuple[str, list]) -> None:
            who, part = job
            made = bench.classes(who, part)
            with bench.lock:
                seen[who].update(made)
                if arguments.kept:
                    plain = {w: {k: vars(v) for k, v in s.items()} for w, s in seen.items()}
                    arguments.kept.write_text(json.dumps(plain), "utf-8")
            done = len(seen["stock"]) + len(seen["ours"])
            print(f"{time.monotonic() - start:6.0f} s {done:4}", who, part[0].name, flush=True)

        with ThreadPoolExecutor(arguments.at_once) as pool:
            list(pool.map(run, jobs))
    finally:
        subprocess.run(["rm", "-rf", str(place)], check=False)
    summary = (
        f"Seen on {datetime.date.today()}: {platform.machine()}, {os.cpu_count()} cores, Linux "
        f"{platform.release().split('-')[0]}, Python {platform.python_version()}, nbgrader "
        f"{version('nbgrader')}, {len(recipes)} recipes. Stock nbgrader was harmed or misled by "
        f"**{count(recipes, seen['stock'])}**, Crossroads by **{count(recipes, seen['ours'])}**."
    )
    lines = [summary, *table(recipes, seen["stock"], seen["ours"])]
    text = "\n".join(lines) + "\n"
    if arguments.to:
        head = arguments.to.read_text("utf-8").split(MARK)[0] if arguments.to.exists() else ""
        arguments.to.write_text(f"{head}{MARK}\n\n{text}", "utf-8")
    else:
        print(text)


#: On the page: what follows is written by this program.
MARK = "<!-- Written by benchmarks/hostile.py: what follows is what was seen, not typed. -->"


if __name__ == "__main__":
    main()
