"""Texts that begin with what was typed, found by halving."""

from bisect import bisect_left, bisect_right
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
        first, end = self._span(beginning)
        return iter(self._rows[first:end])

    def alike(self, beginning: str, size: int) -> Iterator[tuple[str, list[int]]]:
        """The same in groups: the first ``size`` characters, and the rows that have them in common."""
        first, end = self._span(beginning)
        while first < end:
            common = self._texts[first][:size]
            after = bisect_right(self._texts, common, first, end, key=lambda text: text[:size])
            yield common, self._rows[first:after]
            first = after

    def _span(self, beginning: str) -> tuple[int, int]:
        first = bisect_left(self._texts, beginning)
        return first, bisect_left(self._texts, beginning + _LAST, lo=first)
