"""Columns of the sheet, and the values of its cells."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from api.appointments.importing import words
from domain import normalising
from domain.codes import customs_code_fault, hs_fault, mobile_fault
from domain.content import MAX_NAME, MAX_TEXT
from runtime.spreadsheets import cells
from runtime.spreadsheets.cells import Invalid, Read, plain
from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.sheets import ErrorValue, Formula, Raw, of_text

MAX_REFERENCE = 64
MAX_GOODS_NAME = 2_000
#: Texts by which spreadsheets mark a formula that failed.
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"})

#: Key → accepted names of the column. The template uses the first name, and this order.
NAMES: dict[str, tuple[str, ...]] = {
    "reference": ("企业自编号", "自编号", "编号", "reference"),
    "consignee_code": ("收发货人海关编码", "收发货人", "consignee_code"),
    "contact_name": ("联系人", "contact_name"),
    "contact_mobile": ("联系人手机", "手机", "contact_mobile"),
    "declaration_port": ("预约申报口岸", "申报口岸", "declaration_port"),
    "entry_exit_port": ("预约进出口岸", "进出口岸", "entry_exit_port"),
    "transport_mode": ("运输方式", "transport_mode"),
    "direction": ("进出口标识", "进出口", "direction"),
    "window_start": ("预约通关时间", "预约时间", "window_start"),
    "reason_category": ("事由类别", "reason_category"),
    "reason": ("预约通关事由", "事由", "reason"),
    "hs_code": ("商品HS编码", "HS编码", "商品编码", "商品编号", "hs_code"),
    "name": ("商品名称", "名称", "品名", "name"),
}
#: Columns with a value in every row; the first row of an application has all others.
GOODS = ("hs_code", "name")
APPLICATION = tuple(key for key in NAMES if key not in {"reference", *GOODS})


def columns(ports: Mapping[str, str]) -> tuple[Column, ...]:
    """Returns the columns with the parsers of their cells; ``ports`` maps folded names to codes."""
    reads: dict[str, Read] = {
        "reference": cells.text(MAX_REFERENCE),
        "consignee_code": cells.code(customs_code_fault, 10),
        "contact_name": cells.text(MAX_NAME),
        "contact_mobile": cells.code(mobile_fault, normalise=normalising.mobile),
        "declaration_port": _port(ports),
        "entry_exit_port": _port(ports),
        "transport_mode": _choice(words.MODES),
        "direction": _choice(words.DIRECTION_WORDS),
        "window_start": cells.moment,
        "reason_category": _choice(words.CATEGORY_WORDS),
        "reason": cells.text(MAX_TEXT),
        "hs_code": cells.code(lambda value: hs_fault(value, complete=True), 10, normalise=normalising.hs_code),
        "name": cells.text(MAX_GOODS_NAME),
    }
    return tuple(Column(key, names, reads[key]) for key, names in NAMES.items())


def value(read: Read, text: str) -> Any:
    """Returns the value of a cell, None if it is empty. Raises ``Invalid`` when it cannot be parsed."""
    if isinstance(written := of_text(text), Formula):
        return read(written)
    text = written
    if text.strip().upper() in _ERRORS:
        return read(ErrorValue(text))
    return read(text) if normalising.free_text(text) else None


def cell_text(raw: Raw) -> str:
    """Returns the text of a cell; a number with more digits than a spreadsheet keeps is in its exponent notation."""
    if isinstance(raw, datetime):
        return f"{raw:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    if isinstance(raw, date | time):
        return raw.isoformat()
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, int | float) and abs(raw) >= cells.EXACT:
        return f"{float(raw):.14E}"
    return "" if raw is None else str(raw)


def _choice(meaning: Mapping[str, str]) -> Read:
    def read(raw: Raw) -> str:
        found = meaning.get(words.folded(plain(raw)))
        if found is None:
            raise Invalid("field.invalid", reason="not_in_list")
        return found

    return read


def _port(ports: Mapping[str, str]) -> Read:
    read_code: Callable[[Raw], str] = cells.code(lambda _: "unknown_port", 4)

    def read(raw: Raw) -> str:
        return words.port_code(plain(raw), ports) or read_code(raw)

    return read
