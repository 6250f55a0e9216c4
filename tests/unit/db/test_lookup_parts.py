"""The short ways of the search find what the long ones do."""

import random
import re
from collections.abc import Callable
from itertools import groupby

import pytest

from db.lookup import Hit, Index, MatchKind, Term
from db.lookup.ngrams import NGrams
from db.lookup.prefixes import Prefixes

_CHARACTERS = {"甲": "jia", "乙": "yi", "丙": "bing", "丁": "ding", "影": "ying", "冰": "bing"}


def _texts(chance: random.Random, rows: int, letters: str, shortest: int, longest: int) -> list[str]:
    return ["".join(chance.choices(letters, k=chance.randint(shortest, longest))) for _ in range(rows)]


def _swapped(text: str, place: int) -> str:
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


_SLIPS: dict[str, Callable[[str, int], str]] = {
    "left out": lambda text, place: text[:place] + text[place + 1 :],
    "added": lambda text, place: text[:place] + "x" + text[place:],
    "changed": lambda text, place: text[:place] + "x" + text[place + 1 :],
    "swapped": _swapped,
}


@pytest.mark.parametrize("slips", [1, 2])
@pytest.mark.parametrize("size", [1, 3])
def test_no_row_that_has_the_query_but_for_its_slips_is_left_out(size: int, slips: int) -> None:
    chance = random.Random(slips)
    grams = NGrams(_texts(chance, 300, "abcdefgh", 15, 40), size)
    for row, text in enumerate(grams.texts):
        query = text[:15]
        for place in sorted(chance.sample(range(0, 14, 3), slips), reverse=True):
            query = chance.choice(list(_SLIPS.values()))(query, place)
        likely = grams.nearly(query, slips, 0)
        assert row in likely
        assert len(likely) < len(grams.texts)


@pytest.mark.parametrize("slip", _SLIPS.values(), ids=_SLIPS)
@pytest.mark.parametrize("place", range(6))
def test_a_slip_at_any_place_leaves_the_row_in(slip: Callable[[str, int], str], place: int) -> None:
    grams = NGrams(["xyz", "abcdefghi", "ihgfedcba"], 3)
    assert 1 in grams.nearly(slip("bcdefgh", place), 1, 0)


def test_what_may_be_near_comes_from_the_shortest_on_and_none_too_short() -> None:
    grams = NGrams(["abcabc", "abc", "abcab", "abca", "ccc", "abcaa"], 3)
    assert grams.nearly("abc", 1, 4) == [3, 2, 5, 0]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_rows_that_have_a_text_in_them_are_those_that_do(size: int) -> None:
    chance = random.Random(size)
    grams = NGrams(_texts(chance, 200, "abc", 0, 12), size)
    for needle in filter(None, _texts(chance, 200, "abc", 0, 6)):
        rows = grams.rows(needle)
        assert sorted(rows) == [row for row, text in enumerate(grams.texts) if needle in text]
        assert list(grams.places(needle, rows)) == [grams.texts[row].index(needle) for row in rows]


def test_beginnings_that_are_alike_come_together_a_short_text_for_itself() -> None:
    texts = sorted({"b", "ab", "abc", "abcd", "abce", "abd", "a", *_texts(random.Random(1), 50, "abc", 1, 6)})
    groups = list(Prefixes(zip(texts, range(len(texts)), strict=True)).groups("a", 3))
    begun = [(text, row) for row, text in enumerate(texts) if text.startswith("a")]
    assert groups == [(common, [row for _, row in of]) for common, of in groupby(begun, key=lambda pair: pair[0][:3])]
    assert ("ab", [texts.index("ab")]) in groups


def _named(rows: int) -> Index:
    """Names of every order of few characters; two of them sound alike."""
    chance = random.Random(3)
    names = ["".join(chance.choices("甲乙丙丁影", k=chance.randrange(3, 7))) for _ in range(rows)]
    names = [*(name for name in names if "丁甲" not in name and "冰" not in name), "冰"]
    sounds = [" ".join(_CHARACTERS[character] for character in name) for name in names]
    return Index(Term(f"{row:04}", name, None, sounds[row], name) for row, name in enumerate(names))


@pytest.mark.parametrize("rows", [10, 60, 600])
def test_of_what_is_apart_the_earliest_then_the_shortest_come_first(rows: int) -> None:
    index = _named(rows)
    apart = [(term.name.index("丁"), len(term.name), row) for row, term in enumerate(index.terms) if _apart(term.name)]
    found = index.search("丁甲", 10)
    assert [(hit.place, hit.length, hit.row) for hit in found][: len(apart)] == sorted(apart)[:10]
    assert {hit.kind for hit in found} == {MatchKind.NEAR}


def _apart(name: str) -> bool:
    return "丁" in name and "甲" in name


@pytest.mark.parametrize("rows", [60, 120, 600])
def test_of_what_sounds_alike_whole_syllables_then_the_earliest_then_the_shortest_come_first(rows: int) -> None:
    index = _named(rows)
    wanted = sorted(hit for row, term in enumerate(index.terms) if (hit := _sounding(row, term)))
    assert index.search("冰乙", 10)[: len(wanted)] == wanted[:10]
    assert {hit.off for hit in wanted} == {False, True}


def _sounding(row: int, term: Term) -> Hit | None:
    """The name where it sounds like ``bingyi``, be it as ``bing ying``."""
    if not (found := re.search("丙[乙影]", term.name)):
        return None
    place = sum(len(_CHARACTERS[character]) for character in term.name[: found.start()])
    return Hit(MatchKind.NEAR, found[0] == "丙影", place, len(term.name), row)
