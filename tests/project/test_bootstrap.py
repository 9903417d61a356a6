"""Setting up: each thing that goes wrong ends in one line that says what to do."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crossroads.cli import doctor

TREE = Path(__file__).parents[2]


def script():
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("bootstrap", TREE / "tools" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bootstrap(tmp_path, monkeypatch):
    """The script, set up to work in an empty copy of the tree; the machine has all it needs."""
    module = script()
    tree = tmp_path / "tree"
    built = tree / "src" / "crossroads" / "labextension"
    built.mkdir(parents=True)
    (tree / "requirements").mkdir()
    for path in ("requirements/course.txt", "requirements/dev.txt", "pyproject.toml"):
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
    monkeypatch.setattr(module, "FROM_NPM", {})
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
    (bootstrap.TREE / "requirements/dev.txt").write_text("changed")
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
        (
            "error: Failed to download `six==1.17.0`\n  cause: Hash mismatch for `six==1.17.0`",
            "isn't the locked one",
        ),
        (
            "error: Failed to download `numpy==2.4.6`\n  cause: failed to write to file: "
            "Disk quota exceeded (os error 122)",
            "The disk is full",
        ),
        (
            "error: No solution found when resolving dependencies\n  hint: Packages were "
            "unavailable because the network was disabled.",
            "Check the network",
        ),
        (
            "error: Failed to fetch: `https://example.org/simple/six/`\n  cause: client error "
            "(Connect)\n  cause: invalid peer certificate: UnknownIssuer",
            "PIP_CERT=/path/to/it.pem make lab",
        ),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "PIP_CERT="),
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


def pretend(program, code):
    """A program that runs a few lines of shell."""
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\n{code}\n")
    program.chmod(0o755)


def test_uv_is_the_locked_one_and_gets_what_pip_is_told(bootstrap, monkeypatch):
    """Both are asked for by hash, and uv by the environment's own Python."""
    locked = "uv==0.1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb"
    (bootstrap.TREE / "requirements/dev.txt").write_text(f"a==1 --hash=b\n{locked}\nz==1\n")
    bootstrap.VENV.mkdir()
    ran = []
    monkeypatch.setattr(bootstrap, "run", lambda command, environment: ran.append(command))
    monkeypatch.setattr(bootstrap, "settings_for_uv", lambda: ([], {}))
    bootstrap.installer()("-r", "list")
    first, _, second = ran
    assert {"--require-hashes", str(bootstrap.VENV / "uv.txt")} <= set(first)
    assert (bootstrap.VENV / "uv.txt").read_text() == locked + "\n"
    assert second[0].endswith("/bin/uv") and second[-2:] == ["-r", "list"]
    assert f"--python={bootstrap.PYTHON}" in second


def test_the_real_lock_says_which_uv():
    """Where uv is looked for in the lock, it is found, with its hashes."""
    module, asked = script(), []
    module.pip = lambda *arguments: asked.append(Path(arguments[-1]).read_text())
    module.run = lambda *_: None
    assert module.installer() is module.uv
    assert asked[0].startswith("uv==") and asked[0].count("--hash=sha256:") > 10


@pytest.mark.parametrize(
    ("lock", "python", "uv"),
    [
        ("", "exit 0", "exit 0"),
        ("uv==0.1 --hash=sha256:aa\n", "echo No matching distribution found; exit 1", "exit 0"),
        ("uv==0.1 --hash=sha256:aa\n", "exit 0", "echo Illegal instruction; exit 132"),
        ("uv==0.1 --hash=sha256:aa\n", "exit 0", None),
    ],
)
def test_where_uv_cannot_be_had_or_run_pip_takes_its_place(bootstrap, capsys, lock, python, uv):
    (bootstrap.TREE / "requirements/dev.txt").write_text(lock)
    pretend(bootstrap.PYTHON, python)
    if uv:
        pretend(bootstrap.uv_program(), uv)
    assert bootstrap.installer() is bootstrap.pip
    assert "pip takes its place" in capsys.readouterr().out


