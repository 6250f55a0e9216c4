"""Rows that have a text somewhere in them."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

#: So many rows are found by going from place to place; where there are more, looking into each is quicker.
_FEW = 500


class Haystack:
    """One text for each row; none has a line end in it."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self._joined = "\n".join(texts)
        self._starts = list(accumulate((len(text) + 1 for text in texts), initial=0))

    def rows(self, needle: str) -> list[int]:
        """Their numbers, from the first to the last."""
        found: list[int] = []
        place = self._joined.find(needle)
        while place >= 0 and len(found) < _FEW:
            row = bisect_right(self._starts, place) - 1
            found.append(row)
            place = self._joined.find(needle, self._starts[row + 1])
        return found if place < 0 else found + self._looked_into(needle, found[-1] + 1)

    def _looked_into(self, needle: str, first: int) -> list[int]:
        return [row for row in range(first, len(self.texts)) if needle in self.texts[row]]
