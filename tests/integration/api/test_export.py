"""The export is the list, whole, as text that no program takes for a formula."""

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from tests.integration.api.api_stack import APPOINTMENTS, CODES, ApiStack, body, content, refused, saturday

EXPORT = f"{APPOINTMENTS}/export"


async def drafts(stack: ApiStack, count: int) -> dict[str, Any]:
    """Makes new drafts for a window of their own and returns the query that finds them."""
    start = saturday() + timedelta(days=7)
    async with stack.client("importer_advanced") as client:
        for _ in range(count):
            body(await client.post(APPOINTMENTS, json=content(window_start=start.isoformat())), 201)
    return {"window_from": start.date(), "window_to": start.date()}


async def test_csv_and_xlsx_hold_every_page_of_the_list(stack: ApiStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.appointments.exporting.PAGE", 2)
    asked = await drafts(stack, 3)
    async with stack.client("importer_advanced") as client:
        listed = body(await client.get(APPOINTMENTS, params=asked))["items"]
        as_csv = await client.get(EXPORT, params=asked | {"column": ["pre_entry_no", "state", "consignee"]})
        as_xlsx = await client.get(EXPORT, params=asked | {"format": "xlsx"})
    head, *rows = csv.reader(io.StringIO(as_csv.text.removeprefix("\ufeff")))
    assert head == ["预录入编号", "申请状态", "收发货人"]
    assert rows == [[f"\t{each['pre_entry_no']}", "\t暂存", f"\t{CODES['importer']}"] for each in listed]
    assert "attachment" in as_csv.headers["content-disposition"]
    (sheet,) = openpyxl.load_workbook(io.BytesIO(as_xlsx.content))
    numbers = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert numbers == [each["pre_entry_no"] for each in listed], "18 digits stay text"


async def test_names_stand_beside_codes_in_the_callers_language(stack: ApiStack) -> None:
    columns = [f"{each}{name}" for each in ("declaration_port", "transport_mode") for name in ("", "_name")]
    asked = await drafts(stack, 1) | {"column": columns}
    async with stack.client("importer_advanced") as client:
        chinese = await client.get(EXPORT, params=asked)
        english = await client.get(EXPORT, params=asked, headers={"Accept-Language": "en"})
        names = body(await client.get("/api/v1/names"))
    ports = {each["code"]: each["name"] for each in names["ports"]}
    modes = {each["code"]: each for each in names["transport_modes"]}
    row, named = ([cell.strip() for cell in list(csv.reader(io.StringIO(each.text)))[1]] for each in (chinese, english))
    assert row == ["2233", ports["2233"], "5", modes["5"]["name"]]
    assert named[3] == modes["5"]["name_en"]


async def test_a_name_that_looks_like_a_formula_is_text(stack: ApiStack) -> None:
    async with stack.client("operator") as operator:
        entry = {"name": "=1+1", "qualification": "registered", "grade": "常规"}
        body(await operator.put("/ops/v1/enterprises/3122269901", json=entry))
    async with stack.client("importer") as client:
        start = (saturday() + timedelta(days=14)).isoformat()
        body(await client.post(APPOINTMENTS, json=content(consignee_code="3122269901", window_start=start)), 201)
        asked = {"window_from": start[:10], "window_to": start[:10], "column": "consignee_name"}
        as_csv = await client.get(EXPORT, params=asked)
        as_xlsx = await client.get(EXPORT, params=asked | {"format": "xlsx"})
    assert as_csv.text.splitlines()[1] == '"\t=1+1"'
    cell = openpyxl.load_workbook(io.BytesIO(as_xlsx.content)).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


async def test_the_same_is_refused_as_by_the_list(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        assert refused(await client.get(EXPORT), 422) == ["query.span_required"]
        asked = {"pre_entry_no": "2" * 18, "column": "contact_mobile"}
        assert refused(await client.get(EXPORT, params=asked), 422) == ["field.invalid"]
