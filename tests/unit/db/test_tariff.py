"""The starter table of the tariff 税则: every heading of HS 2022, and ten-digit lines of what is booked most."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

import db.seeds

_HS = Path(db.seeds.__file__).parent / "hs"
_HEADING_FILES = sorted(_HS.glob("headings_*.csv"))
_LINE_FILES = sorted(_HS.glob("lines_*.csv"))

#: How many headings each chapter of HS 2022 has, ten chapters a row; chapter 77 is kept free by the nomenclature.
_PER_CHAPTER = """
     6 10  9 10  9  4 14 14 10  8
     9 14  2  2 21  5  4  6  5  9
     6  9  9  4 29 21 16 50 42  6
     5 15  7  7  7  6  7 27 26 17
    11  5  4 21  4  2  7 22 11  7
    13 12 10  8 16  9  5 11 11  6
    17 17 10  6  6  3  4 15 13 19
    18 29 26 16  8 16  0  4  6  4
    12 15 11 86 48  9 16  6  8 32
    14  7  7  6  6 20  6
"""
HEADINGS_PER_CHAPTER = {f"{number:02}": int(count) for number, count in enumerate(_PER_CHAPTER.split(), start=1)}

#: Headings that earlier editions had, and those that came in 2022: a table made from an older edition would show it.
GONE = {"0503", "0509", "2527", "2838", "2848", "2851", "6908", "8107", "8469", "8803", "9009"}
NEW = {"0309", "2404", "3827", "8485", "8524", "8549", "8806", "8807"}

#: Headings and lines that everybody in the trade knows, with what the name must contain.
KNOWN = {
    "0106": "活动物",
    "0301": "活鱼",
    "0306": "甲壳动物",
    "0603": "花",
    "0713": "干豆",
    "0810": "鲜果",
    "1006": "大米",
    "2204": "葡萄",
    "2710": "石油",
    "2844": "放射性",
    "3002": "疫苗",
    "3004": "药品",
    "3604": "烟花",
    "3808": "消毒剂",
    "4011": "轮胎",
    "6306": "帐篷",
    "8471": "自动数据处理",
    "8517": "电话",
    "8542": "集成电路",
    "8703": "机动",
    "8802": "航空器",
    "8807": "零件",
    "9018": "医疗",
    "9706": "古物",
    "0101210090": "马",
    "0106199090": "哺乳动物",
    "0201300090": "去骨牛肉",
    "0301110090": "观赏用",
    "0301929090": "鳗鱼",
    "0301999990": "其他活鱼",
    "0302141000": "大西洋鲑鱼",
    "0306319000": "龙虾",
    "0306339100": "中华绒螯蟹",
    "0307119000": "牡蛎",
    "0406900000": "乳酪",
    "0603110000": "玫瑰",
    "0603150000": "百合",
    "0709599000": "蘑菇",
    "0803900000": "香蕉",
    "0804503000": "山竹",
    "0809290000": "樱桃",
    "0810600000": "榴莲",
    "3002150090": "免疫制品",
    "3002410090": "人用疫苗",
    "3002420000": "兽用疫苗",
    "3002909001": "人血",
    "3004500000": "维生素",
    "3004909099": "药品",
    "3006500000": "急救",
    "3102300000": "硝酸铵",
    "2710191400": "航空煤油",
    "2711110000": "液化天然气",
    "3808940010": "医用消毒剂",
    "4015120000": "手套",
    "6301400000": "毯",
    "6306220000": "帐篷",
    "6307200000": "救生衣",
    "6307901010": "口罩",
    "8481300000": "止回阀",
    "8517130000": "智能手机",
    "8517623600": "路由器",
    "8541100000": "二极管",
    "8542900000": "集成电路",
    "8807300000": "零件",
    "8907100000": "充气筏",
    "9019201010": "呼吸机",
    "9020000000": "防毒面具",
    "9021500000": "起搏器",
}


def _rows(files: list[Path]) -> list[tuple[str, str]]:
    """``code, name`` of every row of ``files``, in their order."""
    texts = (path.read_text(encoding="utf-8").splitlines() for path in files)
    return [(row["code"], row["name"]) for text in texts for row in csv.DictReader(text)]


HEADINGS = _rows(_HEADING_FILES)
LINES = _rows(_LINE_FILES)


def test_every_file_has_the_same_columns() -> None:
    heads = {path.name: path.read_text(encoding="utf-8").split("\n", 1)[0] for path in _HS.glob("*.csv")}
    assert {name: head for name, head in heads.items() if head != "code,name"} == {}


@pytest.mark.parametrize("path", _HEADING_FILES + _LINE_FILES, ids=lambda path: path.stem)
def test_the_codes_of_a_file_are_in_order_each_once(path: Path) -> None:
    codes = [code for code, _ in _rows([path])]
    assert codes == sorted(set(codes))


def test_headings_are_four_digits_and_lines_are_ten() -> None:
    assert [code for code, _ in HEADINGS if not re.fullmatch("[0-9]{4}", code)] == []
    assert [code for code, _ in LINES if not re.fullmatch("[0-9]{10}", code)] == []


def test_no_code_stands_in_two_files() -> None:
    counted = Counter(code for code, _ in HEADINGS + LINES)
    assert [code for code, times in counted.items() if times > 1] == []


def test_every_chapter_has_all_its_headings() -> None:
    counted = Counter(code[:2] for code, _ in HEADINGS)
    assert {chapter: counted[chapter] for chapter in HEADINGS_PER_CHAPTER} == HEADINGS_PER_CHAPTER
    assert len(HEADINGS) == sum(HEADINGS_PER_CHAPTER.values()) == 1228


def test_the_edition_is_that_of_2022() -> None:
    codes = {code for code, _ in HEADINGS}
    assert codes >= NEW
    assert codes & GONE == set()


def test_there_are_lines_enough_to_try_with() -> None:
    assert len(LINES) >= 500


def test_every_line_belongs_to_a_heading() -> None:
    headings = {code for code, _ in HEADINGS}
    assert [code for code, _ in LINES if code[:4] not in headings] == []


def test_the_subheading_of_every_line_can_be() -> None:
    # A subheading's fifth digit is 0 only where the heading is not divided, and then the sixth is 0 too.
    odd = [code for code, _ in LINES if code[4] == "0" and code[5] != "0"]
    assert odd == []


def test_every_subject_that_is_booked_out_of_hours_has_lines() -> None:
    chapters = {code[:2] for code, _ in LINES}
    assert chapters >= {"01", "02", "03", "04", "06", "07", "08", "27", "30", "38", "63", "84", "85", "88", "90"}


def test_names_are_chinese_text_and_nothing_else() -> None:
    # Latin and Greek only where the tariff itself has them: X射线, T恤衫, U形钉, 青霉素V, LED, OSB, α、β、γ射线.
    plain = re.compile("[一-鿿0-9，、。；：（）《》“”.%×αβγ-]|X(?=射线|光)|T(?=恤)|U(?=形)|(?<=青霉素)V|LED|OSB")
    odd = {code: name for code, name in HEADINGS + LINES if plain.sub("", name)}
    assert odd == {}
    assert [code for code, name in HEADINGS + LINES if not re.search("[一-鿿]", name)] == []


def test_no_two_lines_share_a_name() -> None:
    counted = Counter(name for _, name in LINES)
    assert [name for name, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("code", sorted(KNOWN))
def test_what_everybody_knows_is_right(code: str) -> None:
    assert KNOWN[code] in dict(HEADINGS + LINES)[code]
