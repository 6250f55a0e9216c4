"""What is exported, opened in LibreOffice: every number, code and name is still what it was."""

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from db.projections import project
from domain.appointment import Content, Deadlines, Declaration, Direction, Outcome, Party, Standing
from domain.event import Action
from domain.instants import at
from states.appointment import advance
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack
from tests.integration.db.stories import appointment, created, event

LIBREOFFICE = Path("/usr/bin/soffice")
EXPORT = f"{APPOINTMENTS}/export"
NUMBER, APPLICATION = "203200000000000001", "003120320000000009"
DECLARATION = "223320261000000019"
#: LibreOffice asks how a CSV is to be read, and offers this: comma, semicolon and tab between the fields, UTF-8.
AS_OFFERED = "CSV:44/59/9,34,76"
#: Fields separated by commas alone, as a double click in Excel takes them.
COMMAS = "CSV:44,34,76"
CODE = "3122260006"
#: What spreadsheets take for formulas, numbers, dates and truths.
NAMES = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1+1", "1E5", "3/4", "TRUE", "007", "1月2日", "2026-01-02")


async def opened(file: Path, *options: str) -> list[dict[str, Any]]:
    """The table as LibreOffice understands it: values with their types, by heading."""
    assert LIBREOFFICE.exists(), "缺少 LibreOffice，请运行 make spreadsheet · LibreOffice is missing"
    profile = f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"
    folder = file.parent / "opened"
    converting = ("--headless", *options, "--convert-to", "xlsx", "--outdir", str(folder), str(file))
    process = await asyncio.create_subprocess_exec(LIBREOFFICE, profile, *converting, stdout=asyncio.subprocess.DEVNULL)
    assert await process.wait() == 0
    (sheet,) = openpyxl.load_workbook(folder / f"{file.stem}.xlsx")
    head, *rows = sheet.iter_rows()
    for row in rows:
        assert all(cell.data_type in {"s", "n", "d"} for cell in row), "a formula"
    return [{str(name.value): cell.value for name, cell in zip(head, row, strict=True)} for row in rows]


@pytest.fixture(scope="module")
def kept(api_stack: ApiStack) -> dict[str, str]:
    """An appointment with everything that a spreadsheet likes to misread, and how it must be read."""
    start = at(date(2032, 3, 5), 22 * 60)
    standing = advance(advance(advance(Standing(), "submit"), "approve"), "feed_back")
    whole: dict[str, Any] = {
        "applicant": Party(code=CODE, name="企业"),
        "consignee": Party(code="31222E0003", name="=HYPERLINK(1)+1"),
        "content": Content(
            declaration_port="0100", entry_exit_port="0031", direction=Direction.EXPORT, window_start=start
        ),
        "window_end": start + timedelta(hours=2),
        "deadlines": Deadlines(feedback_by=at(date(2032, 3, 11))),
        "application_no": APPLICATION,
        "declarations": (Declaration(number=DECLARATION, outcome=Outcome.MATCHED, at=start),),
    }
    project(api_stack.engine, [created(NUMBER, **whole)])
    project(api_stack.engine, [event(appointment(NUMBER, 2, standing=standing, **whole), Action.FED_BACK)])
    return {
        "预录入编号": NUMBER,
        "申请编号": APPLICATION,
        "申报单位": CODE,
        "收发货人": "31222E0003",
        "收发货人名称": "=HYPERLINK(1)+1",
        "预约申报口岸": "0100",
        "预约进出口岸": "0031",
        "进出口标识": "E",
        "预约通关时间止": "2032-03-05 24:00:00",
        "反馈期限": "2032-03-10 24:00:00",
        "预约通关报关单号": DECLARATION,
    }


async def exported(api_stack: ApiStack, folder: Path, **asked: str) -> Path:
    file = folder / f"exported.{asked['format']}"
    wanted = asked if "window_from" in asked else asked | {"pre_entry_no": NUMBER}
    async with api_stack.client("unqualified") as client:
        answer = await client.get(EXPORT, params=wanted)
    file.write_bytes(answer.raise_for_status().content)
    return file


@pytest.mark.parametrize("options", [AS_OFFERED, COMMAS])
async def test_a_csv_is_read_as_it_was_written(
    api_stack: ApiStack, kept: dict[str, str], tmp_path: Path, options: str
) -> None:
    (row,) = await opened(await exported(api_stack, tmp_path, format="csv"), f"--infilter={options}")
    assert {name: str(row[name]).removeprefix("\t") for name in kept} == kept


async def test_an_xlsx_is_read_as_it_was_written(api_stack: ApiStack, kept: dict[str, str], tmp_path: Path) -> None:
    (row,) = await opened(await exported(api_stack, tmp_path, format="xlsx"))
    assert {name: row[name] for name in kept} == kept


async def test_a_name_stays_the_text_it_is(api_stack: ApiStack, tmp_path: Path) -> None:
    """Names of the register in many forms."""
    for serial, name in enumerate(NAMES):
        start = at(date(2033, 1, 5)) + timedelta(hours=serial)
        consignee = Party(code="3122260003", name=name)
        what: dict[str, Any] = {"applicant": Party(code=CODE, name="企业"), "consignee": consignee, "window_end": None}
        content = Content(window_start=start)
        project(api_stack.engine, [created(f"2033{serial:014}", content=content, **what)])
    asked = {"window_from": "2033-01-05", "window_to": "2033-01-05", "column": "consignee_name"}
    rows = await opened(await exported(api_stack, tmp_path, format="csv", **asked), f"--infilter={AS_OFFERED}")
    assert {row["收发货人名称"].removeprefix("\t") for row in rows} == set(NAMES)
