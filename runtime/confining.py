"""Limits of a process that reads files of strangers."""

import contextlib
import os
import resource
import sys

FILES = 16
NOBODY = 65_534


def confine(keep: int, *, memory_bytes: int, cpu_seconds: int) -> None:
    """Limits this process to the time, memory and files that one file needs, and to the rights of ``nobody``.

    Closes all descriptors but ``keep``.
    """
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    for each in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else ():  # noqa: PTH112, PTH208
        if int(each) > 2 and int(each) != keep:
            with contextlib.suppress(OSError):
                os.close(int(each))
    os.set_blocking(keep, True)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    _limit(memory_bytes, cpu_seconds)


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        # Only Linux has all of them.
        with contextlib.nullcontext() if sys.platform == "linux" else contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
