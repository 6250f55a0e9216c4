"""How much a worker takes on at a time, and how many open appointments it keeps in memory."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from runtime.settings import Settings

#: What one of them takes, measured with 1,000 open (``docs/performance.md``), rounded up.
APPOINTMENT_BYTES = 400_000
#: A worker takes this part of the memory, so that several, the API and the database have room beside it.
SHARE = 0.25
#: The SDK's own number, which every machine has room for.
FEWEST = 1_000
#: The limit of a container (cgroup v2): a number of bytes, or ``max``.
_CONTAINER = Path("/sys/fs/cgroup/memory.max")


def worker_options(settings: Settings, threads: int) -> dict[str, Any]:
    """Returns the options of the SDK's worker; half of its threads are for local activities."""
    return {
        "max_concurrent_activities": threads // 2,
        "max_concurrent_local_activities": threads // 2,
        "max_cached_workflows": settings.cached_workflows or cached_workflows(memory()),
        "build_id": f"yuyue {version('yuyue')}",  # the SDK would hash every loaded module instead
    }


def cached_workflows(memory: int) -> int:
    """Returns how many appointments fit into a worker's share of so many bytes of memory.

    One that is not kept is replayed from its history at its next event, which takes five times as long: of 3,000
    deadlines at one instant a quarter was not yet done after 150 seconds with a cache of 1,000.
    """
    return max(FEWEST, int(memory * SHARE) // APPOINTMENT_BYTES)


def memory() -> int:
    """Returns the bytes of memory that this process may use: the machine's, or its container's if that is less."""
    machine: int = psutil.virtual_memory().total
    try:
        limit = _CONTAINER.read_text(encoding="ascii").strip()
    except OSError:
        return machine
    return min(machine, int(limit)) if limit.isdecimal() else machine
