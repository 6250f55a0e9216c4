"""Which statements this program has shown to which page a moment ago: it signs no others."""

import time
from collections import OrderedDict
from collections.abc import Callable

#: As long as the server's own offer lasts.
SECONDS = 300.0
MOST = 256


class RenderedStatements:
    """Digests of statements; the oldest give way."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._shown: OrderedDict[tuple[str, str | None], float] = OrderedDict()

    def remember(self, digest: str, origin: str | None) -> None:
        """It is before the user's eyes now."""
        self._shown[digest, origin] = self._clock()
        self._shown.move_to_end((digest, origin))
        while len(self._shown) > MOST:
            self._shown.popitem(last=False)

    def has(self, digest: str, origin: str | None) -> bool:
        """Whether that page was shown it, not too long ago."""
        at = self._shown.get((digest, origin))
        return at is not None and self._clock() - at < SECONDS

    def forget(self, digest: str) -> None:
        """It was signed."""
        for key in [each for each in self._shown if each[0] == digest]:
            del self._shown[key]
