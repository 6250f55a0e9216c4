"""A spreadsheet of applications: every fault at once, nothing saved, and each row declared once however often sent."""

import io
import zipfile
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from api.appointments.importing import routes
from api.appointments.importing.columns import NAMES
from api.appointments.importing.template import HEADINGS
from runtime.spreadsheets import apart
from runtime.spreadsheets.textfile import ENCODINGS
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, refused, saturday

IMPORT = f"{APPOINTMENTS}/import"
KEYS = list(NAMES)


def row(reference: str, **changes: str) -> dict[str, str]:
    whole = {
        "reference": reference,
        "consignee_code": "3122260003",
        "contact_name": "王小明",
        "contact_mobile": "13800138000",
        "declaration_port": "2233 浦东机场",
        "entry_exit_port": "2233",
        "transport_mode": "5 航空运输",
        "direction": "进口",
        "window_start": f"{saturday():%Y-%m-%d %H:%M}",
        "reason_category": "鲜活易腐等不宜久存货物",
        "reason": "鲜活货物夜间到港",
        "hs_code": "0301999390",
        "name": "其他活鱼",
    }
    return whole | changes


def workbook(*rows: dict[str, str]) -> bytes:
    return book([HEADINGS, *([each[key] for key in KEYS] for each in rows)])


def book(rows: list[list[Any]], merged: str | None = None) -> bytes:
    made, file = Workbook(), io.BytesIO()
    assert made.active is not None
    for each in rows:
        made.active.append(each)
    if merged:
        made.active.merge_cells(merged)
    made.save(file)
    return file.getvalue()


def text(*rows: dict[str, str], encoding: str = "gb18030", delimiter: str = ",") -> bytes:
    lines = [HEADINGS, *([each[key] for key in KEYS] for each in rows)]
    return "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)


async def upload(client: httpx.AsyncClient, content: bytes) -> httpx.Response:
    return await client.post(IMPORT, files={"file": ("a.xlsx", content)})


def places(answer: dict[str, Any]) -> list[tuple[int, str | None, str]]:
    return [(error["row"], error["column"], error["code"]) for item in answer["items"] for error in item["errors"]]


