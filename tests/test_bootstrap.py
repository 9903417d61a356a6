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
    """The script, set up to work in an empty copy of the tree; the machine has all it needs."""
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
    monkeypatch.setattr(module, "missing", list)
    return module


@pytest.fixture
def installed(bootstrap, monkeypatch):
    """Where installing always succeeds, without installing; lists what was asked for.

    The environment is a real one, but without pip, which takes seconds to make.
    """
    asked = []
    monkeypatch.setattr(bootstrap, "installer", lambda: lambda *given: asked.append(given))
    monkeypatch.setattr(bootstrap, "make_venv", lambda: without_pip(bootstrap.VENV))
    return asked


def without_pip(venv):
    """What the standard library's venv makes, with a pip that only says that it's there."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    (site,) = venv.glob("lib/python*/site-packages")
    (site / "pip.py").write_text("")
    (venv / "bin" / "pip").write_text(f"#!{venv}/bin/python")


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
    monkeypatch.setattr(bootstrap, "installer", lambda: bootstrap.pip)


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("NewConnectionError(...): Failed to establish", "can't be reached. Check the network"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "isn't the locked one"),
        ("ERROR: No matching distribution found for numpy==2.4.6", "Try another Python"),
        ("error: Failed to fetch: `https://example.org/simple/numpy/`", "Check the network"),
        ("Caused by: No space left on device (os error 28)", "The disk is full"),
        ("error: Hash mismatch for `numpy==2.4.6`", "isn't the locked one"),
        ("  x No solution found when resolving dependencies:", "Try another Python"),
        ("error: Permission denied (os error 13)", "can't be written"),
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


# -- uv, and pip's settings for it -----------------------------------------------------------------


def test_uv_is_the_locked_one_and_gets_what_pip_is_told(bootstrap, monkeypatch):
    """Both are asked for by hash, and uv by the environment's own Python."""
    locked = "uv==0.1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb"
    (bootstrap.TREE / "requirements-dev.txt").write_text(f"a==1 --hash=b\n{locked}\nz==1\n")
    bootstrap.VENV.mkdir()
    ran = []
    monkeypatch.setattr(bootstrap, "run", lambda command, environment: ran.append(command))
    monkeypatch.setattr(bootstrap, "settings_for_uv", dict)
    bootstrap.installer()("-r", "list")
    first, second = ran
    assert {"--require-hashes", str(bootstrap.VENV / "uv.txt")} <= set(first)
    assert (bootstrap.VENV / "uv.txt").read_text() == locked + "\n"
    assert second[0].endswith("/bin/uv") and second[-2:] == ["-r", "list"]
    assert f"--python={bootstrap.PYTHON}" in second


@pytest.mark.parametrize("lock", ["", "uv==0.1 --hash=sha256:aa\n"])
def test_where_there_is_no_uv_pip_takes_its_place(bootstrap, monkeypatch, capsys, lock):
    (bootstrap.TREE / "requirements-dev.txt").write_text(lock)
    bootstrap.PYTHON.parent.mkdir(parents=True)
    bootstrap.PYTHON.write_text("#!/bin/sh\necho No matching distribution found; exit 1\n")
    bootstrap.PYTHON.chmod(0o755)
    assert bootstrap.installer() is bootstrap.pip
    assert "pip takes its place" in capsys.readouterr().out