def test_without_a_network_pip_is_not_tried_in_vain(bootstrap):
    (bootstrap.TREE / "requirements/dev.txt").write_text("uv==0.1 --hash=sha256:aa\n")
    pretend(bootstrap.PYTHON, "echo NewConnectionError; exit 1")
    with pytest.raises(bootstrap.SetUpError, match="can't be reached"):
        bootstrap.installer()


@pytest.mark.parametrize(
    ("words", "option"),
    [
        ("invalid peer certificate: UnknownIssuer", "--system-certs"),
        ("error: Failed to initialize cache at `/none/.cache/uv`", "--no-cache"),
        ("cause: Permission denied (os error 13) at path /home/user/.cache/uv/x", "--no-cache"),
    ],
)
def test_what_pip_copes_with_does_not_stop_uv(bootstrap, monkeypatch, words, option):
    monkeypatch.setattr(bootstrap, "settings_for_uv", lambda: ([], {}))
    pretend(bootstrap.PYTHON, "exit 0")
    fails = f"case \"$*\" in *{option}*) exit 0;; *) echo '{words}'; exit 1;; esac"
    pretend(bootstrap.uv_program(), fails)
    bootstrap.uv("-r", "list")
    pretend(bootstrap.uv_program(), f"echo '{words}'; exit 1")
    with pytest.raises(bootstrap.SetUpError):
        bootstrap.uv("-r", "list")


@pytest.fixture
def told(bootstrap, monkeypatch, tmp_path):
    """What uv is given when pip is told this, by a file and by variables, and nothing else."""
    for name in list(os.environ):
        if re.match("(PIP|UV|SSL|HTTPS?|ALL|REQUESTS|CURL)_", name, re.I):
            monkeypatch.delenv(name)
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))

    def give(settings="", **variables):
        # Without a file of ours, this machine's own settings don't count either.
        file = tmp_path / "pip.conf" if settings else Path(os.devnull)
        if settings:
            file.write_text(settings)
        for name, value in {"PIP_CONFIG_FILE": str(file), **variables}.items():
            monkeypatch.setenv(name, str(value))
        return bootstrap.settings_for_uv()

    return give


