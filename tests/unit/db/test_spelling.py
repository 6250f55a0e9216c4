"""Names as they are typed."""

import pytest

from db.lists import NAMES
from db.seeds import pinyin, starter
from db.spelling import Spelling, spelled


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("浦东机场海关", "pu dong ji chang hai guan", "pdjchg"),
        ("重庆", "chong qing", "cq"),
        ("重量", "zhong liang", "zl"),
        ("长沙", "chang sha", "cs"),
        ("厦门", "xia men", "xm"),
        ("大厦", "da sha", "ds"),
        ("六安", "lu an", "la"),
        ("乐清", "yue qing", "yq"),
        ("番禺", "pan yu", "py"),
        ("旅顺", "lv shun", "ls"),
        ("X射线（CT），20℃", "x she xian ct 20", "xsxc2"),
        ("", "", ""),
    ],
)
def test_a_name_is_spelled_by_the_words_in_it(name: str, pinyin: str, initials: str) -> None:
    assert spelled(name) == Spelling(pinyin, initials)


def test_the_names_of_the_starter_tables_stand_in_their_file_as_they_are_spelled() -> None:
    names = {entry.name for table in NAMES for entry in starter(table)}
    assert pinyin.spellings() == {name: spelled(name) for name in names}, "make docs writes it"
