"""Memory of the statements that pages have shown to the user: this program signs no others."""

import time
from collections import OrderedDict
from collections.abc import Callable

#: The server's offer to sign lasts as long.
SECONDS = 300.0
MOST = 256


class RenderedStatements:
    """Digests of rendered statements by page; the oldest are dropped beyond ``MOST``."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: OrderedDict[tuple[str, str | None], float] = OrderedDict()

    def remember(self, digest: str, origin: str | None) -> None:
        """Notes that the page has the rendered statement now."""
        self._times[digest, origin] = self._clock()
        self._times.move_to_end((digest, origin))
        while len(self._times) > MOST:
            self._times.popitem(last=False)

    def has(self, digest: str, origin: str | None) -> bool:
        """Returns True if the page got the rendered statement less than ``SECONDS`` ago."""
        at = self._times.get((digest, origin))
        return at is not None and self._clock() - at < SECONDS

    def forget(self, digest: str) -> None:
        """Removes a statement that was signed."""
        for key in [each for each in self._times if each[0] == digest]:
            del self._times[key]
