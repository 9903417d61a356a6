"""Setting up: each thing that goes wrong ends in one line that says what to do."""

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).parents[1]


@pytest.fixture
def bootstrap(tmp_path, monkeypatch):
    """The script, set up to work in an empty copy of the tree."""
    spec = importlib.util.spec_from_file_location("bootstrap", TREE / "tools" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tree = tmp_path / "tree"
    built = tree / "src" / "crossroads" / "labextension"
    built.mkdir(parents=True)
    for path in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        (tree / path).write_text("")
    (built / "source.sha256").write_text("")
    venv = tree / ".venv"
    for name, value in {
        "TREE": tree,
        "VENV": venv,
        "PYTHON": venv / "bin" / "python",
        "STAMP": venv / "crossroads.stamp",
        "LOG": venv / "bootstrap.log",
    }.items():
        monkeypatch.setattr(module, name, value)
    return module


@pytest.fixture
def installed(bootstrap, monkeypatch):
    """Where installing always succeeds, without installing; lists what was asked for."""
    asked = []
    monkeypatch.setattr(bootstrap, "pip", lambda *arguments: asked.append(arguments))
    return asked


def test_the_second_run_has_nothing_to_do(bootstrap, installed, capsys):
    assert bootstrap.main([]) == 0
    assert len(installed) == 2
    assert "Ready." in capsys.readouterr().out
    assert bootstrap.main([]) == 0
    assert len(installed) == 2
    assert capsys.readouterr().out == ""


def test_a_changed_lock_installs_again_and_dev_serves_for_both(bootstrap, installed):
    bootstrap.main(["--dev"])
    bootstrap.main([])
    assert len(installed) == 2
    (bootstrap.TREE / "requirements-dev.txt").write_text("changed")
    bootstrap.main(["--dev"])
    assert len(installed) == 4


def test_a_half_made_environment_is_finished(bootstrap, installed, capsys):
    bootstrap.main([])
    bootstrap.STAMP.unlink()
    assert bootstrap.main([]) == 0
    assert "half made: finishing it" in capsys.readouterr().out


def test_an_environment_that_does_not_start_is_made_anew(bootstrap, installed, capsys):
    bootstrap.main([])
    bootstrap.PYTHON.unlink()
    bootstrap.PYTHON.write_text("not a program")
    assert bootstrap.main([]) == 0
    assert "making a new one" in capsys.readouterr().out
    assert bootstrap.works()


def test_a_moved_folder_gets_a_new_environment(bootstrap, installed, monkeypatch, capsys):
    bootstrap.main([])
    moved = bootstrap.TREE.rename(bootstrap.TREE.with_name("moved"))
    for name in ("VENV", "PYTHON", "STAMP", "LOG"):
        old = getattr(bootstrap, name)
        monkeypatch.setattr(bootstrap, name, moved / old.relative_to(bootstrap.TREE))
    monkeypatch.setattr(bootstrap, "TREE", moved)
    assert bootstrap.main([]) == 0
    assert "making a new one" in capsys.readouterr().out


def pretend_pip(bootstrap, monkeypatch, code):
    """An environment whose Python runs ``code`` whatever it's asked for."""
    bootstrap.VENV.mkdir()
    bootstrap.PYTHON.parent.mkdir()
    bootstrap.PYTHON.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "$CODE"\n')
    bootstrap.PYTHON.chmod(0o755)
    monkeypatch.setenv("CODE", code)
    monkeypatch.setattr(bootstrap, "works", lambda: True)


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("NewConnectionError(...): Failed to establish", "can't be reached. Check the network"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "isn't the locked one"),
        ("ERROR: No matching distribution found for numpy==2.4.6", "Try another Python"),
        ("something new", "bootstrap.log says why"),
    ],
)
def test_a_failed_installation_is_one_line(bootstrap, monkeypatch, capsys, words, advice):
    pretend_pip(bootstrap, monkeypatch, f"print('many lines'); print({words!r}); exit(1)")
    assert bootstrap.main([]) == 1
    said = capsys.readouterr().err
    assert advice in said
    assert said.count("\n") == 1
    assert words in bootstrap.LOG.read_text()


def test_a_long_installation_says_how_far_it_is(bootstrap, monkeypatch, capsys):
    lines = "[print('Collecting package') for _ in range(60)]; print('Installing collected')"
    pretend_pip(bootstrap, monkeypatch, lines)
    assert bootstrap.main([]) == 0
    said = capsys.readouterr().out.splitlines()
    for line in (
        "25 packages fetched",
        "50 packages fetched",
        "60 packages fetched; unpacking them",
    ):
        assert f"  {line}" in said


def test_stopping_it_is_no_error_of_ours(bootstrap, installed, monkeypatch, capsys):
    def stop():
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "make_venv", stop)
    assert bootstrap.main([]) == 1
    assert capsys.readouterr().err == "crossroads: Stopped. Run this again to go on.\n"


def test_a_full_disk_is_one_line(bootstrap, monkeypatch, capsys):
    def full():
        raise OSError(28, os.strerror(28), "file")

    monkeypatch.setattr(bootstrap, "make_venv", full)
    assert bootstrap.main([]) == 1
    assert (
        capsys.readouterr().err == "crossroads: The disk is full. Make room, then run this again.\n"
    )


def test_another_python_gets_an_environment_of_its_own(bootstrap, installed, monkeypatch):
    bootstrap.main([])
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 99, 0, "final", 0))
    assert not bootstrap.works()


def test_an_old_python_can_read_the_script_that_turns_it_away():
    source = (TREE / "tools" / "bootstrap.py").read_text("utf-8")
    ast.parse(source, feature_version=(3, 7))


def test_python_without_venv_names_the_package(bootstrap, monkeypatch, capsys):
    failed = subprocess.CompletedProcess([], 1, stdout="ensurepip is not available", stderr="")
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda *_, **__: failed)
    assert bootstrap.main([]) == 1
    assert "apt install python3-venv" in capsys.readouterr().err


def test_an_old_python_is_named(bootstrap, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "NEEDED", (9, 1))
    assert bootstrap.main([]) == 1
    assert "Python 9.1 or newer is needed; this is" in capsys.readouterr().err


def test_make_without_python_is_one_line():
    done = subprocess.run(
        ["make", "PYTHON=no-such-python", "lab"], cwd=TREE, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "crossroads: no-such-python was not found. Install Python 3.11" in done.stderr


def test_the_script_needs_nothing_installed():
    code = (
        "import runpy, sys; sys.argv = ['x']; runpy.run_path('tools/bootstrap.py', run_name='no')"
    )
    subprocess.run([sys.executable, "-S", "-I", "-c", code], cwd=TREE, check=True)
