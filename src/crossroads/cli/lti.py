"""``crossroads lti``: the connection to a learning platform's own services."""

from __future__ import annotations

import argparse

NEXT = """
Register this course with the platform as an external tool of LTI 1.3 that may read names and roles
and write marks (docs/grading.md has the steps for Moodle and Canvas). Then write {path}:

client_id: "10000000000001"
token_url: https://moodle.example/mod/lti/token.php
roster_url: https://moodle.example/mod/lti/services.php/CourseSection/2/bindings/1/memberships
lineitems_url: https://moodle.example/mod/lti/services.php/2/lineitems?type_id=1
"""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser(
        "lti", help="set up and test the connection to a learning platform"
    )
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    """Show the public key, and who the platform says is in the course; 0: it answered."""
    from ..classroom import lti
    from ..course import Course

    pem, web_key = lti.public_key(arguments.course)
    path = Course(arguments.course).place(lti.FILE)
    if not path.is_file():
        print(f"The public key, for Moodle:\n\n{pem}\nFor Canvas:\n\n{web_key}")
        print(NEXT.format(path=path), end="")
        return 0
    members = lti.Platform(arguments.course).members()
    students = len(lti.learners(members))
    print(
        f"The platform answered: {len(members)} people in the course, {students} of them students."
    )
    return 0
