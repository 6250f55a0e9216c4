"""A list in memory, indexed by the forms in which people type its entries, with ranked results."""

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from heapq import nsmallest
from itertools import accumulate, compress, islice, repeat
from typing import NamedTuple

from db.lookup import fuzzy
from db.lookup.folding import folded, is_code, is_latin, words
from db.lookup.homophones import Homophones
from db.lookup.ngrams import NGrams
from db.lookup.prefixes import Prefixes

#: Shorter abbreviations are searched at the beginning of names only.
_INSIDE = 3
#: No syllable begins with these letters.
_NEVER_FIRST = "iuv"
#: Nearest matches that are checked for the beginnings of their syllables.
_MEASURED = 50
#: Nobody reads a longer list of guesses.
MAX_NEAR = 10


class MatchKind(IntEnum):
    """Kinds of match, the best first."""

    CODE = 1
    CODE_PREFIX = 2
    NAME_PREFIX = 3
    NAME_PART = 4
    INITIALS = 5
    PINYIN = 6
    NEAR = 7


class Term(NamedTuple):
    """A stored entry; ``pinyin`` in syllables."""

    code: str
    name: str
    name_en: str | None
    pinyin: str
    initials: str


class Hit(NamedTuple):
    """A match; ``row`` is its place by code. Hits sort in the order of display, and no two are equal.

    ``off``: the distance of a fuzzy match, or 1 if the query ends inside a word. ``place``: the position in the entry.
    """

    kind: MatchKind
    off: float
    place: int
    length: int
    row: int


#: The fields of a hit as a tuple: of thousands of them only the best become hits.
_Rank = tuple[MatchKind, float, int, int, int]


