"""Ports 关区 and the tariff 税则."""

from datetime import datetime
from functools import partial

from cli.imports.job import Job, Kind
from db import lists
from db.changes import Changes
from db.lists import Entry, Name
from domain.codes import hs_entry_fault, port_fault
from domain.normalising import hs_code
from runtime.spreadsheets.cells import code, text
from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.tables import Table

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
HS_COLUMNS = (
    Column(
        "code",
        ("商品编号", "商品编码", "税则号列", "税号", "HS编码", "代码", "code"),
        code(hs_entry_fault, 4, 10, normalise=hs_code),
    ),
    _NAME,
)


def _entries(table: Table, _: Job) -> list[Entry]:
    records = table.unique(table.records(), "code")
    return [Entry.model_validate(record.values) for record in records]


def _change(name: Name, given: list[Entry], job: Job) -> Changes[Entry]:
    if job.dry_run:
        return job.look(lambda session: lists.compare(session, name, given, replace=job.replace))
    with job.bar("拼音 spelling", len(given)) as told:
        return lists.enter(job.engine, name, given, by=job.by, at=job.at, replace=job.replace, spelling=told)


def _shown(entry: Entry) -> str:
    return " ".join(filter(None, (entry.code, entry.name, entry.name_en)))


def _columns_of(columns: tuple[Column, ...], _: datetime) -> tuple[Column, ...]:
    return columns


PORTS = Kind(
    "口岸 ports",
    partial(_columns_of, PORT_COLUMNS),
    _entries,
    partial(_change, "ports"),
    _shown,
)
HS = Kind(
    "税则 tariff",
    partial(_columns_of, HS_COLUMNS),
    _entries,
    partial(_change, "hs_codes"),
    _shown,
)
