"""The starter table of ports."""

import re

import pytest

from db.lists import ListEntry
from db.seeds import starter

#: All 42 直属海关, their codes in a row.
_PAIRS = "010204050607080915192223293133353740424346474951525357606467687279808386889094959697"
DISTRICTS = {_PAIRS[place : place + 2] for place in range(0, len(_PAIRS), 2)}

#: Codes that everybody in the trade knows, with what the name must contain.
KNOWN = {
    "0100": "北京",
    "0101": "首都机场",
    "0202": "新港",
    "0207": "机场",
    "0402": "秦皇岛",
    "0702": "二连",
    "0902": "大连机场",
    "0908": "大窑湾",
    "0930": "丹东",
    "1507": "珲春",
    "1903": "黑河",
    "2202": "吴淞",
    "2203": "虹桥机场",
    "2218": "外高桥",
    "2225": "外港",
    "2233": "浦东机场",
    "2244": "快件",
    "2248": "洋山",
    "2301": "连云港",
    "2303": "苏州",
    "2305": "张家港",
    "2325": "昆山",
    "2921": "义乌",
    "3104": "北仑",
    "3501": "马尾",
    "3711": "东渡",
    "4201": "烟台",
    "4227": "青岛大港",
    "4604": "郑州机场",
    "4712": "武汉机场",
    "5141": "白云机场",
    "5208": "开发区",
    "5301": "皇岗",
    "5303": "沙头角",
    "5304": "蛇口",
    "5316": "大鹏",
    "5317": "深圳机场",
    "5320": "文锦渡",
    "5345": "深圳湾",
    "5354": "莲塘",
    "5795": "横琴",
    "6404": "洋浦",
    "7208": "凭祥",
    "7901": "成都",
    "8603": "瑞丽",
    "9402": "霍尔果斯",
    "9404": "阿拉山口",
    "9500": "兰州",
    "9600": "银川",
    "9700": "西宁",
}


def starter_ports() -> list[ListEntry]:
    return starter("ports")


def test_every_direct_customs_district_is_there() -> None:
    codes = {port.code for port in starter_ports()}
    assert {f"{district}00" for district in DISTRICTS} <= codes
    assert {port.code[:2] for port in starter_ports()} == DISTRICTS


def test_every_district_has_an_office_besides_its_own_code() -> None:
    offices = {port.code[:2] for port in starter_ports() if not port.code.endswith("00")}
    assert offices == DISTRICTS


def test_the_main_offices_are_there() -> None:
    assert len(starter_ports()) >= 250


def test_codes_are_four_digits_each_once_in_order() -> None:
    codes = [port.code for port in starter_ports()]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch("[0-9]{4}", code) for code in codes)


def test_a_district_is_named_so_and_nothing_else_is() -> None:
    named = {port.code for port in starter_ports() if port.name.endswith("关区")}
    assert named == {f"{district}00" for district in DISTRICTS}


def test_names_are_chinese_and_no_two_ports_share_one() -> None:
    names = [port.name for port in starter_ports()]
    assert [name for name in names if not re.fullmatch("[一-鿿]{2,20}", name)] == []
    assert len(set(names)) == len(names)


def test_english_names_are_plain_latin() -> None:
    odd = [port.code for port in starter_ports() if not re.fullmatch(r"[A-Z][A-Za-z0-9' ()]+", port.name_en or "")]
    assert odd == []


@pytest.mark.parametrize("code", sorted(KNOWN))
def test_the_ports_that_everybody_names(code: str) -> None:
    names = {port.code: port.name for port in starter_ports()}
    assert KNOWN[code] in names[code]