def test_uv_asks_the_index_that_pip_would_ask(told, tmp_path):
    local = tmp_path / "a folder"
    local.mkdir()
    options, found = told(
        "[global]\nindex-url = https://mirror.example/simple\ncert = /school/ca.pem\n"
        f"find-links = {tmp_path}\n    /no/such/folder\n    https://more.example/wheels\n"
        "trusted-host =\n    mirror.example\n    other.example\n"
        f"extra-index-url = https://other.example/simple file:///gone {local.as_uri()}\n"
        "[download]\ncert = /no.pem\n",
        PIP_PROXY="http://proxy.example:3128",
        PIP_DEFAULT_TIMEOUT="180",
        UV_INSECURE_HOST="kept.example",
    )
    assert options == []
    assert found["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert found["UV_INDEX"] == f"https://other.example/simple {local.as_uri()}"
    assert found["UV_FIND_LINKS"] == f"{tmp_path},https://more.example/wheels"
    assert found["SSL_CERT_FILE"] == "/school/ca.pem"
    assert found["HTTPS_PROXY"] == found["HTTP_PROXY"] == "http://proxy.example:3128"
    assert found["UV_HTTP_TIMEOUT"] == "180"
    assert found["UV_INSECURE_HOST"] == "kept.example"


def test_of_pips_settings_the_same_one_counts_as_for_pip(told):
    conf = "[global]\nindex-url = https://a.example\n[install]\nindex-url = https://b.example\n"
    assert told(conf)[1]["UV_DEFAULT_INDEX"] == "https://b.example"
    assert told(conf, PIP_INDEX_URL="https://c.example")[1]["UV_DEFAULT_INDEX"] == (
        "https://c.example"
    )
    assert told(conf, UV_DEFAULT_INDEX="https://d.example")[1]["UV_DEFAULT_INDEX"] == (
        "https://d.example"
    )


def test_an_installation_from_a_folder_asks_no_index(told, tmp_path):
    """The way of a classroom without internet: a folder of wheels, on a stick."""
    options, found = told(PIP_NO_INDEX="1", PIP_FIND_LINKS=tmp_path)
    assert options == ["--no-index"]
    assert found["UV_FIND_LINKS"] == str(tmp_path)


def test_certificates_that_pip_knows_uv_knows(told, tmp_path):
    (tmp_path / "ca.pem").write_text("")
    assert told(REQUESTS_CA_BUNDLE=tmp_path / "ca.pem")[1]["SSL_CERT_FILE"].endswith("ca.pem")
    assert told(PIP_CERT="/mine.pem")[1]["SSL_CERT_FILE"] == "/mine.pem"


def test_what_uv_is_told_elsewhere_does_not_change_what_is_installed(told):
    found = told(UV_EXCLUDE_NEWER="2020-01-01", UV_REQUIRE_HASHES="1", UV_CACHE_DIR="/cache")[1]
    assert "UV_EXCLUDE_NEWER" not in found and "UV_REQUIRE_HASHES" not in found
    assert found["UV_CACHE_DIR"] == "/cache"


# -- what npm brings, for the tests ----------------------------------------------------------------


@pytest.fixture
def proxy(bootstrap, installed, monkeypatch):
    """A folder with a lock; what stands for npm there makes a file each time."""
    monkeypatch.setattr(bootstrap, "FROM_NPM", {"hub": ("the proxy", ["npm", "ci"])})
    folder = bootstrap.TREE / "hub"
    folder.mkdir()
    (folder / "package-lock.json").write_text("one")
    bootstrap.main([])
    npm = bootstrap.PYTHON.with_name("npm")
    pretend(npm, "mkdir -p node_modules && date >> node_modules/fetched")
    npm.chmod(0o755)
    return folder


def test_what_npm_brings_is_fetched_before_the_tests_and_once(bootstrap, proxy, capsys):
    fetched = proxy / "node_modules" / "fetched"
    assert bootstrap.main(["--dev"]) == 0
    assert not fetched.exists()
    for _ in range(2):
        assert bootstrap.main(["--tests"]) == 0
        assert len(fetched.read_text().splitlines()) == 1
    assert capsys.readouterr().out.count("Fetching the proxy") == 1
    (proxy / "package-lock.json").write_text("another")
    assert bootstrap.main(["--tests"]) == 0
    assert len(fetched.read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("npm error code ENOTFOUND", "registry can't be reached. Check the network"),
        ("npm error code EAI_AGAIN", "registry can't be reached. Check the network"),
        ("npm error code SELF_SIGNED_CERT_IN_CHAIN", "NODE_EXTRA_CA_CERTS=/path/to/it.pem"),
        ("npm error code EINTEGRITY", "isn't the locked one"),
        ("npm error code ENOSPC", "The disk is full"),
    ],
)
def test_what_npm_cannot_bring_is_one_line_before_any_test(bootstrap, proxy, capsys, words, advice):
    pretend(bootstrap.PYTHON.with_name("npm"), f"mkdir -p node_modules; echo '{words}'; exit 1")
    for _ in range(2):
        assert bootstrap.main(["--tests"]) == 1
        said = capsys.readouterr().err
        assert advice in said
        assert said.count("\n") == 1


# -- what is needed of the system ------------------------------------------------------------------


@pytest.fixture
def machine(bootstrap, monkeypatch):
    """A machine with the given programs that lacks the given things; lists what apt-get got."""
    got = []

    def make(lacks, programs=("apt-get",), root=False, heals=True, distribution="debian"):
        state = list(lacks)
        monkeypatch.setattr(bootstrap, "missing", lambda: list(state))
        monkeypatch.setattr(bootstrap.shutil, "which", lambda name: name in programs or None)
        monkeypatch.setattr(bootstrap, "root", lambda: root)
        monkeypatch.setattr(bootstrap, "distribution", lambda: distribution)
        monkeypatch.setattr(bootstrap, "try_bubblewrap", lambda: None)
        monkeypatch.setattr(bootstrap.sys, "base_prefix", "/usr")

        def apt_get(command):
            got.append(command)
            for name in list(state):
                if heals and set(bootstrap.command_for("apt-get", [name]).split()) & set(
                    command.split()[4:]
                ):
                    state.remove(name)
            return "" if heals else "apt-get failed (E: no space)"

        monkeypatch.setattr(bootstrap, "apt_get", apt_get)
        return got

    return make


