"""The ports of the processes, all from one base."""

import random
import socket
from collections.abc import Iterable
from typing import Any, NamedTuple

import psutil

HOST = "127.0.0.1"
SPAN = 5
#: Below the range the kernel hands out for outgoing connections.
FREE_BASES = range(20000, 32000, SPAN)


class PortInUse(Exception):
    """A port of the stack is taken; ``holder`` names the process, if the system tells."""

    def __init__(self, port: int, holder: str | None) -> None:
        self.port, self.holder = port, holder
        super().__init__(f"port {port} is in use" + (f" by {holder}" if holder else ""))


class PortNumbers(NamedTuple):
    """The ports N+0 … N+4 of ``--port-base N``."""

    api: int
    temporal: int
    temporal_ui: int
    simulator: int
    card_agent: int

    @classmethod
    def at(cls, base: int) -> "PortNumbers":
        """Returns the five ports from ``base``; 0 picks a free base."""
        first = base or free_base()
        return cls(*range(first, first + SPAN))

    def demand_free(self) -> None:
        """Raises ``PortInUse`` for the first port that is taken."""
        for port in self:
            if not is_free(port):
                raise PortInUse(port, holder(port))


def is_free(port: int) -> bool:
    """Returns True if nobody listens on the port; closing connections do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_base(bases: Iterable[int] = FREE_BASES) -> int:
    """Returns a random base with five free ports; two stacks that start together get different ones."""
    candidates = list(bases)
    random.shuffle(candidates)
    return next(base for base in candidates if all(is_free(port) for port in range(base, base + SPAN)))


def holder(port: int) -> str | None:
    """Returns the listening process as ``pid 123 (python3)``; None when the system does not tell."""
    try:
        pids = [each.pid for each in psutil.net_connections("tcp") if _listens(each, port)]
        return f"pid {pids[0]} ({psutil.Process(pids[0]).name()})" if pids and pids[0] else None
    except psutil.Error:
        return None


def _listens(connection: Any, port: int) -> bool:
    return bool(connection.status == psutil.CONN_LISTEN and connection.laddr.port == port)
