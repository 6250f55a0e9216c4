"""What is nearly that: one slip of the keyboard, two in a long word. Asked only when nothing else was found."""

from collections.abc import Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from db.lookup.grams import Grams
from db.lookup.haystack import Haystack

#: From so many letters on a slip is looked for anywhere in a name; in less, only where a name begins.
ANYWHERE = 6
#: Below that nearly every name would be near.
_SHORTEST_LATIN, _SHORTEST_CHINESE = 4, 3
#: From so many letters on two slips are forgiven.
_LONG = 12
#: When more have what a slip leaves whole, it tells little: the shortest of them are measured.
_CROWD = 2_000


class Near(NamedTuple):
    """``slips``: how far off, comparable within one query; ``place`` and ``end``: where in the text."""

    row: int
    slips: float
    place: int
    end: int


def beginnings(query: str, candidates: Mapping[int, str], limit: int) -> Iterator[Near]:
    """Of these texts, those whose beginning is the query but for one letter left out, added, changed or swapped.

    Of too many that are equally near the shortest.
    """
    if len(query) < _SHORTEST_LATIN:
        return
    alike: dict[str, list[int]] = {}
    for row, text in candidates.items():
        alike.setdefault(text[: len(query) + 1], []).append(row)
    near = {beginning: slips for beginning in alike if (slips := _slips(query, beginning)) <= 1}
    nearest = nsmallest(limit, ((near[each], len(candidates[row]), row) for each in near for row in alike[each]))
    yield from (Near(row, slips, 0, 0) for slips, _, row in nearest)


def _slips(query: str, beginning: str) -> int:
    """Of one letter more or less the better."""
    lengths = (len(query) - 1, len(query), len(query) + 1)
    return min(OSA.distance(query, beginning[:length], score_cutoff=1) for length in lengths)


def scattered(query: str, names: Haystack) -> Iterator[Near]:
    """Names that have all characters of the query, but not in a row."""
    rows = names.rows(query[0])
    for character in query[1:]:
        rows = [row for row in rows if character in names.texts[row]]
    return (Near(row, 0, names.texts[row].find(query[0]), 0) for row in rows)


def in_names(query: str, names: Sequence[str], grams: Grams, limit: int) -> Iterator[Near]:
    """Chinese names that have the query in them but for one character."""
    return anywhere(query, names, grams, limit) if len(query) >= _SHORTEST_CHINESE else iter(())


def anywhere(query: str, texts: Sequence[str], grams: Grams, limit: int) -> Iterator[Near]:
    """Texts that have the query in them but for its slips, the nearest first; ``grams``: of these texts."""
    allowed = 1 if len(query) < _LONG else 2
    shortest = len(query) - allowed  # a shorter text would be found in the query, instead of the query in it
    likely = [row for row in grams.nearly(query, allowed) if len(texts[row]) >= shortest]
    if len(likely) > _CROWD:
        likely = sorted(likely, key=lambda row: len(texts[row]))[:_CROWD]
    candidates = {row: texts[row] for row in likely}
    cutoff = 100 * (1 - allowed / len(query)) - 0.01
    found = process.extract(query, candidates, scorer=fuzz.partial_ratio, score_cutoff=cutoff, limit=limit)
    for text, score, row in found:
        yield Near(row, round(100 - score, 2), *_place(query, text))


def _place(query: str, text: str) -> tuple[int, int]:
    alignment = fuzz.partial_ratio_alignment(query, text)
    return (alignment.dest_start, alignment.dest_end) if alignment else (0, 0)