EVERYTHING = ["Python's venv", "git", "bubblewrap", "Chromium", "libatomic", "DejaVu fonts"]
OWN_VENV = "python{}.{}-venv".format(*sys.version_info)


def test_as_root_on_debian_what_the_tests_need_is_installed(bootstrap, installed, machine):
    got = machine(EVERYTHING, root=True)
    assert bootstrap.main(["--tests"]) == 0
    (command,) = got
    assert command.startswith("apt-get install -y")
    for package in (
        *(OWN_VENV, "git", "bubblewrap", "chromium-headless-shell", "libatomic1"),
        *("fonts-dejavu-core", "fontconfig"),
    ):
        assert package in command.split()
    assert len(installed) == 2


@pytest.mark.parametrize(
    ("purpose", "packages"),
    [([], [OWN_VENV, "bubblewrap"]), (["--check"], [OWN_VENV, "git", "bubblewrap"])],
)
def test_as_root_only_what_is_asked_for_is_installed(
    bootstrap, installed, machine, purpose, packages
):
    got = machine(EVERYTHING, root=True)
    assert bootstrap.main(purpose) == 0
    assert got[0].split()[4:] == packages


@pytest.mark.parametrize(
    ("programs", "words"),
    [
        (
            ("apt-get",),
            f"type: sudo apt-get install -y --no-install-recommends {OWN_VENV} git bubblewrap "
            "chromium-headless-shell libatomic1 fonts-dejavu-core fontconfig",
        ),
        (("dnf",), "type: sudo dnf install -y git bubblewrap chromium libatomic"),
        (("pacman",), "type: sudo pacman -S --needed --noconfirm git bubblewrap chromium"),
        (("brew",), "type: brew install git --cask chromium"),
        ((), "Install it in your system's way"),
    ],
)
@pytest.mark.parametrize("purpose", ["--tests", "--check"])
def test_else_the_command_to_type_is_the_one_line_and_nothing_begins(
    bootstrap, installed, machine, capsys, programs, words, purpose
):
    machine(EVERYTHING, programs)
    assert bootstrap.main([purpose]) == 1
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    if purpose == "--tests":
        assert words in said.err
    else:
        assert "hromium" not in said.err and "git" in said.err
    assert said.out == "" and installed == [] and not bootstrap.VENV.exists()


