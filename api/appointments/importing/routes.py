"""批量导入 (import): routes that check a spreadsheet or a pasted grid, and supply the template and the result file."""

from datetime import datetime
from itertools import islice
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import Session

from api.appointments.importing import template
from api.appointments.importing.bodies import MAX_CELL, MAX_ROWS, GridBody, ImportView, ResultBody, ResultRowBody
from api.appointments.importing.checking import GridChecker
from api.appointments.importing.columns import NAMES, cell_text, columns
from api.appointments.importing.grouping import Grid, GridRow
from api.appointments.importing.views import import_view
from api.appointments.uploads import FILE_FORM, received_file
from api.context import Caller, CallerDep, Context, ContextDep
from api.http.problems import Refusal
from api.openapi.responses import CSV, XLSX, answers_file
from db import queries
from domain.appointment import LETTERS
from identity.authorization import viewer_of
from runtime.spreadsheets.apart import read_apart
from runtime.spreadsheets.cells import since_1900
from runtime.spreadsheets.headers import TITLE_ROWS, Header, find_header
from runtime.spreadsheets.sheets import Limits, Sheet, SheetRow, SheetUnreadable, blank

LIMITS = Limits(
    file_bytes=4 * 1024**2,
    unpacked_bytes=32 * 1024**2,
    parts=500,
    rows=MAX_ROWS + TITLE_ROWS,
    columns=50,
    cell_characters=MAX_CELL,
)
#: Columns to find the row of headings, which needs no table of ports.
_COLUMNS = columns({})
_TOO_LARGE = SheetUnreadable("import.too_large", reason="file_too_large", limit="4 MiB").fault
_KINDS = {"xlsx": XLSX, "csv": f"{CSV}; charset=utf-8"}
_FILES = answers_file(XLSX, CSV)
RESULT_HEADINGS = ("结果", "预录入编号", "申请编号", "申请状态")

router = APIRouter(prefix="/api/v1/appointments", tags=["appointments"])


@router.get("/import-template", response_class=Response, responses=_FILES)
def download_import_template(ctx: ContextDep, format: Annotated[Literal["xlsx", "csv"], Query()] = "xlsx") -> Response:  # noqa: A002 the parameter's name
    """模板: returns the file to fill in."""
    index = ctx.read_sync(lambda session: ctx.lists["ports"].current(session)[0])
    ports = [(term.code, term.name) for term in index.terms]
    content = template.template_xlsx(ports) if format == "xlsx" else template.template_csv()
    return _file(content, "appointments-template", format)


@router.post("/import", openapi_extra=FILE_FORM)
async def import_appointments(ctx: ContextDep, caller: CallerDep, request: Request) -> ImportView:
    """批量导入: checks an XLSX or CSV of applications; returns every fault by row and column. Changes nothing."""
    async with received_file(request, LIMITS.file_bytes, Refusal([_TOO_LARGE])) as file:
        content = await file.read()
    try:
        sheet = await read_apart(content, LIMITS, _COLUMNS)
        found = _grid(sheet)
    except SheetUnreadable as unreadable:
        raise Refusal([unreadable.fault]) from unreadable
    return await _checked(ctx, caller, found)


@router.post("/import-check")
async def check_import(ctx: ContextDep, caller: CallerDep, body: GridBody) -> ImportView:
    """Checks a grid that was pasted or edited; returns every fault by row and column. Changes nothing."""
    return await _checked(ctx, caller, Grid([GridRow(each.row, each.cells.model_dump()) for each in body.rows]))


@router.post("/import-result", response_class=Response, responses=_FILES)
def download_import_result(ctx: ContextDep, caller: CallerDep, body: ResultBody) -> Response:
    """结果文件: returns the rows with their results, and the present state of each application."""
    rows = ctx.read_sync(lambda session: [_result(session, caller, each) for each in body.rows])
    headings = [*template.HEADINGS, *RESULT_HEADINGS]
    if body.format == "csv":
        return _file(template.csv_of([headings, *rows]), "appointments-result", "csv")
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 a new book has one
    template.write_rows(sheet, [headings, *rows])
    return _file(template.saved(book), "appointments-result", "xlsx")


def _grid(sheet: Sheet) -> Grid:
    """Returns the rows that a spreadsheet shows below the header, which are those that its user means.

    Raises ``SheetUnreadable`` when there is no header or no row.
    """
    rows = list(sheet.rows)
    header = find_header(list(islice(rows, TITLE_ROWS)), _COLUMNS)
    below = [row for row in rows if row.number > header.row and not blank(row)]
    shown = [GridRow(row.number, _cells(row, header, sheet.epoch)) for row in below if not row.hidden]
    if not shown:
        raise SheetUnreadable("import.empty")
    return Grid(shown, header.ignored, [row.number for row in below if row.hidden])


def _cells(row: SheetRow, header: Header, epoch: datetime) -> dict[str, str]:
    raw = {key: row.cells[n] if n < len(row.cells) else None for key, n in header.places.items()}
    if "window_start" in raw:
        raw["window_start"] = since_1900(raw["window_start"], epoch)
    return {key: cell_text(each) for key, each in raw.items()}


async def _checked(ctx: Context, caller: Caller, grid: Grid) -> ImportView:
    def check(session: Session) -> ImportView:
        return import_view(grid, GridChecker(session, ctx, caller).check(grid.rows), caller.language)

    try:
        return await run_in_threadpool(ctx.read_sync, check)
    except SheetUnreadable as unreadable:
        raise Refusal([unreadable.fault]) from unreadable


def _result(session: Session, caller: Caller, row: ResultRowBody) -> list[str]:
    number = row.pre_entry_no
    found = queries.appointment(session, number, viewer=viewer_of(caller.principal)) if number else None
    state = LETTERS[found.state][1 if caller.language == "zh" else 2] if found else ""
    cells = row.cells.model_dump()
    made = [found.pre_entry_no, found.application_no or ""] if found else ["", ""]
    return [*(cells[key] for key in NAMES), row.message, *made, state]


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(content, media_type=_KINDS[kind], headers=headers)