class Index:
    """Searches a list without the database; built once from all entries."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = sorted(terms)
        self._rows = {term.code: row for row, term in enumerate(self.terms)}
        names = [folded(term.name) for term in self.terms]
        self._lengths = [len(name) for name in names]
        self._names = NGrams(names, 1)
        self._initials = NGrams([term.initials for term in self.terms], 2)
        self._pinyin = NGrams([term.pinyin.replace(" ", "") for term in self.terms], 3)
        self._syllables = [_starts(term.pinyin.split(" ")) for term in self.terms]
        self._sounds = Homophones((name, term.pinyin) for name, term in zip(names, self.terms, strict=True))
        self._by_code = Prefixes((term.code, row) for row, term in enumerate(self.terms))
        self._by_name = Prefixes((name, row) for row, name in enumerate(names))
        self._by_word = Prefixes(
            (word, row) for row, term in enumerate(self.terms) for word in words(term.name_en or "")
        )
        self._by_initials = Prefixes((initials, row) for row, initials in enumerate(self._initials.texts))
        self._by_pinyin = Prefixes((pinyin, row) for row, pinyin in enumerate(self._pinyin.texts))

    def search(self, typed: str, limit: int) -> list[Hit]:
        """Returns the best ``limit`` entries; without an exact match, similar ones. An empty query matches nothing."""
        query = folded(typed)
        if not query:
            return []
        return _best(self._stages(query), limit) or _best(self._guesses(query), min(limit, MAX_NEAR))

    def code(self, code: str) -> Term | None:
        """Returns the entry of exactly this code."""
        row = self._rows.get(code)
        return None if row is None else self.terms[row]

    def _stages(self, query: str) -> Iterator[Iterable[_Rank]]:
        """Yields matches by kind, the best first; a later kind is computed only when the earlier ones leave room."""
        if is_code(query):
            yield self._codes(query)
            return
        yield self._name_beginnings(query)
        yield self._name_parts(query)
        if is_latin(query):
            yield (self._rank(MatchKind.INITIALS, row) for row in self._by_initials.rows(query))
            yield self._pinyin_beginnings(query, MatchKind.PINYIN)
        if is_latin(query) and len(query) >= _INSIDE:
            yield self._initials_inside(query)
            yield self._pinyin_inside(query, MatchKind.PINYIN)

    def _guesses(self, query: str) -> Iterator[Iterable[_Rank]]:
        """Yields similar entries; a code has none."""
        if is_code(query):
            return
        if is_latin(query):
            yield self._near(self._near_pinyin(query))
            return
        yield from self._scattered(query)
        if sound := self._sounds.pinyin_of(query):
            yield from self._sounding(sound)
        yield self._near(fuzzy.in_names(query, self._names, MAX_NEAR))

    def _codes(self, query: str) -> Iterator[_Rank]:
        for row in self._by_code.rows(query):
            yield (MatchKind.CODE if self.terms[row].code == query else MatchKind.CODE_PREFIX, 0, 0, 0, row)

    def _name_beginnings(self, query: str) -> Iterator[_Rank]:
        yield from (self._rank(MatchKind.NAME_PREFIX, row) for row in self._by_name.rows(query))
        yield from (self._english(row, query) for row in set(self._by_word.rows(query)))

    def _english(self, row: int, query: str) -> _Rank:
        found = words(self.terms[row].name_en or "")
        place = next(number for number, word in enumerate(found) if word.startswith(query))
        ends = {len(found[place]) - len(rest) for rest in (*found[place + 1 :], "")}
        return self._rank(
            MatchKind.NAME_PART if place else MatchKind.NAME_PREFIX, row, place, off=len(query) not in ends
        )

    def _name_parts(self, query: str) -> Iterator[_Rank]:
        return self._placed(MatchKind.NAME_PART, query, self._names, self._names.rows(query))

    def _initials_inside(self, query: str) -> Iterator[_Rank]:
        return self._placed(MatchKind.INITIALS, query, self._initials, self._initials.rows(query))

    def _scattered(self, query: str) -> Iterator[Iterable[_Rank]]:
        """Yields names that have all characters of the query, but not in a row.

        Names with the first character earliest are the best: usually enough, so that thousands of others are not
        ranked.
        """
        rows, first = self._names.with_parts(query), query[0]
        places = list(self._names.places(first, rows))
        earliest = map(min(places, default=0).__eq__, places)
        yield self._placed(MatchKind.NEAR, first, self._names, list(islice(compress(rows, earliest), MAX_NEAR)))
        yield self._placed(MatchKind.NEAR, first, self._names, rows)

    def _sounding(self, sound: str) -> Iterator[Iterable[_Rank]]:
        """Yields entries with this pinyin; the best, and usually enough, begin with its whole syllables."""
        yield (rank for rank in self._pinyin_beginnings(sound, MatchKind.NEAR) if not rank[1])
        yield self._pinyin_inside(sound, MatchKind.NEAR)

    def _pinyin_beginnings(self, query: str, kind: MatchKind) -> Iterator[_Rank]:
        syllables, lengths, end = self._syllables, self._lengths, len(query)
        return ((kind, not syllables[row] >> end & 1, 0, lengths[row], row) for row in self._by_pinyin.rows(query))

    def _pinyin_inside(self, query: str, kind: MatchKind) -> Iterator[_Rank]:
        """Yields entries that contain the pinyin from the beginning of a syllable on."""
        texts, syllables, lengths = self._pinyin.texts, self._syllables, self._lengths
        rows = self._pinyin.rows(query) if query[0] not in _NEVER_FIRST else []
        for row, first in zip(rows, self._pinyin.places(query, rows), strict=True):
            starts, place = syllables[row], first
            while place >= 0 and not starts >> place & 1:
                place = texts[row].find(query, place + 1)
            if place >= 0:
                yield (kind, not starts >> place + len(query) & 1, place, lengths[row], row)

    def _near_pinyin(self, query: str) -> Iterator[fuzzy.FuzzyMatches]:
        if len(query) >= fuzzy.ANYWHERE:
            found = fuzzy.anywhere(query, self._pinyin, _MEASURED)
            return (each._replace(slips=each.slips + self._askew(each)) for each in found)
        return fuzzy.beginnings(query, self._by_pinyin, self._pinyin.texts, _MEASURED)

    def _askew(self, found: fuzzy.FuzzyMatches) -> float:
        """Returns less than any error: a penalty for a match that begins or ends inside a syllable."""
        starts = self._syllables[found.row]
        return (not starts >> found.place & 1) + (not starts >> found.end & 1) / 2

    def _near(self, found: Iterable[fuzzy.FuzzyMatches]) -> Iterator[_Rank]:
        return (self._rank(MatchKind.NEAR, each.row, each.place, off=each.slips) for each in found)

    def _placed(self, kind: MatchKind, needle: str, among: NGrams, rows: Sequence[int]) -> Iterator[_Rank]:
        """Returns what ``_rank`` does, for thousands of rows at once."""
        lengths = map(self._lengths.__getitem__, rows)
        return zip(repeat(kind), repeat(0), among.places(needle, rows), lengths, rows, strict=False)

    def _rank(self, kind: MatchKind, row: int, place: int = 0, *, off: float = 0) -> _Rank:
        return (kind, off, place, self._lengths[row], row)


def _best(stages: Iterable[Iterable[_Rank]], limit: int) -> list[Hit]:
    """Returns the hits of earlier stages first, and within a stage the smallest ranks."""
    found: dict[int, Hit] = {}
    for stage in stages:
        for rank in nsmallest(limit + len(found), stage):
            found.setdefault(rank[-1], Hit._make(rank))
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _starts(syllables: Sequence[str]) -> int:
    """Returns a bit set: bit n is set if a syllable begins, or the last one ends, at letter n."""
    return sum(1 << place for place in accumulate(map(len, syllables), initial=0))
