"""What is found while somebody types, and in which order."""

import random
from collections.abc import Callable

import pytest

from db.lists import ListEntry
from db.lookup import Hit, Index, MatchKind, Term
from db.lookup.folding import folded, words
from db.seeds import starter
from db.spelling import spelled


def index_of(entries: list[ListEntry]) -> Index:
    return Index(Term(entry.code, entry.name, entry.name_en, *spelled(entry.name)) for entry in entries)


def small(*named: tuple[str, str] | tuple[str, str, str]) -> Index:
    return index_of([ListEntry(code=code, name=name, name_en=(*english, None)[0]) for code, name, *english in named])


@pytest.fixture(scope="module")
def ports() -> Index:
    return index_of(starter("ports"))


@pytest.fixture(scope="module")
def tariff() -> Index:
    return index_of(starter("hs_codes"))


def codes(index: Index, q: str, limit: int = 50) -> list[str]:
    return [index.terms[hit.row].code for hit in index.search(q, limit)]


def kinds(index: Index, q: str) -> list[MatchKind]:
    return [hit.kind for hit in index.search(q, 50)]


@pytest.mark.parametrize(
    ("q", "kind"),
    [
        ("2233", MatchKind.CODE),
        ("223", MatchKind.CODE_PREFIX),
        ("２２３３", MatchKind.CODE),
        ("浦东", MatchKind.NAME_PREFIX),
        ("浦东机场", MatchKind.NAME_PREFIX),
        ("东机场", MatchKind.NAME_PART),
        ("pudong", MatchKind.NAME_PART),
        ("Pu Dong", MatchKind.NAME_PART),
        ("shanghai pudong", MatchKind.NAME_PREFIX),
        ("pd", MatchKind.INITIALS),
        ("PDJC", MatchKind.INITIALS),
        ("pudongji", MatchKind.PINYIN),
        ("pudongjichanghaiguan", MatchKind.PINYIN),
        ("jichanghaiguan", MatchKind.PINYIN),
        ("putong", MatchKind.NEAR),
        ("pudnog", MatchKind.NEAR),
        ("puodng", MatchKind.NEAR),
        ("pudongjichnag", MatchKind.NEAR),
        ("蒲东机场", MatchKind.NEAR),
        ("机场浦东", MatchKind.NEAR),
    ],
)
def test_pudong_airport_is_found_as_people_type_it(ports: Index, q: str, kind: MatchKind) -> None:
    found = {ports.terms[hit.row].code: hit.kind for hit in ports.search(q, 50)}
    assert found.get("2233") == kind


@pytest.mark.parametrize("q", ["洋山", "yangshan", "yangshn", "yagnshan", "2248", "ys", "yang shan", "YANGSHAN"])
def test_yangshan_is_found_first_but_for_an_abbreviation_that_others_share(ports: Index, q: str) -> None:
    found = codes(ports, q)
    assert "2248" in found
    assert q == "ys" or found[0] == "2248"


def test_better_kinds_come_first() -> None:
    index = small(
        ("0012", "甲港"),
        ("1200", "乙港"),
        ("2000", "鲜果"),
        ("3000", "冻鲜鱼"),
        ("4000", "闽港", "Xian Port"),
        ("5000", "丙港", "Port Xian"),
        ("6000", "西安"),
        ("7000", "象山"),
        ("8000", "小鸡爱鸟"),
    )
    assert codes(index, "12") == ["1200"]
    assert codes(index, "鲜") == ["2000", "3000"]
    assert codes(index, "xian") == ["4000", "5000", "2000", "6000", "7000", "3000"]
    assert codes(index, "xjan") == ["8000"]
    assert kinds(index, "xian")[:2] == [MatchKind.NAME_PREFIX, MatchKind.NAME_PART]


def test_among_equals_the_shorter_name_and_then_the_code_comes_first() -> None:
    index = small(("3", "冻鱼片"), ("2", "冻鱼"), ("1", "冻鱼块"))
    assert codes(index, "冻鱼") == ["2", "1", "3"]


def test_a_whole_syllable_is_better_than_a_part_of_one(ports: Index) -> None:
    first = ports.terms[ports.search("xian", 1)[0].row]
    assert first.name.startswith("西安")


