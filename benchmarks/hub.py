"""A class at the hub: how long students wait, what a student takes, and whether anything is lost.

    .venv/bin/python benchmarks/hub.py [STUDENTS]

As root, on loopback only, with the settings of deploy/jupyterhub in a view of this machine (see
tests/hub/classroom.py). Everybody logs in and starts a server, eight at a time; then, with all
servers running, all fetch, and all submit at once. Bounded in number and time; prints a table.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TREE / "tests" / "hub"))

from classroom import DESK, INSTRUCTORS, STUDENTS, Hub, Person, running_class  # noqa: E402

QUIZ = "quiz-01"
#: How many start their servers at the same time: starting is what takes processor time.
AT_ONCE = 8
#: So that each student's kernel is as large as in the middle of a lesson, with the course's charts
#: and then with the learner's own.
LESSON = "import crossroads as cr, pandas as pd; print(len(cr.load('roles')))"
OWN_CHART = "import matplotlib.pyplot; pd.Series([1, 2]).plot(); print(1)"


def timed(act: Callable[[Person], object], people: Iterable[Person], at_once: int) -> list[float]:
    """Seconds that each one waited, while ``at_once`` act at the same time."""

    def wait(person: Person) -> float:
        begin = time.perf_counter()
        act(person)
        return time.perf_counter() - begin

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(wait, people))


def line(what: str, waited: list[float], total: float) -> None:
    """Print how long one step took: for one student, and for all."""
    at_95 = statistics.quantiles(waited, n=20)[-1]
    median = statistics.median(waited)
    print(f"{what:<34} {median:7.2f} s {at_95:7.2f} s {max(waited):7.2f} s {total:8.1f} s")


def enter(person: Person) -> None:
    """Log in and start one's server."""
    assert person.log_in(), person.name
    person.start()


def memory(name: str) -> tuple[int, int]:
    """Bytes that a student's processes take, their share of what is common counted: server, kernel.

    The sum of Pss over the processes that run in the student's course directory.
    """
    server = kernel = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes()
            environment = (process / "environ").read_bytes()
            if f"JUPYTERHUB_USER={name}\0".encode() not in environment:
                continue
            rollup = (process / "smaps_rollup").read_text()
        except OSError:
            continue
        size = int(re.findall(r"^Pss:\s+(\d+) kB", rollup, re.M)[0]) * 1024
        if b"ipykernel_launcher" in said:
            kernel += size
        else:
            server += size
    return server, kernel


def memories(when: str, people: list[Person]) -> None:
    """Print what one of these people takes: the median of the servers, and of the kernels."""
    sizes = [memory(person.name) for person in people]
    server, kernel = [statistics.median(s) / 2**20 for s in zip(*sizes, strict=True)]
    print(
        f"memory of one student (Pss, median of {len(people)}), {when}: "
        f"server {server:.0f} MiB, kernel {kernel:.0f} MiB, together {server + kernel:.0f} MiB"
    )


def release(hub: Hub) -> None:
    """The teacher releases the quiz at the desk."""
    teacher = hub.person("teacher")
    assert teacher.log_in()
    teacher.ask("GET", f"{DESK}/formgrader/manage_assignments")
    for step in ("assign", "release"):
        path = f"{DESK}/formgrader/api/assignment/{QUIZ}/{step}"
        reply = teacher.ask("POST", path, at=f"{DESK}/", json={})
        assert reply.ok and reply.json()["success"], reply.text


def main(number: int) -> None:
    """Run the class once and print what it took."""
    names = [f"student{n:03}" for n in range(number)]
    groups = {"teacher": INSTRUCTORS} | dict.fromkeys(names, STUDENTS)
    with (
        tempfile.TemporaryDirectory() as temporary,
        running_class(Path(temporary) / "class", groups) as hub,
    ):
        release(hub)
        people = [hub.person(name) for name in names]
        print(f"{number} students        median      95 %   longest      all")
        begin = time.perf_counter()
        waited = timed(enter, people, AT_ONCE)
        line(f"log in, server starts ({AT_ONCE} at once)", waited, time.perf_counter() - begin)

        few = people[:AT_ONCE]
        kernels = {}
        for person in few:
            reply = person.ask("POST", f"{person.own}/api/kernels", json={"name": "python3"})
            kernels[person.name] = reply.json()["id"]
            person._run(kernels[person.name], LESSON)
        memories("a notebook open, in a lesson", few)

        begin = time.perf_counter()
        waited = timed(lambda p: p.assignments("/fetch", assignment_id=QUIZ), people, number)
        line("fetch (all at once)", waited, time.perf_counter() - begin)

        def submit(person: Person) -> None:
            person.assignments("/submit", assignment_id=QUIZ)

        def log_in_and_submit(person: Person) -> None:
            again = hub.person(person.name)
            assert again.log_in()
            again.ask("GET", f"{again.own}/tree")
            submit(again)

        begin = time.perf_counter()
        waited = timed(log_in_and_submit, people, number)
        total = time.perf_counter() - begin
        line("log in and submit (all at once)", waited, total)

        inbound = list((hub.shared / "exchange" / "crossroads" / "inbound").iterdir())
        whole = [p for p in inbound if (p / f"{QUIZ}.ipynb").is_file()]
        owners = {p.name.split("+")[0] for p in whole}
        print(
            f"\nsubmitted: {len(whole)} whole, of {len(owners)} students; lost: "
            f"{len(set(names) - owners)}"
        )

        for person in few:
            person._run(kernels[person.name], OWN_CHART)
        memories("after own charts and a quiz submitted", few)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