def items(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The batch that declares every application of the grid."""
    return [
        {"action": "create", "declare": True, "client_key": each["client_key"], "content": each["content"]}
        for each in answer["items"]
    ]


async def count(client: httpx.AsyncClient) -> int:
    day = saturday().date().isoformat()
    asked = {"party": "A", "window_from": day, "window_to": day, "limit": "100"}
    return len(body(await client.get(APPOINTMENTS, params=asked))["items"])


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_a_text_file_is_read_in_any_encoding_of_an_office(api_stack: ApiStack, encoding: str) -> None:
    async with api_stack.client("general") as client:
        answer = body(await upload(client, text(row("A-1"), encoding=encoding)))
    assert (answer["faults"], answer["items"][0]["content"]["contact_name"]) == (0, "王小明")


@pytest.mark.parametrize("kind", ["xlsx", "csv", "tab"])
async def test_every_fault_of_the_file_comes_at_once_by_row_and_column(api_stack: ApiStack, kind: str) -> None:
    rows = [
        row("A-1"),
        row("A-2", contact_mobile="1380013800", consignee_code="3122269999", hs_code="301999390"),
        row("A-3", transport_mode="火箭", window_start="", name=""),
        row("A-4", window_start="2020-01-01 20:00", declaration_port="9999"),
    ]
    written = {"xlsx": workbook(*rows), "csv": text(*rows), "tab": text(*rows, encoding="utf-8", delimiter="\t")}
    async with api_stack.client("general") as client:
        answer = body(await upload(client, written[kind]))
    found = places(answer)
    assert {
        (3, "contact_mobile", "field.invalid"),
        (3, "consignee_code", "eligibility.unqualified"),
        (3, "hs_code", "import.leading_zeros"),
        (4, "transport_mode", "field.invalid"),
        (4, "window_start", "field.required"),
        (4, "name", "field.required"),
        (5, "window_start", "window.past"),
        (5, "declaration_port", "field.invalid"),
    } <= set(found)
    assert 2 not in {line for line, _, _ in found}
    assert len(found) == len(set(found)) == answer["faults"]
    assert all(error["message"] and error["remedy"] for item in answer["items"] for error in item["errors"])


async def test_the_visible_sheet_is_read_and_its_cells_say_what_they_say(api_stack: ApiStack) -> None:
    made, file = Workbook(), io.BytesIO()
    hidden, visible = made.worksheets[0], made.create_sheet("本月")
    given = row("A-2", reason="鲜活货物_x000D_\n夜间到港", hs_code='="0301999390"')
    for sheet, each in ((hidden, row("A-1")), (visible, given)):
        sheet.append(HEADINGS)
        sheet.append([each[key] for key in KEYS])
    hidden.sheet_state, made.active = "hidden", 1
    made.save(file)
    async with api_stack.client("general") as client:
        answer = body(await upload(client, file.getvalue()))
    assert answer["faults"] == 0
    [item] = answer["items"]
    assert item["reference"] == "A-2"
    assert item["content"]["goods"][0]["hs_code"] == "0301999390"
    assert "x000D" not in item["content"]["reason"]


async def test_an_upload_changes_nothing(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        before = await count(client)
        body(await upload(client, workbook(row("B-1"), row("B-2"))))
        assert await count(client) == before


async def test_rows_are_declared_as_one_batch_and_a_second_upload_says_so(stack: ApiStack) -> None:
    reference = uuid4().hex
    more = dict.fromkeys(KEYS, "") | {"reference": f"{reference}-1", "hs_code": "0302110000", "name": "鲜鳟鱼"}
    content = workbook(row(f"{reference}-1"), more, row(f"{reference}-2"))
    async with stack.client("general") as client:
        checked = body(await upload(client, content))
        assert (checked["faults"], [each["made"] for each in checked["items"]]) == (0, [None, None])
        assert all(each["submit_by"] for each in checked["items"])
        done = body(await client.post(f"{APPOINTMENTS}/batch", json={"items": items(checked)}))
        assert [each["appointment"]["state"] for each in done["items"]] == ["submitted"] * 2
        numbers = [each["pre_entry_no"] for each in done["items"]]
        view = body(await client.get(f"{APPOINTMENTS}/{numbers[0]}"))
        assert [line["name"] for line in view["goods"]] == ["其他活鱼", "鲜鳟鱼"]

        again = body(await upload(client, content))
        made = [(each["made"]["pre_entry_no"], each["made"]["state_label"]) for each in again["items"]]
        assert made == [(number, "已申报") for number in numbers]
        before = await count(client)
        repeated = body(await client.post(f"{APPOINTMENTS}/batch", json={"items": items(again)}))
        assert [each["pre_entry_no"] for each in repeated["items"]] == numbers
        assert await count(client) == before
        other = body(await upload(client, workbook(row(f"{reference}-2", reason="改"))))
        assert other["items"][0]["made"] is None
        assert [warning["code"] for warning in other["items"][0]["warnings"]] == ["appointment.similar"]

        rows = [{"row": n, "cells": row(f"{reference}-{n}"), "message": "已申报"} for n in (1, 2)]
        rows = [each | {"pre_entry_no": number} for each, number in zip(rows, numbers, strict=True)]
        result = await client.post(f"{IMPORT}-result", json={"rows": rows})
    sheet = load_workbook(io.BytesIO(result.content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][-4:] == ["结果", "预录入编号", "申请编号", "申请状态"]
    assert [[cell.value for cell in line][-4:] for line in list(sheet.rows)[1:]] == [
        ["已申报", number, None, "已申报"] for number in numbers
    ]


async def test_a_grid_is_checked_as_a_file_is(api_stack: ApiStack) -> None:
    cells = row("C-1", contact_mobile="１３８ 0013 8000", hs_code="0301.99.9390")
    async with api_stack.client("general") as client:
        grid = {"rows": [{"row": 7, "cells": cells}, {"row": 9, "cells": {"reference": "C-2"}}]}
        answer = body(await client.post(f"{IMPORT}-check", json=grid))
        unknown = await client.post(f"{IMPORT}-check", json={"rows": [{"row": 1, "cells": {"colour": "red"}}]})
    assert answer["items"][0]["errors"] == []
    assert answer["items"][0]["content"]["contact_mobile"] == "13800138000"
    assert {(line, code) for line, _, code in places(answer)} == {(9, "field.required"), (9, "goods.required")}
    assert refused(unknown, 422) == ["field.unknown"]


async def test_the_template_is_filled_in_and_read_as_it_is(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        for kind in ("xlsx", "csv"):
            template = await client.get(f"{IMPORT}-template", params={"format": kind})
            assert template.headers["content-disposition"] == f'attachment; filename="appointments-template.{kind}"'
            answer = body(await upload(client, template.content))
            assert (answer["items"], answer["ignored"]) == ([], [])
            assert [each["example"] for each in answer["rows"]] == [True, True]
        xlsx = load_workbook(io.BytesIO((await client.get(f"{IMPORT}-template")).content))
    assert xlsx.sheetnames == ["批量预约", "填写说明", "可选值"]
    assert {cell.number_format for line in xlsx["批量预约"].rows for cell in line} == {"@"}
    assert "2233 浦东机场海关" in {cell.value for cell in xlsx["可选值"]["A"]}


async def test_another_enterprise_learns_nothing_from_a_result(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("advanced") as alien:
        checked = body(await upload(client, workbook(row(uuid4().hex))))
        done = body(await client.post(f"{APPOINTMENTS}/batch", json={"items": items(checked)}))
        rows = [{"row": 1, "cells": {}, "pre_entry_no": done["items"][0]["pre_entry_no"]}]
        own = await client.post(f"{IMPORT}-result", json={"rows": rows, "format": "csv"})
        foreign = await alien.post(f"{IMPORT}-result", json={"rows": rows, "format": "csv"})
    assert rows[0]["pre_entry_no"] in own.text
    assert foreign.text.splitlines()[1:] == ["," * (len(KEYS) + 3)]


async def test_a_cell_that_begins_like_a_formula_stays_text_in_the_result(api_stack: ApiStack) -> None:
    rows = [{"row": 1, "cells": {"name": "=1+1"}}]
    async with api_stack.client("general") as client:
        text_file = await client.post(f"{IMPORT}-result", json={"rows": rows, "format": "csv"})
        xlsx = await client.post(f"{IMPORT}-result", json={"rows": rows})
    assert "'=1+1" in text_file.text
    sheet = load_workbook(io.BytesIO(xlsx.content)).active
    assert sheet is not None
    assert [cell.data_type for cell in list(sheet.rows)[1] if cell.value == "=1+1"] == ["s"]


async def test_what_no_workbook_can_carry_is_marked_in_the_result(api_stack: ApiStack) -> None:
    rows = [{"row": 1, "cells": {"name": "活\x06鱼"}, "message": "\x1f"}]
    async with api_stack.client("general") as client:
        checked = body(await client.post(f"{IMPORT}-check", json={"rows": [{"row": 1, "cells": {"name": "活\x06鱼"}}]}))
        xlsx = await client.post(f"{IMPORT}-result", json={"rows": rows})
    assert "unprintable" in {error["facts"].get("reason") for error in checked["items"][0]["errors"]}
    sheet = load_workbook(io.BytesIO(xlsx.content)).active
    assert sheet is not None
    assert "活\ufffd鱼" in {cell.value for cell in list(sheet.rows)[1]}


def unpacking_to_much() -> bytes:
    file = io.BytesIO(book([HEADINGS]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/filler.xml", b" " * (40 * 1024**2))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "status", "code", "reason"),
    [
        (b"", 422, "import.columns_missing", None),
        (b"%PDF-1.7\n", 422, "import.unreadable", "pdf"),
        (b"<html><table>", 422, "import.unreadable", "web_page"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", 422, "import.unreadable", "no_text"),
        (b"PK\x03\x04 no archive", 422, "import.unreadable", "broken_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 422, "import.unreadable", "old_office"),
        (book([HEADINGS]), 422, "import.empty", None),
        (book([HEADINGS[:5]]), 422, "import.columns_missing", None),
        (text(*[row(str(n)) for n in range(201)]), 413, "import.too_large", "too_many_applications"),
        (b"a,b\n" * 2100, 413, "import.too_large", "too_many_rows"),
        (book([HEADINGS, ["x" * 2001]]), 413, "import.too_large", "cell_too_long"),
        (unpacking_to_much(), 413, "import.too_large", "unpacks_too_large"),
        (b" " * (4 * 1024**2 + 1), 413, "import.too_large", "file_too_large"),
    ],
)  # fmt: skip
async def test_a_file_that_is_no_good_is_refused_with_the_reason(
    api_stack: ApiStack, content: bytes, status: int, code: str, reason: str | None
) -> None:
    async with api_stack.client("general") as client:
        answer = await upload(client, content)
        assert refused(answer, status) == [code]
        assert answer.json()["errors"][0]["facts"].get("reason") == reason
        assert body(await upload(client, workbook(row("D-1"))))["faults"] == 0


async def test_formulas_and_merged_cells_are_told_where_they_hide_something(api_stack: ApiStack) -> None:
    first = [row("E-1")[key] for key in KEYS]
    second = [None, *first[1:11], "=A1", "鳟鱼"]
    async with api_stack.client("general") as client:
        answer = body(await upload(client, book([HEADINGS, first, second], merged="A2:A3")))
    assert [each["places"] for each in answer["items"]] == [[0, 1]]
    assert places(answer) == [(3, "hs_code", "import.formula")]


async def test_a_file_that_takes_too_long_to_read_is_refused(
    api_stack: ApiStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "PATIENCE_SECONDS", 0.0)
    async with api_stack.client("general") as client:
        answer = await upload(client, workbook(row("F-1")))
    assert refused(answer, 422) == ["import.unreadable"]
    assert answer.json()["errors"][0]["facts"]["reason"] == "inspection_limits"


async def test_a_form_without_its_file_is_refused(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        assert refused(await client.post(IMPORT, files={"other": ("a", b"x")}), 422) == ["field.required"]
        assert refused(await client.post(IMPORT, json={}), 415) == ["media_type.unsupported"]
    assert routes.LIMITS.rows > 2_000


async def test_rows_that_a_filter_hides_are_not_imported_and_are_named(api_stack: ApiStack) -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for each in (HEADINGS, *([row(name)[key] for key in KEYS] for name in ("F-1", "F-2", "F-3", "F-4"))):
        sheet.append(each)
    sheet.auto_filter.ref = sheet.dimensions
    sheet.auto_filter.add_filter_column(0, ["F-1", "F-4"])
    sheet.row_dimensions[3].hidden = sheet.row_dimensions[4].hidden = True
    sheet.row_dimensions[9].hidden = True  # it has no value
    file = io.BytesIO()
    made.save(file)
    async with api_stack.client("general") as client:
        answer = body(await upload(client, file.getvalue()))
    assert (answer["hidden"], [each["row"] for each in answer["rows"]]) == ([3, 4], [2, 5])
    assert [each["reference"] for each in answer["items"]] == ["F-1", "F-4"]


@pytest.mark.parametrize("written", ["date", "number"])
async def test_a_workbook_that_counts_days_from_1904_means_the_same_day(api_stack: ApiStack, written: str) -> None:
    """Excel for the Mac began its days four years and one day later; openpyxl writes by the workbook's epoch."""
    start = saturday().replace(tzinfo=None)
    made, file = Workbook(), io.BytesIO()
    made.epoch = CALENDAR_MAC_1904
    assert made.active is not None
    made.active.append(HEADINGS)
    since = (start - CALENDAR_MAC_1904) / timedelta(days=1)
    cells: dict[str, Any] = row("M-1") | {"window_start": start if written == "date" else since}
    made.active.append([cells[key] for key in KEYS])
    made.save(file)
    async with api_stack.client("general") as client:
        answer = body(await upload(client, file.getvalue()))
    assert (answer["faults"], answer["items"][0]["content"]["window_start"]) == (0, saturday().isoformat())
