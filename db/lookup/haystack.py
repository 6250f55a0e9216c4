"""Rows that have a text somewhere in them."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

#: With more places than that, looking into each row is quicker than going from place to place.
_MANY = 2_000


class Haystack:
    """One text for each row; none has a line end in it."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self._joined = "\n".join(texts)
        self._starts = list(accumulate((len(text) + 1 for text in texts), initial=0))

    def rows(self, needle: str) -> list[int]:
        """Their numbers, from the first to the last."""
        if self._joined.count(needle) > _MANY:
            return [row for row, text in enumerate(self.texts) if needle in text]
        found, place = [], self._joined.find(needle)
        while place >= 0:
            row = bisect_right(self._starts, place) - 1
            found.append(row)
            place = self._joined.find(needle, self._starts[row + 1])
        return found
