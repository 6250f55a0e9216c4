"""A lock that serves waiting threads in the order of their arrival.

A lock of the standard library has no such order: the thread that releases it may take it again before a waiting one
wakes up, so that under load one thread waits for seconds while others write repeatedly.
"""

from collections import deque
from threading import Lock


class FairLock:
    """A lock whose holders take turns in the order of arrival."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._queue: deque[Lock] = deque()  # the first one holds the lock, each other waits on a lock of its own

    def __len__(self) -> int:
        """Returns the length of the queue, the holder included."""
        return len(self._queue)

    def acquire(self, timeout: float) -> bool:
        """Waits for the lock; returns False, and leaves the queue, after ``timeout`` seconds."""
        called = Lock()
        called.acquire()
        with self._guard:
            self._queue.append(called)
            if len(self._queue) == 1:
                return True
        if called.acquire(timeout=timeout):
            return True
        with self._guard:
            if called.acquire(blocking=False):  # it was released to us at this very moment
                return True
            self._queue.remove(called)
            return False

    def release(self) -> None:
        """Releases the lock to the next thread in the queue."""
        with self._guard:
            self._queue.popleft()
            if self._queue:
                self._queue[0].release()
