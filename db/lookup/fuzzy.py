"""Finds texts with a typing error, two in a long word. Used only when nothing else was found."""

from collections.abc import Iterator, Sequence
from heapq import nsmallest
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from db.lookup.ngrams import NGrams
from db.lookup.prefixes import Prefixes

#: Letters from which an error is searched anywhere in a name; with fewer, only at its beginning.
ANYWHERE = 6
#: Shorter queries would match nearly every name.
_SHORTEST_LATIN, _SHORTEST_CHINESE = 4, 3
#: Letters from which two errors are allowed.
_LONG = 12
#: With more candidates only the shortest are measured.
_CROWD = 2_000


class FuzzyMatches(NamedTuple):
    """A match: ``slips`` are its typing errors, comparable within one query; ``place`` and ``end`` where it is."""

    row: int
    slips: float
    place: int
    end: int


def beginnings(query: str, likely: Prefixes, texts: Sequence[str], limit: int) -> Iterator[FuzzyMatches]:
    """Yields texts whose beginning differs from the query by one letter missing, added, changed or swapped.

    The first letter must be equal: people rarely mistype it. Of too many equal matches the shortest texts come first.
    ``likely`` are the same texts by prefix.
    """
    if len(query) < _SHORTEST_LATIN:
        return
    grouped = ((_slips(query, common), rows) for common, rows in likely.groups(query[0], len(query) + 1))
    near = ((slips, len(texts[row]), row) for slips, rows in grouped if slips <= 1 for row in rows)
    yield from (FuzzyMatches(row, slips, 0, 0) for slips, _, row in nsmallest(limit, near))


def _slips(query: str, beginning: str) -> int:
    """Returns the distance to the beginning, with one letter more or less if that is nearer."""
    lengths = (len(query) - 1, len(query), len(query) + 1)
    return min(OSA.distance(query, beginning[:length], score_cutoff=1) for length in lengths)


def in_names(query: str, names: NGrams, limit: int) -> Iterator[FuzzyMatches]:
    """Yields Chinese names that contain the query except for one character."""
    return anywhere(query, names, limit) if len(query) >= _SHORTEST_CHINESE else iter(())


def anywhere(query: str, among: NGrams, limit: int) -> Iterator[FuzzyMatches]:
    """Yields texts that contain the query with typing errors, the nearest first."""
    allowed = 1 if len(query) < _LONG else 2
    shortest = len(query) - allowed  # a shorter text would be found in the query, instead of the query in it
    likely = among.nearly(query, allowed, shortest)
    measured = likely[:_CROWD] if len(likely) > _CROWD else sorted(likely)
    candidates = [among.texts[row] for row in measured]
    cutoff = 100 * (1 - allowed / len(query)) - 0.01
    found = process.extract(query, candidates, scorer=fuzz.partial_ratio, score_cutoff=cutoff, limit=limit)
    for text, score, number in found:
        yield FuzzyMatches(measured[number], round(100 - score, 2), *_place(query, text))


def _place(query: str, text: str) -> tuple[int, int]:
    alignment = fuzz.partial_ratio_alignment(query, text)
    return (alignment.dest_start, alignment.dest_end) if alignment else (0, 0)
