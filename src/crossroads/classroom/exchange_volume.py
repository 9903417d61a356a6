"""Whether the volume of the exchange keeps what people submit from each other."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from .. import content

LISTED = (
    "you could see what others submitted: {inbox} can be listed (mode {mode}, owner {owner}, group "
    "{group}). Your administrator: the volume must keep owners and modes as they are set, and must "
    "not be given to a pod's group (CSIDriver, fsGroupPolicy); docs/hub.md says more. Then, as the "
    "desk's user: chmod 733 {inbox}"
)
LOST = (
    "the volume of the exchange, {exchange}, does not keep {what} as they are set, so people "
    "could see what others submit. Your administrator: use NFS, or another volume with POSIX "
    "permissions"
)
#: As nbgrader makes an inbox: everybody may put something in, and its owner alone may look.
_INBOX_MODE = 0o733


def trouble(exchange: Path) -> str:
    """Say why one person could see what another submitted, and what to do; "" if nobody can.

    Looks at the inbox that there is, and at whether a folder made as one stays so.
    """
    inbox = exchange / content.about().id / "inbound"
    # Who owns it collects from it; in a trial that is everybody.
    with suppress(OSError):
        about = inbox.stat()
        if about.st_uid != os.geteuid() and os.geteuid() != 0 and os.access(inbox, os.R_OK):
            mode = f"{about.st_mode & 0o7777:o}"
            return LISTED.format(inbox=inbox, mode=mode, owner=about.st_uid, group=about.st_gid)
    try:
        probe = Path(tempfile.mkdtemp(prefix=".volume-", dir=exchange))
    except OSError:
        return ""  # not there yet, or not one's own to write to: nbgrader says so when it's used
    try:
        probe.chmod(_INBOX_MODE)
        made = probe.stat()
    except OSError:
        return LOST.format(exchange=exchange, what="modes")
    finally:
        with suppress(OSError):
            probe.rmdir()
    if made.st_mode & 0o777 != _INBOX_MODE:
        return LOST.format(exchange=exchange, what="modes")
    # A file server that refuses root makes what root makes nobody's: that is no fault.
    if made.st_uid != os.geteuid() and os.geteuid() != 0:
        return LOST.format(exchange=exchange, what="owners")
    return ""
