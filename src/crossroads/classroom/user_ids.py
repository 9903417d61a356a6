"""Names for the user ids of a cluster's pods, which no ``/etc/passwd`` has.

nbgrader compares the owner of each submission with the name that it is submitted under. On a
cluster the hub gives every person a user id of their own, and tells the instructors' desk whose
each is; nss_wrapper, a library of Debian's, then answers whoever asks the system for a name.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

#: What the hub tells the desk: a line for each person, of the user id and the name.
VARIABLE = "CROSSROADS_UIDS"
LIBRARY = "libnss_wrapper.so"
NO_LIBRARY = (
    "nss_wrapper is not installed, so collecting cannot check whose a submission is, and warns "
    "about each one. On Debian or Ubuntu, install libnss-wrapper"
)


def passwd(known: str, system: str) -> str:
    """Return the system's list of users with a line for each name that the hub told.

    A name that would end its line or field is left out, and so is an id that the system has.
    """
    taken = {line.split(":")[2] for line in system.splitlines() if line.count(":") == 6}
    lines = [system.rstrip("\n")]
    for line in known.split("\n"):
        number, _, name = line.partition(" ")
        if re.fullmatch("[1-9][0-9]{0,9}", number) and number not in taken and _is_name(name):
            taken.add(number)
            lines.append(f"{name}:x:{number}:{number}::/nonexistent:/usr/sbin/nologin")
    return "\n".join(lines) + "\n"


def _is_name(name: str) -> bool:
    return bool(name) and name.isprintable() and ":" not in name


def environment(given: Mapping[str, str], libraries: str = "/usr/lib") -> dict[str, str]:
    """Return the environment that the desk's server needs so that user ids have names.

    It is empty where the hub names none. Raises ``OSError`` where nss_wrapper isn't installed.
    """
    if not given.get(VARIABLE):
        return {}
    if not any(Path(libraries).glob(f"**/{LIBRARY}*")):
        raise OSError(NO_LIBRARY)
    with tempfile.NamedTemporaryFile("w", prefix="passwd-", delete=False, encoding="utf-8") as file:
        file.write(passwd(given[VARIABLE], Path("/etc/passwd").read_text("utf-8")))
    preloaded = f"{LIBRARY} {given.get('LD_PRELOAD', '')}".strip()
    return {
        "LD_PRELOAD": preloaded,
        "NSS_WRAPPER_PASSWD": file.name,
        "NSS_WRAPPER_GROUP": "/etc/group",
    }