def test_uv_asks_the_index_that_pip_would_ask(bootstrap, monkeypatch, tmp_path):
    settings = tmp_path / "pip.conf"
    settings.write_text(
        "[global]\nindex-url = https://mirror.example/simple\ncert = /school/ca.pem\n"
        "extra-index-url = https://other.example/simple file:///gone\n"
        "[download]\ncert = /no.pem\n"
    )
    for name in [n for n in os.environ if n.startswith(("PIP_", "UV_", "SSL_", "HTTPS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("PIP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("UV_INSECURE_HOST", "kept.example")
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    found = bootstrap.settings_for_uv()
    assert found["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert found["UV_INDEX"] == "https://other.example/simple"
    assert found["SSL_CERT_FILE"] == "/school/ca.pem"
    assert found["HTTPS_PROXY"] == "http://proxy.example:3128"
    assert found["UV_INSECURE_HOST"] == "kept.example"


# -- what is needed of the system ------------------------------------------------------------------


@pytest.fixture
def machine(bootstrap, monkeypatch):
    """A machine with the given programs that lacks the given things; lists what apt-get got."""
    got = []

    def make(lacks, programs=("apt-get",), root=False, heals=True):
        state = list(lacks)
        monkeypatch.setattr(bootstrap, "missing", lambda: list(state))
        monkeypatch.setattr(bootstrap.shutil, "which", lambda name: name in programs or None)
        monkeypatch.setattr(bootstrap, "root", lambda: root)

        def apt_get(command, packages):
            got.append(command)
            if heals:
                state.clear()

        monkeypatch.setattr(bootstrap, "apt_get", apt_get)
        return got

    return make


EVERYTHING = ["Chromium", "bubblewrap", "libatomic", "DejaVu fonts"]


def test_as_root_on_debian_what_the_tests_need_is_installed(bootstrap, installed, machine):
    got = machine(EVERYTHING, root=True)
    assert bootstrap.main(["--tests"]) == 0
    (command,) = got
    assert command.startswith("apt-get install -y")
    for package in ("chromium-headless-shell", "bubblewrap", "libatomic1", "fonts-dejavu-core"):
        assert package in command
    assert len(installed) == 2


@pytest.mark.parametrize(
    ("programs", "words"),
    [
        (("apt-get",), "type: sudo apt-get install -y --no-install-recommends chromium-headless"),
        (("dnf",), "type: sudo dnf install -y chromium-headless bubblewrap libatomic"),
        (("pacman",), "type: sudo pacman -S --needed --noconfirm chromium bubblewrap"),
        (("brew",), "type: brew install --cask chromium"),
        ((), "Install it in your system's way"),
    ],
)
def test_else_the_command_to_type_is_the_one_line_and_nothing_begins(
    bootstrap, installed, machine, capsys, programs, words
):
    machine(EVERYTHING, programs)
    assert bootstrap.main(["--tests"]) == 1
    said = capsys.readouterr()
    assert words in said.err and said.err.count("\n") == 1
    assert said.out == "" and installed == [] and not bootstrap.VENV.exists()


def test_what_cannot_be_installed_is_said_before_anything_begins(
    bootstrap, installed, machine, capsys
):
    machine(["Chromium"], root=True, heals=False)
    assert bootstrap.main(["--tests"]) == 1
    assert "CHROMIUM=/path make test" in capsys.readouterr().err
    assert installed == []


def test_a_learner_without_bubblewrap_is_told_and_goes_on(bootstrap, installed, machine, capsys):
    machine(EVERYTHING)
    assert bootstrap.main([]) == 0
    said = capsys.readouterr().out.splitlines()[0]
    assert "marked without a sandbox" in said and "sudo apt-get install" in said
    assert "Chromium" not in said and len(installed) == 2


def test_what_is_missing_is_found_by_looking(monkeypatch, tmp_path):
    """On this machine nothing is missing; without any program, everything is."""
    spec = importlib.util.spec_from_file_location("bootstrap", TREE / "tools" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.missing() == []
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(module, "library", lambda name: False)
    assert set(module.missing()) == set(module.SYSTEM)
    (tmp_path / "mine").write_text("#!/bin/sh\n")
    (tmp_path / "mine").chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "mine"))
    assert "Chromium" not in module.missing()


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


def test_python_without_venv_names_the_package(bootstrap, machine, monkeypatch, capsys):
    got = machine([])
    failed = subprocess.CompletedProcess([], 1, stdout="ensurepip is not available", stderr="")
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda *_, **__: failed)
    assert bootstrap.main([]) == 1
    said = capsys.readouterr()
    assert "type: sudo apt-get install -y python3-venv" in said.err
    machine([], root=True)
    assert bootstrap.main([]) == 1
    assert got == ["apt-get install -y --no-install-recommends python3-venv"], (
        "once, then it's said"
    )


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
