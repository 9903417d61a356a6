"""A class's server backed up while people work, and restored as on a bare machine.

Its hub keeps its own database on a PostgreSQL server.
"""

import os
import re
import subprocess
import sys
import tarfile

import postgres
import pytest
from classroom import INSTRUCTORS, STUDENTS, Person, free_ports, running, running_class, view

from crossroads.classroom import backup

pytestmark = [
    pytest.mark.hub,
    pytest.mark.full,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can make users of the system"),
]
PEOPLE = {"teacher": INSTRUCTORS, "student1": STUDENTS, "stranger": ""}
DESK_URL = r'desk\["url"\] = .*:(\d+)'
WRITE = "open('mine.txt', 'w').write('My own.'); print('written')"


def rows(url):
    engine = __import__("sqlalchemy").create_engine(url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT name FROM users ORDER BY name").all()
    engine.dispose()
    return [name for (name,) in found]


def test_a_new_machine_has_people_homes_hub_and_course(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    with postgres.running() as server:
        url, other = server.database(), server.database()
        setting = f"\nc.JupyterHub.db_url = {url!r}\n"
        with running_class(old, PEOPLE, setting) as hub:
            student = hub.person("student1")
            assert student.log_in()
            student.start()
            assert "written" in student.run(WRITE)
            program = (
                f"{sys.executable} -m crossroads.cli backup /srv/kept.tar.gz --hub /srv/config.py"
            )
            done = subprocess.run([*view(old), "sh", "-c", program], capture_output=True, text=True)
            assert done.returncode in (0, 2), done.stderr
            assert "pass/w" not in done.stdout and "pass%2F" not in done.stdout
        assert rows(url) == ["student1"]

        # As the archive itself says it: people, files, the hub's database.
        archive = old / "srv" / "kept.tar.gz"
        with tarfile.open(archive) as kept:
            names = kept.getnames()
        assert not any("stranger" in name or name.startswith("etc/") for name in names)
        for name in ("etc", "home", "srv"):
            (new / name).mkdir(parents=True)
        subprocess.run(["cp", "-a", "/etc/.", new / "etc"], check=True)
        extract = ["tar", "--extract", "--preserve-permissions", "--numeric-owner"]
        where = [f"--file={archive}", f"--directory={new}"]
        subprocess.run([*extract, "--same-owner", *where], check=True)
        for name in ("passwd", "group", "shadow"):
            lines = (new / backup.INSIDE / name).read_text("utf-8")
            assert "stranger" not in lines
            with (new / "etc" / name).open("a", encoding="utf-8") as file:
                file.write(lines)
        dump = new / backup.INSIDE / "hub.dump"
        restore = [server.binaries / "pg_restore", "--no-owner", "--exit-on-error"]
        address = other.replace("+psycopg", "").partition("?")[0]
        subprocess.run([*restore, f"--dbname={address}", dump], check=True)

        config = new / "srv" / "config.py"
        text = config.read_text("utf-8").replace(url, other)
        for place in (r"bind_url = .*:(\d+)", r"hub_port = (\d+)", r"api_url = .*:(\d+)", DESK_URL):
            before = re.search(place, text)[1]
            text = text.replace(before, str(free_ports(1)[0]))
        config.write_text(text, "utf-8")
        start = [*view(new), sys.executable, "-m", "jupyterhub", "--config=/srv/config.py"]
        port = int(re.search(r'bind_url = "http://127.0.0.1:(\d+)"', text)[1])
        command = ["sh", "-c", 'cd "$0" && exec "$@"', str(tmp_path), *start]
        with running(command, tmp_path / "log", port) as (again, _):
            # Who was signed in still is: the secret of the cookies came along.
            student.url = again
            assert student.ask("GET", "/hub/api/users/student1", at="/hub/").ok
            person = Person(again, "student1", hub.passwords["student1"])
            assert person.log_in()
            person.start()
            assert "My own." in person.run("print(open('mine.txt').read())")
            assert not Person(again, "stranger", hub.passwords["stranger"]).log_in()
        assert rows(other) == ["student1"]
