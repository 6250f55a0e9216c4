"""What is nearly that: one slip of the keyboard, two in a long word. Asked only when nothing else was found."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from db.lookup.haystack import Haystack

#: From so many letters on a slip is looked for anywhere in a name; in less, only where a name begins.
ANYWHERE = 6
#: Below that nearly every name would be near.
_SHORTEST_LATIN, _SHORTEST_CHINESE = 4, 3
#: From so many letters on two slips are forgiven.
_LONG = 12


class Near(NamedTuple):
    """``slips``: how far off, comparable within one query; ``place`` and ``end``: where in the text."""

    row: int
    slips: float
    place: int
    end: int


def beginnings(query: str, candidates: Mapping[int, str]) -> Iterator[Near]:
    """Of these texts, those whose beginning is the query but for one letter left out, added, changed or swapped."""
    if len(query) < _SHORTEST_LATIN:
        return
    for row, text in candidates.items():
        if not (text.startswith(query[:2]) or query[3:] in text[2 : len(query) + 2]):
            continue  # a slip spoils one place only, so one of these is as it was typed
        lengths = (len(query) - 1, len(query), len(query) + 1)
        slips = min(OSA.distance(query, text[:length], score_cutoff=1) for length in lengths)
        if slips <= 1:
            yield Near(row, slips, 0, 0)


def scattered(query: str, names: Haystack) -> Iterator[Near]:
    """Names that have all characters of the query, but not in a row."""
    rows = names.rows(query[0])
    for character in query[1:]:
        rows = [row for row in rows if character in names.texts[row]]
    return (Near(row, 0, names.texts[row].find(query[0]), 0) for row in rows)


def in_names(query: str, names: Haystack, limit: int) -> Iterator[Near]:
    """Chinese names that have the query in them but for one character."""
    return anywhere(query, names, limit) if len(query) >= _SHORTEST_CHINESE else iter(())


def anywhere(query: str, texts: Haystack, limit: int) -> Iterator[Near]:
    """Texts that have the query in them but for its slips, the nearest first."""
    allowed = 1 if len(query) < _LONG else 2
    candidates = {row: texts.texts[row] for row in _candidates(query, texts, allowed)}
    cutoff = 100 * (1 - allowed / len(query)) - 0.01
    found = process.extract(query, candidates, scorer=fuzz.partial_ratio, score_cutoff=cutoff, limit=limit)
    for text, score, row in found:
        yield Near(row, round(100 - score, 2), *_place(query, text))


def _place(query: str, text: str) -> tuple[int, int]:
    alignment = fuzz.partial_ratio_alignment(query, text)
    return (alignment.dest_start, alignment.dest_end) if alignment else (0, 0)


def _candidates(query: str, texts: Haystack, allowed: int) -> set[int]:
    """Rows worth measuring: of ``allowed`` + 1 pieces one is without a slip, and so stands in the text as it is."""
    pieces = [*_pieces(query, allowed + 1), *_swapped_back(query, allowed + 1)]
    found = set[int]().union(*map(texts.rows, pieces))
    # A short text would be found in the query, instead of the query in it.
    return {row for row in found if len(texts.texts[row]) >= len(query) - allowed}


def _pieces(query: str, count: int) -> Iterator[str]:
    cuts = _cuts(query, count)
    return (query[first:last] for first, last in zip([0, *cuts], [*cuts, len(query)], strict=True))


def _swapped_back(query: str, count: int) -> Iterator[str]:
    """Two letters swapped across a cut spoil both pieces; what is around the cut is then right the other way."""
    for cut in _cuts(query, count):
        yield query[max(0, cut - 2) : cut - 1] + query[cut] + query[cut - 1] + query[cut + 1 : cut + 2]


def _cuts(query: str, count: int) -> list[int]:
    return [len(query) * number // count for number in range(1, count)]
