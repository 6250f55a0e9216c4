"""Texts that begin with what was typed, found by halving."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

_LAST = "\U0010ffff"


class Prefixes:
    """Texts, each with the number of its row; a row may have several."""

    def __init__(self, texts: Iterable[tuple[str, int]]) -> None:
        pairs = sorted(pair for pair in texts if pair[0])
        self._texts = [text for text, _ in pairs]
        self._rows = [row for _, row in pairs]

    def rows(self, beginning: str) -> Iterator[int]:
        """The rows whose text begins so; one with two such texts comes twice."""
        first = bisect_left(self._texts, beginning)
        return iter(self._rows[first : bisect_left(self._texts, beginning + _LAST, lo=first)])