@pytest.mark.parametrize("root", [True, False])
def test_ubuntu_has_no_chromium_for_tests_and_that_is_said(
    bootstrap, installed, machine, capsys, root
):
    machine(EVERYTHING, root=root, distribution="ubuntu")
    assert bootstrap.main(["--tests"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "a snap, which the tests can't use" in said and "CHROMIUM=/path/to/it make test" in said
    assert ("sudo apt-get install" in said) is not root
    assert "chromium-headless-shell" not in said and installed == []


def test_other_systems_of_debians_kind_have_chromium_by_its_plain_name(bootstrap, machine):
    machine([], distribution="linuxmint")
    assert bootstrap.command_for("apt-get", ["Chromium"]).endswith(" chromium")


def test_a_python_of_another_origin_is_not_helped_by_debians_venv(bootstrap, machine, monkeypatch):
    machine([])
    monkeypatch.setattr(bootstrap.sys, "base_prefix", "/opt/python")
    assert bootstrap.command_for("apt-get", ["Python's venv"]) == ""


def test_what_cannot_be_installed_is_said_before_anything_begins(
    bootstrap, installed, machine, capsys
):
    machine(["Chromium"], root=True, heals=False)
    assert bootstrap.main(["--tests"]) == 1
    said = capsys.readouterr().err
    assert "apt-get failed (E: no space). To install, type: apt-get install" in said
    assert installed == []


def test_apt_gets_own_words_are_passed_on(bootstrap, monkeypatch, tmp_path, capsys):
    """A list that can't be brought up to date doesn't stop it; an installation that fails does."""
    pretend(tmp_path / "apt-get", 'echo "$@" >> "$0.log"; echo "E: no $1"; [ "$1" = "$GOES" ]')
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("GOES", "install")
    command = bootstrap.command_for("apt-get", ["git"])
    assert bootstrap.apt_get(command) == ""
    assert capsys.readouterr().out == "Installing the system's packages with apt-get: git ...\n"
    monkeypatch.setenv("GOES", "update")
    assert bootstrap.apt_get(command) == "apt-get failed (E: no install)"
    log = (tmp_path / "apt-get.log").read_text().splitlines()
    assert [line.split()[0] for line in log] == ["update", "install"] * 2


def test_a_learner_without_bubblewrap_is_told_once_and_goes_on(
    bootstrap, installed, machine, capsys
):
    machine(["git", "bubblewrap", "Chromium"])
    assert bootstrap.main([]) == 0
    said = capsys.readouterr().out.splitlines()[0]
    assert "Without bubblewrap, crossroads grade can't mark" in said
    assert "sudo apt-get install -y --no-install-recommends bubblewrap" in said
    assert "hromium" not in said and len(installed) == 2
    assert bootstrap.main([]) == 0
    assert capsys.readouterr().out == ""


def test_what_the_tests_need_is_looked_for_each_time(bootstrap, installed, machine):
    machine([])
    assert bootstrap.main(["--tests"]) == 0
    machine(["Chromium"])
    assert bootstrap.main(["--tests"]) == 1
    assert bootstrap.main(["--dev"]) == 0


def test_a_forbidden_sandbox_is_said_before_anything_begins(
    bootstrap, installed, monkeypatch, tmp_path, capsys
):
    """As on Ubuntu 24.04, whose AppArmor keeps ordinary users from namespaces."""
    pretend(tmp_path / "bwrap", "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert bootstrap.main(["--check"]) == 1
    said = capsys.readouterr().err
    assert "(bwrap: setting up uid map: Permission denied)" in said and said.count("\n") == 1
    assert "docs/administrator.md" in said and installed == []
    assert bootstrap.main([]) == 0, "a learner needs none"


def test_what_is_missing_is_found_by_looking(monkeypatch, tmp_path):
    """Without any program, everything is missing."""
    module = script()
    more = {"Chromium", "libatomic", "DejaVu fonts", *module.LONG}
    assert set(module.missing()) <= more, "make check has the others"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(module, "library", lambda name: False)
    monkeypatch.setattr(module, "SHARED", (str(tmp_path),))
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    assert module.missing() == list(module.SYSTEM)


def test_set_up_and_the_tests_look_for_the_same_browser(monkeypatch, tmp_path):
    module = script()
    assert module.CHROMIUMS == doctor.CHROMIUMS
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)

    def found():
        assert module.chromium() == doctor.chromium()
        return Path(doctor.chromium()).name

    assert found() == ""
    pretend(tmp_path / "google-chrome", "")
    assert found() == "google-chrome"
    pretend(tmp_path / "lib" / "snap", "")
    (tmp_path / "chromium").symlink_to(tmp_path / "lib" / "snap")
    assert found() == "google-chrome", "a snap isn't taken"
    pretend(tmp_path / "chromium-headless-shell", "")
    assert found() == "chromium-headless-shell"
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "gone"))
    assert found() == "", "what is named counts, though another one is there"
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "chromium"))
    assert found() == "chromium", "who names a snap gets it"


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


def test_python_without_venv_names_the_package(bootstrap, installed, machine, capsys):
    machine(["Python's venv"])
    assert bootstrap.main([]) == 1
    assert f"--no-install-recommends {OWN_VENV}\n" in capsys.readouterr().err
    assert installed == []


def test_an_old_python_is_named(bootstrap, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "NEEDED", (9, 1))
    monkeypatch.setattr(bootstrap, "missing", lambda: pytest.fail("nothing is looked for"))
    assert bootstrap.main(["--tests"]) == 1
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
