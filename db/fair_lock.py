"""Who waits first is served first.

A lock of the standard library serves whoever is quick: a thread that releases it may take it again before the one
that waits has woken up, and under load somebody waits for seconds while others write time and again.
"""

from collections import deque
from threading import Lock


class FairLock:
    """A lock whose holders take turns in the order in which they came."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._line: deque[Lock] = deque()  # the first one is in its turn, each other waits for its own lock

    def __len__(self) -> int:
        """How many stand in line, with the one whose turn it is."""
        return len(self._line)

    def acquire(self, timeout: float) -> bool:
        """Waits for its turn; False when that did not come within so many seconds, and the place is given up."""
        called = Lock()
        called.acquire()
        with self._guard:
            self._line.append(called)
            if len(self._line) == 1:
                return True
        if called.acquire(timeout=timeout):
            return True
        with self._guard:
            if called.acquire(blocking=False):  # in this very moment
                return True
            self._line.remove(called)
            return False

    def release(self) -> None:
        """Ends its turn, and calls the next one."""
        with self._guard:
            self._line.popleft()
            if self._line:
                self._line[0].release()
