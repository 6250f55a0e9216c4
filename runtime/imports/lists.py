"""Ports 关区 and the tariff 税则."""

from datetime import date, datetime
from functools import partial

from db import lists
from db.changes import Changes
from db.lists import ListEntry, ListName
from db.register_history import Given
from domain.codes import hs_entry_fault, port_fault
from domain.normalising import hs_code
from runtime.imports.job import ImportKind, Job
from runtime.spreadsheets.cells import code, day, last_day, text
from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.tables import Record, SheetTable

MAX_NAME = 500

_NAME = Column("name", ("名称", "中文名称", "关区名称", "口岸名称", "商品名称", "name"), text(MAX_NAME))
_NAME_EN = Column(
    "name_en", ("英文名称", "英文名", "name_en", "English name"), text(MAX_NAME), needed=False, blank=True
)
PORT_COLUMNS = (
    Column("code", ("关区代码", "代码", "口岸代码", "code"), code(port_fault, 4)),
    _NAME,
    _NAME_EN,
)


def hs_columns(epoch: datetime) -> tuple[Column, ...]:
    """Returns the columns, for the file's kind of dates."""
    names = ("商品编号", "商品编码", "税则号列", "税号", "HS编码", "代码", "code")
    return (
        Column("code", names, code(hs_entry_fault, 4, 10, normalise=hs_code)),
        _NAME,
        Column("valid_from", ("生效日期", "启用日期", "valid_from"), day(epoch), needed=False, blank=True),
        Column("valid_to", ("失效日期", "停用日期", "有效期至", "valid_to"), last_day(epoch), needed=False, blank=True),
    )


def _entries(table: SheetTable, _: Job) -> list[Given[ListEntry]]:
    records = table.unique(table.records(), "code", "valid_from")
    return [Given(record.row, _entry(record)) for record in records if _sensible(table, record)]


def _entry(record: Record) -> ListEntry:
    """Returns the line; without a first date it has always counted."""
    given = {key: value for key, value in record.values.items() if not (key == "valid_from" and value is None)}
    return ListEntry.model_validate(given)


def _sensible(table: SheetTable, record: Record) -> bool:
    """Yields the rows; a line that ends before it begins is a fault."""
    since, until = record.values.get("valid_from"), record.values.get("valid_to")
    is_backwards = bool(since and until and until < since)
    if is_backwards:
        table.fault(record.row, "valid_to", "field.invalid", reason="ends_before")
    return not is_backwards


def _change(name: ListName, given: list[Given[ListEntry]], job: Job) -> Changes[ListEntry]:
    entries = [each.entry for each in given]
    if job.dry_run:
        return job.look(lambda session: lists.compare(session, name, entries, replace=job.replace))
    with job.bar("拼音 spelling", len(entries)) as advance:
        return lists.enter(job.engine, name, entries, job.origin, replace=job.replace, progress=advance)


def _shown(entry: ListEntry) -> str:
    since = "" if entry.valid_from == date.min else f"自 {entry.valid_from}"
    until = f"至 {entry.valid_to}" if entry.valid_to else ""
    return " ".join(filter(None, (entry.code, entry.name, entry.name_en, since, until)))


def _columns_of(columns: tuple[Column, ...], _: datetime) -> tuple[Column, ...]:
    return columns


PORTS = ImportKind(
    "口岸 ports",
    partial(_columns_of, PORT_COLUMNS),
    _entries,
    partial(_change, "ports"),
    _shown,
)
HS = ImportKind(
    "税则 tariff",
    hs_columns,
    _entries,
    partial(_change, "hs_codes"),
    _shown,
)
