"""Commands for a course's life: who is in it, what is given out and comes in, marks and privacy."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to the parser's."""
    roster = commands.add_parser("roster", help="read who is in the class from a CSV file")
    roster.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="with a column student_id, or a gradebook exported from Canvas or Moodle; "
        "without a file, the class is listed",
    )
    roster.add_argument("--id", default="", metavar="COLUMN", help="the column that holds the ids")
    roster.add_argument(
        "--encoding", default="", metavar="NAME", help="the file's, if it isn't UTF-8 or UTF-16"
    )
    roster.set_defaults(run=_roster)

    release = commands.add_parser("release", help="make what students are given of a quiz")
    release.add_argument("quiz", help="its name, such as quiz-03")
    release.add_argument(
        "--to", type=Path, metavar="PLACE", help="a folder, or a zip (default: QUIZ.zip)"
    )
    release.add_argument(
        "--same-for-all", action="store_true", help="no copies of their own where values are drawn"
    )
    release.add_argument(
        "--force",
        action="store_true",
        help="replace what is there, and release again what was changed",
    )
    release.set_defaults(run=_release)

    collect = commands.add_parser("collect", help="sort a platform's bulk download into submitted/")
    collect.add_argument("quiz", help="its name, such as quiz-03")
    collect.add_argument(
        "downloads",
        type=Path,
        nargs="*",
        help="zips or folders of Moodle or Canvas, or with a folder for each student; without any, "
        "what was left over is tried again",
    )
    collect.add_argument(
        "--match",
        action="append",
        default=[],
        metavar="NAME=STUDENT",
        help="whose a name in a download is; remembered; repeatable",
    )
    collect.add_argument(
        "--no-times",
        action="store_true",
        help="the files' times aren't when they were handed in: take none",
    )
    collect.set_defaults(run=_collect)

    export = commands.add_parser("export", help="write points by question and criterion as CSV")
    export.add_argument("quiz", help="its name, such as quiz-03 or capstone")
    export.add_argument("--to", type=Path, help="the file (default: QUIZ-points.csv)")
    export.add_argument(
        "--format",
        choices=("plain", "moodle", "canvas"),
        default="plain",
        help="as it is, or as a platform's gradebook imports it (default: plain)",
    )
    export.add_argument(
        "--items", action="store_true", help="moodle, canvas: a column for each question, too"
    )
    export.add_argument(
        "--column", default="", help="canvas: the total's heading there, 'Quiz 3 (12345)'"
    )
    export.add_argument("--decimals", type=int, default=2, help="of points (default: 2)")
    export.set_defaults(run=_export)

    research = commands.add_parser("research", help="write points by question under pseudonyms")
    research.add_argument("quiz", nargs="*", help="only these (default: all that were handed in)")
    research.add_argument(
        "--to", type=Path, default=Path("research.csv"), help="the file (default: research.csv)"
    )
    research.set_defaults(run=_research)

    privacy = commands.add_parser("privacy", help="say which personal data are stored where")
    privacy.set_defaults(run=_privacy)

    forget = commands.add_parser("forget", help="delete a student, with all that is theirs")
    forget.add_argument("student", help="the student's id")
    forget.add_argument("--dry-run", action="store_true", help="only say what would be deleted")
    forget.add_argument("--yes", action="store_true", help="don't ask")
    forget.set_defaults(run=_forget)


def _roster(arguments: argparse.Namespace) -> int:
    """Read a roster; 0: all rows were used, 2: some were left out."""
    from ..classroom import roster

    if arguments.file is None:
        people = roster.read(arguments.course)
        print("".join(f"{person.student_id:<24} {person.name}\n" for person in people), end="")
        print(f"{len(people)} students.")
        return 0
    reading = roster.load(arguments.file, arguments.id, arguments.encoding)
    if reading.guessed:
        print(f"{arguments.file} isn't UTF-8. Read as {reading.guessed}, its first names are:")
        print("".join(f"  {person.name}\n" for person in reading.people[:5]), end="")
        print("Nothing was written. If that is right, say it again with", end=" ")
        print(f"--encoding {reading.guessed}; if not, with the encoding that it has.")
        return 2
    changes = roster.update(arguments.course, reading.people)
    print(roster.summary(reading, changes))
    return 2 if reading.notes else 0


