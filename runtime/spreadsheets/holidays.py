"""Columns of a table of days off and make-up days 调休, as the State Council gives them."""

from datetime import datetime

from runtime.spreadsheets.cells import choice, day, text
from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.tables import Record, SheetTable

MAX_NAME = 50

_WORDS = {
    True: ("调休", "上班", "补班", "调休上班", "班", "workday"),
    False: ("放假", "假日", "节假日", "放假调休", "休息", "休", "holiday"),
}
_KINDS = {word: working for working, words in _WORDS.items() for word in words}


def columns(epoch: datetime, *, named: bool) -> tuple[Column, ...]:
    """Returns the columns, for the file's kind of dates; ``named``: each day needs the name of its holiday."""
    return (
        Column("date", ("日期", "date"), day(epoch)),
        Column("day_kind", ("类型", "kind"), choice(_KINDS)),
        Column("name", ("节日", "说明", "名称", "name"), text(MAX_NAME), needed=named, blank=not named),
    )


def sensible(table: SheetTable, record: Record) -> bool:
    """Returns False, and adds a fault, for a make-up day that is no weekend."""
    odd = record.values["day_kind"] and record.values["date"].weekday() < 5
    if odd:
        table.fault(record.row, "date", "field.invalid", reason="make_up_in_week")
    return not odd
