"""What a submission may not ask of the system, as programs for the kernel; made outside."""

from __future__ import annotations

import contextlib
import errno
import socket
import tempfile
from functools import cache

_THREAD, _NAMESPACES = 0x00010000, 0x7E020000  # CLONE_THREAD; CLONE_NEWNS and its like
#: What starts other programs and talks to them: a kernel of another language needs it.
_PROCESSES = (
    *("fork", "vfork", "execve", "execveat", "kill", "tkill"),
    # ZeroMQ asks for the usual one, for each of its threads.
    "sched_setscheduler",
)
_SOCKETS = ("socketpair", "connect", "bind", "listen", "accept", "accept4")
_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
_REFUSED = (
    *("ptrace", "process_vm_readv", "process_vm_writev"),
    *("pidfd_open", "pidfd_getfd", "pidfd_send_signal", "rt_sigqueueinfo"),
    *("mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "keyctl", "add_key"),
    *("request_key", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "kcmp"),
    *("init_module", "finit_module", "delete_module", "kexec_load", "open_by_handle_at"),
    *("fsopen", "fsmount", "fspick", "open_tree", "move_mount", "mount_setattr", "swapon"),
    # Of other processes, or of all: one's own priority isn't needed either.
    *("mknod", "mknodat", "setpriority", "sched_setaffinity", "ioprio_set"),
    *("sched_setattr", "sched_setparam", "move_pages", "migrate_pages", "process_madvise"),
    *("process_mrelease", "rt_tgsigqueueinfo", "io_uring_enter", "io_uring_register"),
    *("shmget", "msgget", "semget", "mq_open", "memfd_create", "memfd_secret"),
)


@cache
def refusals(processes: bool = False) -> bytes:
    """Return a filter that forbids starting processes, reaching into others, or the network.

    With ``processes`` they may be started, and talk through sockets of the file system, and of a
    network of which there is nothing but the sandbox itself: ipykernel, of which many kernels are
    made, uses one between its own threads.
    """
    import pyseccomp as seccomp  # only outside: in the sandbox there is no need for it

    filter_ = seccomp.SyscallFilter(defaction=seccomp.ALLOW)
    with contextlib.suppress(OSError, ValueError):  # a tree of comparisons: libseccomp 2.5
        filter_.set_attr(seccomp.Attr.CTL_OPTIMIZE, 2)
    refuse = seccomp.ERRNO(errno.EPERM)
    for name in _REFUSED if processes else (*_REFUSED, *_PROCESSES, *_SOCKETS, "socket"):
        with contextlib.suppress(OSError):  # a call that this kernel doesn't know
            filter_.add_rule(refuse, name)
    # glibc then takes clone, whose flags a filter can see: threads only, or no namespaces.
    filter_.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    if processes:
        for bit in (1 << place for place in range(32) if _NAMESPACES >> place & 1):
            filter_.add_rule(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, bit, bit))
        for family in range(int(socket.AF_NETLINK)):
            if family not in _FAMILIES:
                filter_.add_rule(refuse, "socket", seccomp.Arg(0, seccomp.EQ, family))
        filter_.add_rule(refuse, "socket", seccomp.Arg(0, seccomp.GT, int(socket.AF_NETLINK)))
        own = seccomp.Arg(0, seccomp.EQ, int(socket.AF_NETLINK))
        # What devices there are (protocol 0), and nothing else of the kernel's.
        filter_.add_rule(refuse, "socket", own, seccomp.Arg(2, seccomp.NE, 0))
    else:
        filter_.add_rule(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _THREAD, 0))
    # One's own limits may be read.
    filter_.add_rule(refuse, "prlimit64", seccomp.Arg(0, seccomp.NE, 0))
    with tempfile.TemporaryFile() as file:
        filter_.export_bpf(file)
        file.seek(0)
        return file.read()
