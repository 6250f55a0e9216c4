"""Rows that have a text in them, as it is or but for slips of the keyboard, told by pairs and triples of characters."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import compress, repeat
from operator import contains

#: A set of rows: bit n is the row with the n-th shortest text. Of 15,000 rows two sets are intersected in 0.2 µs.
Rows = int

#: Digits of a binary number as what is true and false.
_AS_FLAGS = bytes.maketrans(b"01", b"\0\1")


class NGrams:
    """One text for each row; ``size``: how many characters in a row are looked at together, and one less."""

    def __init__(self, texts: Sequence[str], size: int) -> None:
        self.texts = texts
        self._size = size
        self._every = (1 << len(texts)) - 1
        self._by_length = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        self._lengths = [len(texts[row]) for row in self._by_length]
        self._having = self._marked()

    def rows(self, needle: str) -> list[int]:
        """Those that have it in them, the shortest first. What is no longer than a part, its parts tell all of."""
        rows = self.with_parts(needle)
        if len(needle) in (self._size, self._size - 1):
            return rows
        return list(compress(rows, map(contains, map(self.texts.__getitem__, rows), repeat(needle))))

    def places(self, needle: str, rows: Sequence[int]) -> Iterator[int]:
        """Where each of these rows has it first."""
        return map(str.find, map(self.texts.__getitem__, rows), repeat(needle))

    def with_parts(self, query: str) -> list[int]:
        """Rows with every part of the query, wherever, the shortest first; of size 1 those with all its characters."""
        return self._listed(self._all_of(query))

    def nearly(self, query: str, slips: int, shortest: int) -> list[int]:
        """Rows worth measuring: all that have the query but for so many slips, and some others.

        The shortest texts come first; none has less than ``shortest`` characters. ``slips``: one or more.
        """
        found = self._slipped(query, self._tails(query, slips - 1))
        too_short = bisect_left(self._lengths, shortest)
        return self._listed(found >> too_short << too_short)

    def _marked(self) -> dict[str, Rows]:
        marked: dict[str, bytearray] = {}
        for number, row in enumerate(self._by_length):
            byte, bit, text = number >> 3, 1 << (number & 7), self.texts[row]
            for gram in {*_parts(text, self._size), *_parts(text, self._size - 1)}:
                if gram not in marked:
                    marked[gram] = bytearray(len(self.texts) // 8 + 1)
                marked[gram][byte] |= bit
        return {gram: int.from_bytes(bits, "little") for gram, bits in marked.items()}

    def _tails(self, query: str, slips: int) -> list[Rows]:
        """For each place of the query, and its end: rows that may have what follows but for so many slips."""
        ends = range(len(query) + 1)
        if not slips:
            return [self._all_of(query[place:]) for place in ends]
        after = self._tails(query, slips - 1)
        return [self._slipped(query[place:], after[place:]) for place in ends]

    def _slipped(self, query: str, after: Sequence[Rows]) -> Rows:
        """Before a slip all is as it was typed; a letter too many or too few is as good as a changed one.

        ``after``: for each place of the query, and its end, the rows that do from there on.
        """
        found, before = 0, self._every
        for place in range(len(query)):
            before &= self._ending(query[:place])
            if not before:
                break
            found |= before & after[place + 1]
            if place + 2 < len(after):
                swapped = query[:place] + query[place + 1] + query[place]
                found |= before & self._ending(swapped[:-1]) & self._ending(swapped) & after[place + 2]
        return found

    def _all_of(self, piece: str) -> Rows:
        """Rows with every part of the piece; all rows when it is too short to tell."""
        rows = self._ending(piece)
        for end in range(self._size, len(piece)):
            if not rows:
                break
            rows &= self._ending(piece[:end])
        return rows

    def _ending(self, piece: str) -> Rows:
        """Rows with the last part of the piece; all rows when it is too short to tell."""
        return self._having.get(piece[-self._size :], 0) if len(piece) >= self._size - 1 else self._every

    def _listed(self, rows: Rows) -> list[int]:
        """Their numbers, the shortest text first; of equally long ones by number."""
        return list(compress(self._by_length, f"{rows:b}"[::-1].encode().translate(_AS_FLAGS)))


def _parts(text: str, size: int) -> Iterator[str]:
    return (text[place : place + size] for place in range(len(text) - size + 1))
