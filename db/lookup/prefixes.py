"""Finds texts by prefix with binary search."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

_LAST = "\U0010ffff"


class Prefixes:
    """Sorted texts, each with the number of its row; a row may have several."""

    def __init__(self, texts: Iterable[tuple[str, int]]) -> None:
        pairs = sorted(pair for pair in texts if pair[0])
        self._texts = [text for text, _ in pairs]
        self._rows = [row for _, row in pairs]

    def rows(self, beginning: str) -> Iterator[int]:
        """Returns the rows whose text has this prefix; one with two such texts occurs twice."""
        first, end = self._span(beginning)
        return iter(self._rows[first:end])

    def groups(self, beginning: str, size: int) -> Iterator[tuple[str, list[int]]]:
        """Yields groups of them: the first ``size`` characters, and the rows that share these."""
        first, end = self._span(beginning)
        while first < end:
            common = self._texts[first][:size]
            after = bisect_right(self._texts, common, first, end, key=lambda text: text[:size])
            yield common, self._rows[first:after]
            first = after

    def _span(self, beginning: str) -> tuple[int, int]:
        first = bisect_left(self._texts, beginning)
        return first, bisect_left(self._texts, beginning + _LAST, lo=first)
