"""预约查询的导出 (export): the whole result of the query of appointments, as CSV or XLSX."""

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles.numbers import FORMAT_TEXT
from sqlmodel import Session

from api.appointments.listing import EnterpriseListQuery, check_query, own_filter, search
from api.appointments.viewing import own_viewer
from api.appointments.views import AppointmentListed, PersonView
from api.context import Caller, CallerDep, Context, ContextDep
from api.http.csv_lines import CHUNK, CsvLines, as_text
from api.openapi.responses import CSV, XLSX, answers_file
from api.reference.lookup import named
from domain.instants import clock_of_end, local
from domain.problems.kinds import Language, Text

PAGE = 100
_IN_MEMORY = 1024 * 1024

router = APIRouter(prefix="/api/v1/appointments", tags=["appointments"])


def _end(instant: datetime | None) -> str | None:
    """Returns the text of an end or a deadline; midnight is 24:00:00 of the day that ends, as on the page."""
    if instant is None:
        return None
    read = clock_of_end(instant)
    return f"{read}:00" if read.count(":") == 1 else read


def _person(of: PersonView | None) -> str | None:
    return of.name if of else None


class ExportColumn(NamedTuple):
    """Column of the table: its heading, and the function that returns a row's value, None for an empty cell.

    ``named``: the value is a code, and the cell has its name from this list of ``api.reference.lookup.named``.
    """

    heading: Text
    of: Callable[[AppointmentListed], Any]
    named: str | None = None


#: The columns by name, in the order in which the page shows them.
COLUMNS: dict[str, ExportColumn] = {
    "pre_entry_no": ExportColumn(Text("预录入编号", "Pre-entry number"), lambda row: row.pre_entry_no),
    "application_no": ExportColumn(Text("申请编号", "Application number"), lambda row: row.application_no),
    "state": ExportColumn(Text("申请状态", "State"), lambda row: row.state_label),
    "applicant": ExportColumn(Text("申报单位", "Applicant"), lambda row: row.applicant.code),
    "applicant_name": ExportColumn(Text("申报单位名称", "Applicant's name"), lambda row: row.applicant.name),
    "consignee": ExportColumn(Text("收发货人", "Consignee"), lambda row: row.consignee and row.consignee.code),
    "consignee_name": ExportColumn(
        Text("收发货人名称", "Consignee's name"), lambda row: row.consignee and row.consignee.name
    ),
    "declaration_port": ExportColumn(
        Text("预约申报口岸", "Declaration port"), lambda row: row.content.declaration_port
    ),
    "declaration_port_name": ExportColumn(
        Text("预约申报口岸名称", "Declaration port's name"), lambda row: row.content.declaration_port, "ports"
    ),
    "entry_exit_port": ExportColumn(
        Text("预约进出口岸", "Entry or exit port"), lambda row: row.content.entry_exit_port
    ),
    "entry_exit_port_name": ExportColumn(
        Text("预约进出口岸名称", "Entry or exit port's name"), lambda row: row.content.entry_exit_port, "ports"
    ),
    "transport_mode": ExportColumn(Text("运输方式", "Transport mode"), lambda row: row.content.transport_mode),
    "transport_mode_name": ExportColumn(
        Text("运输方式名称", "Transport mode's name"), lambda row: row.content.transport_mode, "transport_modes"
    ),
    "direction": ExportColumn(Text("进出口标识", "Direction"), lambda row: row.content.direction),
    "window_start": ExportColumn(Text("预约通关时间起", "Window from"), lambda row: row.content.window_start),
    "window_end": ExportColumn(Text("预约通关时间止", "Window to"), lambda row: _end(row.window_end)),
    "submitted_at": ExportColumn(Text("申请时间", "Submitted"), lambda row: row.submitted_at),
    "approved_at": ExportColumn(Text("审批时间", "Approved"), lambda row: row.approved_at),
    "feedback_by": ExportColumn(Text("反馈期限", "Feedback by"), lambda row: _end(row.deadlines.feedback_by)),
    "person": ExportColumn(Text("经办人", "Handled by"), lambda row: _person(row.submitted_by or row.created_by)),
    "declarations": ExportColumn(
        Text("预约通关报关单号", "Declaration numbers"),
        lambda row: " ".join(each.number for each in row.declarations) or None,
    ),
}

