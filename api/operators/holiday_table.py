"""Table of a year's days off and make-up days: rows of 日期, 类型, 说明, from an XLSX or CSV that somebody uploaded."""

from datetime import datetime

from api.http.problems import Refusal
from domain.holiday_notice import HolidayNotice, NoticeFault, of_rows
from runtime.spreadsheets import cells, holidays
from runtime.spreadsheets.apart import read_apart
from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.sheets import EPOCH, Limits, SheetUnreadable
from runtime.spreadsheets.tables import Faults, SheetTable

MAX_ROWS = 500
LIMITS = Limits(1024**2, 8 * 1024**2, parts=500, rows=MAX_ROWS, columns=20, cell_characters=500)
TOO_LARGE = SheetUnreadable("import.too_large", reason="file_too_large", limit="1 MiB").fault


def columns(epoch: datetime) -> tuple[Column, ...]:
    """Returns the columns, for the file's kind of dates."""
    weekday = Column("weekday", ("星期", "weekday"), cells.text(20), needed=False, blank=True)
    return (*holidays.columns(epoch, named=False), weekday)


async def read_table(content: bytes, year: int) -> HolidayNotice:
    """Returns what the table says of the year. Raises Refusal when the file as a whole cannot be read."""
    faults = Faults()
    try:
        sheet = await read_apart(content, LIMITS, columns(EPOCH))
        table = SheetTable(sheet, columns(sheet.epoch), faults)
        records = [each for each in table.unique(table.records(), "date") if holidays.sensible(table, each)]
    except SheetUnreadable as unreadable:
        raise Refusal([unreadable.fault]) from unreadable
    read = of_rows([(each.row, each.values) for each in records], year)
    wrong = tuple(NoticeFault(each.row, each.fault) for each in faults.listed)
    return HolidayNotice(year, read.days, read.unread, (*wrong, *(() if wrong and not read.days else read.faults)))