def _release(arguments: argparse.Namespace) -> int:
    from ..classroom import release as handout

    to = arguments.to or Path(f"{arguments.quiz}.zip")
    notes = handout.release(
        arguments.course,
        arguments.quiz,
        to,
        force=arguments.force,
        same_for_all=arguments.same_for_all,
    )
    print("\n".join(notes))
    return 0


def _collect(arguments: argparse.Namespace) -> int:
    """Collect hand-ins; 0: all are somebody's, 2: a person must look."""
    from ..classroom import collect

    matches = {}
    for told in arguments.match:
        name, equals, student = told.rpartition("=")
        if not equals or not name:
            raise ValueError(f"--match needs NAME=STUDENT, not {told!r}")
        matches[name.strip()] = student.strip()
    outcome = collect.collect(
        arguments.course,
        arguments.quiz,
        arguments.downloads,
        matches=matches,
        times=not arguments.no_times,
    )
    print(collect.summary(outcome))
    return 0 if outcome.clean else 2


def _export(arguments: argparse.Namespace) -> int:
    from ..classroom import export as lms
    from ..classroom import roster
    from ..course import use_own_commands, write_whole

    use_own_commands()
    if not 0 <= arguments.decimals <= 6:
        raise ValueError("--decimals goes from 0 to 6")
    marks = lms.read(arguments.course, arguments.quiz)
    how = {"items": arguments.items, "decimals": arguments.decimals}
    notes: list[str] = []
    if arguments.format == "plain":
        table = lms.plain(marks, arguments.decimals)
    elif arguments.format == "moodle":
        table, notes = lms.moodle(marks, roster.read(arguments.course), **how)
    else:
        people = roster.read(arguments.course)
        table, notes = lms.canvas(marks, people, column=arguments.column, **how)
    path = arguments.to or Path(f"{arguments.quiz}-points.csv")
    write_whole(path, lms.csv_text(table))
    print(f"{path}: {len(marks.rows)} students. Empty: not marked yet.")
    if waiting := marks.waiting():
        notes.append(f"An answer still waits for a person: {', '.join(waiting)}.")
    for student, why in marks.unsettled.items():
        notes.append(f"{student} has no total: {'; '.join(why)}")
    print("".join(f"  {note}\n" for note in notes), end="")
    return 0


def _research(arguments: argparse.Namespace) -> int:
    from ..classroom import privacy
    from ..course import use_own_commands, write_whole

    use_own_commands()
    rows, about = privacy.research(arguments.course, arguments.quiz)
    note = arguments.to.with_name(f"{arguments.to.stem}-about.txt")
    write_whole(arguments.to, rows)
    write_whole(note, about)
    print(f"{arguments.to}: {rows.count(chr(10)) - 1} rows. Read {note} before you pass it on.")
    return 0


def _privacy(arguments: argparse.Namespace) -> int:
    from ..classroom import privacy

    if not arguments.course.is_dir():
        raise ValueError(f"there is no course in {arguments.course}")
    print(privacy.table(privacy.places(arguments.course)))
    return 0


def _forget(arguments: argparse.Namespace) -> int:
    """Forget a student; 0: all is gone, 2: a person must look at something."""
    from ..classroom import privacy

    found = privacy.holdings(arguments.course, arguments.student)
    if not any(holding.delete for holding in found):
        raise ValueError(f"there is nothing of {arguments.student!r} in {arguments.course}")
    print(f"To be deleted, of {arguments.student}:")
    print("".join(f"  {h.where}: {h.what}\n" for h in found if h.delete), end="")
    left = [holding for holding in found if not holding.delete]
    if not arguments.dry_run:
        if not arguments.yes and not _agreed():
            print("Nothing was deleted.")
            return 1
        privacy.forget(found)
        print("Deleted.")
    if left:
        print("For you to look at:")
        print("".join(f"  {h.where}: {h.what}\n" for h in left), end="")
    print("What was given out or exported before, and backups, this command can't know.")
    return 2 if left else 0


def _agreed() -> bool:
    """Whether a person at the terminal says yes."""
    if not sys.stdin.isatty():
        raise ValueError("nobody is here to ask: say --yes, or look first with --dry-run")
    return input("This can't be undone. Delete it? [y/N] ").strip().lower() in ("y", "yes")
