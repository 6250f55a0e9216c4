"""The starter table of ports."""

from db.seeds.ports import starter_ports

#: All 42 直属海关, their codes in a row.
_PAIRS = "010204050607080915192223293133353740424346474951525357606467687279808386889094959697"
DISTRICTS = {_PAIRS[place : place + 2] for place in range(0, len(_PAIRS), 2)}


def test_every_direct_customs_district_is_there() -> None:
    codes = {port.code for port in starter_ports()}
    assert {f"{district}00" for district in DISTRICTS} <= codes
    assert {port.district for port in starter_ports()} == DISTRICTS


def test_codes_are_four_digits_each_once_in_order() -> None:
    codes = [port.code for port in starter_ports()]
    assert codes == sorted(set(codes))
    assert all(len(code) == 4 and code.isdecimal() for code in codes)


def test_every_port_has_both_names() -> None:
    assert [port.code for port in starter_ports() if not (port.name and port.name_en)] == []


def test_the_ports_that_everybody_names() -> None:
    names = {port.code: port.name for port in starter_ports()}
    expected = {
        "0100": "北京",
        "2225": "外港",
        "2233": "浦东机场",
        "2248": "洋山",
        "5301": "皇岗",
        "5303": "沙头角",
        "5304": "蛇口",
        "5317": "深圳机场",
    }
    assert {code: name for code, name in expected.items() if name not in names[code]} == {}