@pytest.mark.parametrize(("q", "limit"), [("0301", 200), ("03019", 200), ("0301.9", 200)])
def test_digits_give_what_begins_with_them_in_order(tariff: Index, q: str, limit: int) -> None:
    found = codes(tariff, q, limit)
    wanted = [term.code for term in tariff.terms if term.code.startswith(folded(q))]
    assert found == wanted
    assert len(found) > 20


def test_a_code_that_is_not_there_is_not_near_to_another(tariff: Index, ports: Index) -> None:
    assert codes(tariff, "0301999998") == []
    assert codes(ports, "2299") == []


@pytest.mark.parametrize(
    ("q", "name"),
    [
        ("疫苗", "疫苗"),
        ("yimiao", "疫苗"),
        ("yimaio", "疫苗"),
        ("syym", "兽用疫苗"),
        ("鲜活", "活、鲜"),
        ("榴莲", "榴莲"),
        ("liulian", "榴莲"),
        ("流莲", "榴莲"),
        ("X射线", "X射线"),
        ("x射线管", "X射线管"),
        ("呼吸及", "呼吸机"),
    ],
)
def test_goods_are_found_by_what_they_are_called(tariff: Index, q: str, name: str) -> None:
    assert name in tariff.terms[tariff.search(q, 50)[0].row].name


@pytest.mark.parametrize("q", ["", " ", "%", "_", "（）", "\x00", "\udcff", "🐟", "ß" * 50, "a" * 50, "1" * 50, "ﷺ"])
def test_nothing_odd_finds_anything_or_fails(ports: Index, q: str) -> None:
    assert ports.search(q, 50) == []


def test_what_is_near_is_asked_for_only_when_nothing_is_exact(ports: Index) -> None:
    assert MatchKind.NEAR not in kinds(ports, "yangshan")
    assert set(kinds(ports, "yangshn")) == {MatchKind.NEAR}


@pytest.mark.parametrize(
    ("q", "found"),
    [("shkou", True), ("sehkou", True), ("shekuo", True), ("shekoou", True), ("shk", False), ("hekou", False)],
)
def test_one_slip_is_forgiven_but_not_in_three_letters(q: str, found: bool) -> None:
    assert (codes(small(("5304", "蛇口海关")), q) == ["5304"]) == found


def test_a_long_word_is_forgiven_two() -> None:
    index = small(("2233", "浦东机场海关"))
    assert codes(index, "putongjichnghaiguan") == ["2233"]
    assert codes(index, "putonxjichnghaigoan") == []


@pytest.mark.parametrize("slip", range(1, 9))
def test_letters_swapped_anywhere_are_forgiven(slip: int) -> None:
    typed = list("liulianguo")
    typed[slip], typed[slip + 1 if slip < 9 else slip] = typed[slip + 1], typed[slip]
    assert codes(small(("1", "鲜榴莲果汁")), "".join(typed)) == ["1"]


@pytest.mark.parametrize("slip", range(1, 10))
@pytest.mark.parametrize("typed", [lambda a, b: a + b[1:], lambda a, b: a + "x" + b, lambda a, b: a + "x" + b[1:]])
def test_a_letter_left_out_added_or_changed_anywhere_is_forgiven(typed: Callable[[str, str], str], slip: int) -> None:
    query = typed("liulianguo"[:slip], "liulianguo"[slip:])
    assert codes(small(("1", "鲜榴莲果汁"), ("2", "鲜荔枝")), query) == ["1"]


def test_the_answer_is_the_same_however_the_entries_came(ports: Index) -> None:
    shuffled = list(ports.terms)
    random.Random(1).shuffle(shuffled)
    for q in ("机场", "hai", "gang", "22", "putong"):
        assert codes(Index(shuffled), q) == codes(ports, q)


def test_no_entry_comes_twice_and_the_limit_holds(tariff: Index) -> None:
    for q in ("鱼", "yu", "qita", "xian", "other"):
        hits: list[Hit] = tariff.search(q, 20)
        assert len({hit.row for hit in hits}) == len(hits) <= 20


def test_words_begin_after_blanks_brackets_and_hyphens() -> None:
    assert words("Xi'an Port (Ku-shan)") == ["xianportkushan", "portkushan", "kushan", "shan"]


def test_an_empty_list_finds_nothing() -> None:
    assert [Index([]).search(q, 5) for q in ("1", "a", "鱼", "abcdefgh")] == [[]] * 4
