"""Whose a submission is on a cluster, where no user id has a name of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import graders
import pytest

from crossroads.classroom import user_ids
from crossroads.cli.variant import _learner

SYSTEM = "root:x:0:0:root:/root:/bin/bash\ngrader-crossroads:x:10000:10000::/:/bin/sh\n"
#: As platforms name people: a pseudonym with capitals, an address, a name with a space.
KNOWN = ["20001 8c9D-uuid", "20002 anna@uni.example", "20003 anna lee", "20004 Зоя"]


def test_who_the_hub_tells_has_a_name(tmp_path):
    listed = user_ids.passwd("\n".join(KNOWN), SYSTEM)
    assert listed.startswith(SYSTEM)
    names = {line.split(":")[2]: line.split(":")[0] for line in listed.splitlines()}
    assert [f"{id_} {name}" for id_, name in names.items() if int(id_) > 20000] == KNOWN


@pytest.mark.parametrize(
    "line",
    [
        # A name that would be another's line, an id that the system has, and what is no line.
        "20005 root:x:0:0::/:/bin/sh",
        "20005 a\rroot",
        "0 mallory",
        "10000 mallory",
        "-1 mallory",
        "20005 ",
        "20005",
        "mallory",
        "",
    ],
)
def test_what_would_name_somebody_else_is_left_out(line):
    assert user_ids.passwd(line, SYSTEM) == SYSTEM
    assert user_ids.passwd(f"20001 first\n{line}\n20001 second", SYSTEM).count("\n") == 3


def test_the_desk_is_given_the_names_only_where_the_hub_tells_them(tmp_path):
    assert user_ids.environment({}) == {}
    told = {user_ids.VARIABLE: "20001 anna", "LD_PRELOAD": "other.so"}
    with pytest.raises(OSError, match="nss_wrapper is not installed.*libnss-wrapper"):
        user_ids.environment(told, str(tmp_path))
    (tmp_path / user_ids.LIBRARY).touch()
    made = user_ids.environment(told, str(tmp_path))
    assert made["LD_PRELOAD"] == f"{user_ids.LIBRARY} other.so"
    kept = Path(made["NSS_WRAPPER_PASSWD"])
    assert "anna:x:20001:" in kept.read_text("utf-8") and kept.stat().st_mode & 0o777 == 0o600
    kept.unlink()


def test_values_are_drawn_for_the_hub_s_user_whose_id_may_have_no_name(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME", "JUPYTERHUB_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 29999)
    assert _learner() == "learner"
    monkeypatch.setenv("USER", "somebody")
    assert _learner() == "somebody"
    monkeypatch.setenv("JUPYTERHUB_USER", "24400320")
    assert _learner() == "24400320"


@pytest.mark.full
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
def test_collecting_warns_of_who_hands_in_under_another_s_name(tmp_path):
    """nbgrader's own check, with the names that the hub told; without them it warns of all."""
    root = graders.make_course(tmp_path / "course")
    inbound = root / "exchange" / "crossroads" / "inbound"
    for owner, name in ((20001, "8c9D-uuid"), (20003, "anna lee"), (20002, "victim")):
        folder = inbound / f"{name}+{graders.NAME}+2027-01-01 00:00:00 UTC+x"
        folder.mkdir(parents=True)
        shutil.copy(root / "release" / graders.NAME / f"{graders.NAME}.ipynb", folder)
        os.chown(folder, owner, owner)
    warned = []
    for told in ("\n".join(KNOWN), ""):
        shutil.rmtree(root / "submitted", ignore_errors=True)
        names = user_ids.environment({user_ids.VARIABLE: told})
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", "collect", graders.NAME],
            cwd=root,
            env={**os.environ, **names},
            capture_output=True,
            text=True,
            check=True,
        )
        assert len(list((root / "submitted").iterdir())) == 3
        lines = done.stderr.splitlines()
        warned.append([line for line in lines if "cheating attempt?" in line])
    assert len(warned[0]) == 1 and "victim but is owned by anna@uni.example" in warned[0][0]
    assert len(warned[1]) == 3