ColumnName = Literal[
    "pre_entry_no", "application_no", "state", "applicant", "applicant_name", "consignee", "consignee_name",
    "declaration_port", "declaration_port_name", "entry_exit_port", "entry_exit_port_name", "transport_mode",
    "transport_mode_name", "direction", "window_start", "window_end", "submitted_at", "approved_at", "feedback_by",
    "person", "declarations",
]  # fmt: skip


class ExportQuery(EnterpriseListQuery):
    """List query with the format of the export; without ``column`` it has all columns."""

    format: Literal["csv", "xlsx"] = "csv"
    column: list[ColumnName] = []


@router.get("/export", response_class=StreamingResponse, responses=answers_file(XLSX, CSV))
def export_appointments(
    ctx: ContextDep, caller: CallerDep, query: Annotated[ExportQuery, Query()]
) -> StreamingResponse:
    """Returns the whole result of a query, with times of Shanghai; ``cursor`` and ``limit`` have no effect."""
    check_query(query, ctx.policy)
    columns = _columns(ctx, caller, query)
    rows = itertools.chain.from_iterable(_with_first_page(_pages(ctx, caller, query)))
    pieces, kind = (_csv, f"{CSV}; charset=utf-8") if query.format == "csv" else (_xlsx, XLSX)
    name = f"appointments-{local(caller.received_at):%Y%m%d-%H%M}.{query.format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces(rows, columns, caller.language), media_type=kind, headers=headers)


def _columns(ctx: Context, caller: Caller, query: ExportQuery) -> list[ExportColumn]:
    """Returns the columns of the query, with functions that look up the names of codes."""
    names = named(ctx, caller.language)

    def with_names(column: ExportColumn, kind: str) -> ExportColumn:
        return column._replace(of=lambda row: names[kind].get(column.of(row)))

    columns = [COLUMNS[name] for name in query.column] or list(COLUMNS.values())
    return [with_names(each, each.named) if each.named else each for each in columns]


def _pages(ctx: Context, caller: Caller, query: ExportQuery) -> Iterator[list[AppointmentListed]]:
    """Yields the pages of the list."""
    cursor: str | None = None
    while True:
        part = query.model_copy(update={"cursor": cursor, "limit": PAGE})
        items, cursor = ctx.read_sync(lambda session: _page(session, ctx, caller, part))  # noqa: B023 called at once
        yield items
        if cursor is None:
            return


def _with_first_page(pages: Iterator[list[AppointmentListed]]) -> Iterator[list[AppointmentListed]]:
    """Returns the pages with the first one already read, so that its refusal comes before the response begins."""
    return itertools.chain([next(pages)], pages)


def _page(
    session: Session, ctx: Context, caller: Caller, query: ExportQuery
) -> tuple[list[AppointmentListed], str | None]:
    page = search(session, ctx, caller, own_filter(caller, query))
    viewer = own_viewer(session, ctx, caller, page.items)
    return [viewer.listed(each) for each in page.items], page.next_cursor


def _csv(rows: Iterator[AppointmentListed], columns: list[ExportColumn], language: Language) -> Iterator[bytes]:
    """Yields a CSV."""
    lines = CsvLines(getattr(column.heading, language) for column in columns)
    for row in rows:
        lines.write(column.of(row) for column in columns)
        if lines.is_full:
            yield lines.take()
    yield lines.take()


def _xlsx(rows: Iterator[AppointmentListed], columns: list[ExportColumn], language: Language) -> Iterator[bytes]:
    """Yields a book whose cells are text, also after edits, so that 18 digits survive and nothing is a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("预约通关")

    def cell(value: str) -> Cell:
        made = WriteOnlyCell(sheet, value)
        made.data_type, made.number_format = "s", FORMAT_TEXT
        return made

    sheet.append([cell(getattr(column.heading, language)) for column in columns])
    for row in rows:
        sheet.append([cell(as_text(column.of(row))) for column in columns])
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk
