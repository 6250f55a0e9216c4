"""The register of enterprises: qualification 报关资质 and credit 信用等级."""

from datetime import datetime

from db import reference
from db.changes import Changes
from db.register_history import Given
from domain import credit
from domain.codes import ciq_code_fault, customs_code_fault, uscc_fault
from domain.enterprise import Enterprise, Grade, Qualification
from domain.instants import local_date
from runtime.imports.job import ImportKind, Job
from runtime.spreadsheets.cells import choice, code, last_day, text
from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.tables import Record, SheetTable

MAX_NAME = 200

#: The words of registers and their exports.
_QUALIFICATIONS = {
    Qualification.REGISTERED: ("已备案", "备案", "已注册", "注册", "有效", "正常"),
    Qualification.NOT_REGISTERED: ("未备案", "未注册"),
    Qualification.EXPIRED: ("已过期", "过期"),
    Qualification.CANCELLED: ("已注销", "注销"),
}
QUALIFICATIONS = {word: each for each, words in _QUALIFICATIONS.items() for word in (each.value, *words)}
GRADES = {grade.value: grade for grade in Grade}


def columns(epoch: datetime) -> tuple[Column, ...]:
    """Returns the columns, for the file's kind of dates."""
    return (
        Column("code", ("海关编码", "企业海关编码", "海关注册编码", "代码", "code"), code(customs_code_fault, 10)),
        Column("uscc", ("统一社会信用代码", "信用代码", "uscc"), code(uscc_fault, 18), blank=True),
        Column("ciq_code", ("检验检疫编码", "ciq_code"), code(ciq_code_fault, 10), blank=True),
        Column("name", ("企业名称", "名称", "name"), text(MAX_NAME)),
        Column("qualification", ("报关资质", "资质", "备案状态", "qualification"), choice(QUALIFICATIONS)),
        Column("valid_until", ("有效期至", "有效期", "valid_until"), last_day(epoch), blank=True),
        Column("grade", ("信用等级", "等级", "grade"), choice(GRADES)),
    )


def _entries(table: SheetTable, job: Job) -> list[Given[Enterprise]]:
    records = table.unique(table.records(), "code")
    return [
        Given(record.row, Enterprise.model_validate(record.values)) for record in records if _graded(table, record, job)
    ]


def _graded(table: SheetTable, record: Record, job: Job) -> bool:
    """Returns the row with its grade by the measures in force; a grade of other measures is a fault."""
    in_force = credit.level(record.values["grade"], local_date(job.at)) is not None
    if not in_force:
        table.fault(record.row, "grade", "field.invalid", reason="grade_not_in_force")
    return in_force


def _change(given: list[Given[Enterprise]], job: Job) -> Changes[Enterprise]:
    entries = [each.entry for each in given]
    if job.dry_run:
        return job.look(lambda session: reference.compare_enterprises(session, entries, replace=job.replace))
    return reference.save_enterprises(job.engine, entries, job.origin, replace=job.replace)


def _shown(entry: Enterprise) -> str:
    until = f"至 {entry.valid_until}" if entry.valid_until else ""
    parts = (entry.code, entry.name, entry.uscc, entry.ciq_code, entry.qualification.value, until, entry.grade.value)
    return " ".join(filter(None, parts))


ENTERPRISES = ImportKind("企业 enterprises", columns, _entries, _change, _shown)
