"""What is nearly that: one slip of the keyboard, two in a long word. Asked only when nothing else was found."""

from collections.abc import Iterator, Sequence
from heapq import nsmallest
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from db.lookup.ngrams import NGrams
from db.lookup.prefixes import Prefixes

#: From so many letters on a slip is looked for anywhere in a name; in less, only where a name begins.
ANYWHERE = 6
#: Below that nearly every name would be near.
_SHORTEST_LATIN, _SHORTEST_CHINESE = 4, 3
#: From so many letters on two slips are forgiven.
_LONG = 12
#: When more have what a slip leaves whole, it tells little: the shortest of them are measured.
_CROWD = 2_000


class FuzzyMatches(NamedTuple):
    """``slips``: how far off, comparable within one query; ``place`` and ``end``: where in the text."""

    row: int
    slips: float
    place: int
    end: int


def beginnings(query: str, likely: Prefixes, texts: Sequence[str], limit: int) -> Iterator[FuzzyMatches]:
    """Texts whose beginning is the query but for one letter left out, added, changed or swapped; not the first.

    Of too many that are equally near the shortest. ``likely``: these texts; hands slip, but hardly at once.
    """
    if len(query) < _SHORTEST_LATIN:
        return
    alike = ((_slips(query, common), rows) for common, rows in likely.alike(query[0], len(query) + 1))
    near = ((slips, len(texts[row]), row) for slips, rows in alike if slips <= 1 for row in rows)
    yield from (FuzzyMatches(row, slips, 0, 0) for slips, _, row in nsmallest(limit, near))


def _slips(query: str, beginning: str) -> int:
    """Of one letter more or less the better."""
    lengths = (len(query) - 1, len(query), len(query) + 1)
    return min(OSA.distance(query, beginning[:length], score_cutoff=1) for length in lengths)


def in_names(query: str, names: NGrams, limit: int) -> Iterator[FuzzyMatches]:
    """Chinese names that have the query in them but for one character."""
    return anywhere(query, names, limit) if len(query) >= _SHORTEST_CHINESE else iter(())


def anywhere(query: str, among: NGrams, limit: int) -> Iterator[FuzzyMatches]:
    """Texts that have the query in them but for its slips, the nearest first."""
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
