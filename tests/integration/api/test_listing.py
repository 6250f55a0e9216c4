"""预约查询: who sees what, by which question."""

import sys
from datetime import date, timedelta
from typing import Any

import pytest

from tests.integration.api.api_stack import APPOINTMENTS, CODES, ApiStack, body, content, refused, saturday

DAY = date(2026, 11, 1)


def query(**asked: Any) -> dict[str, Any]:
    return asked


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (query(), ["query.span_required"]),
        (query(state="draft"), ["query.span_required"]),
        (query(party="B", consignee=CODES["importer"]), ["query.span_required"]),
        (query(applied_from=DAY, applied_to=DAY + timedelta(days=16)), ["query.span_too_long"]),
        (query(window_from=DAY, window_to=DAY + timedelta(days=16)), ["query.span_too_long"]),
        (query(applied_from=DAY), ["field.required"]),
        (query(applied_from=DAY, applied_to=DAY - timedelta(days=1)), ["field.invalid"]),
        (query(applied_from="2026-11-01T00:00:00+08:00", applied_to=DAY), ["field.invalid"]),
        (query(applied_from="1000-01-01", applied_to="1000-01-01"), ["field.invalid", "field.invalid"]),
        (query(pre_entry_no="1"), ["field.invalid"]),
        (query(pre_entry_no="2" * 18, party="B"), ["field.required"]),
        (query(pre_entry_no="2" * 18, party="B", consignee="x"), ["field.invalid"]),
        (query(pre_entry_no="2" * 18, party="C"), ["field.invalid"]),
        (query(pre_entry_no="2" * 18, state="unheard-of"), ["field.invalid"]),
        (query(pre_entry_no="2" * 18, limit=0), ["field.invalid"]),
        (query(pre_entry_no="2" * 18, limit=101), ["field.invalid"]),
        (query(pre_entry_no="2" * 18, cursor="nonsense"), ["field.invalid"]),
        (query(pre_entry_no="2" * 18, applied_form=DAY), ["field.unknown"]),
        (query(q="活鱼"), ["query.span_required"]),
        (query(sort="state"), ["query.span_required"]),
        (query(number="2" * 18, sort="contact_mobile"), ["field.invalid"]),
        (query(number="2" * 18, q="一 二 三 四 五 六"), ["field.invalid"]),
        (query(number="2" * 18, q="鱼" * 101), ["field.invalid"]),
        (query(number=""), ["field.invalid"]),
    ],
)
async def test_a_question_that_cannot_be_answered(api_stack: ApiStack, asked: dict[str, Any], codes: list[str]) -> None:
    async with api_stack.client("general") as client:
        assert refused(await client.get(APPOINTMENTS, params=asked), 422) == codes


async def test_sixteen_dates_may_be_asked_for(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        asked = query(applied_from=DAY, applied_to=DAY + timedelta(days=15))
        assert body(await client.get(APPOINTMENTS, params=asked)) == {"items": [], "next_cursor": None}


async def test_lists_show_each_its_own_newest_first_page_by_page(stack: ApiStack) -> None:
    consignee = CODES["importer_advanced"]
    day = saturday().date().isoformat()
    async with (
        stack.client("advanced") as applicant,
        stack.client("importer_advanced") as receiver,
        stack.client("importer") as stranger,
    ):
        numbers = [
            body(await applicant.post(APPOINTMENTS, json=content(consignee_code=consignee)), 201)["pre_entry_no"]
            for _ in range(3)
        ]
        window = query(window_from=day, window_to=day, state=["draft", "submitted"], consignee=consignee)
        first = body(await applicant.get(APPOINTMENTS, params=window | {"limit": 2}))
        second = body(await applicant.get(APPOINTMENTS, params=window | {"limit": 2, "cursor": first["next_cursor"]}))
        listed = [item["pre_entry_no"] for item in (*first["items"], *second["items"])]
        assert listed[:3] == numbers[::-1]
        assert "goods" not in first["items"][0]
        assert "goods" not in first["items"][0]["content"]

        by_consignee = query(party="B", consignee=consignee, pre_entry_no=numbers[0])
        seen = body(await receiver.get(APPOINTMENTS, params=by_consignee))["items"]
        assert [item["permitted_actions"] for item in seen] == [[]]
        assert body(await receiver.get(APPOINTMENTS, params=query(pre_entry_no=numbers[0])))["items"] == []
        assert body(await stranger.get(APPOINTMENTS, params=by_consignee))["items"] == []

        body(await applicant.delete(f"{APPOINTMENTS}/{numbers[0]}"))
        assert body(await applicant.get(APPOINTMENTS, params=query(pre_entry_no=numbers[0])))["items"] == []


async def test_a_list_is_sorted_and_searched_page_by_page(stack: ApiStack) -> None:
    day = saturday().date() + timedelta(days=21)
    asked = query(window_from=day, window_to=day, sort="-declaration_port", limit=1)
    made = {"window_start": f"{day}T20:00:00+08:00"}
    async with stack.client("importer_advanced") as client:
        for port, goods in (("2233", "鲜榴莲"), ("2248", "其他活鱼"), ("2233", "其他活鱼")):
            line = {"hs_code": "0301999990", "name": goods}
            body(await client.post(APPOINTMENTS, json=content(declaration_port=port, goods=[line], **made)), 201)
        ports: list[str] = []
        cursor = None
        while cursor or not ports:
            page = body(await client.get(APPOINTMENTS, params=asked | ({"cursor": cursor} if cursor else {})))
            ports += [item["content"]["declaration_port"] for item in page["items"]]
            cursor = page["next_cursor"]
        assert ports == ["2248", "2233", "2233"]
        other = await client.get(APPOINTMENTS, params=asked | {"sort": "state", "cursor": "W10"})
        assert refused(other, 422) == ["field.invalid"]
        durian = body(await client.get(APPOINTMENTS, params=asked | {"q": "榴莲 0301.99"}))["items"]
        assert [item["content"]["declaration_port"] for item in durian] == ["2233"]


async def test_any_number_finds_its_appointment_as_it_is_pasted(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("importer") as stranger:
        number = body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"]
        pasted = query(number=f" {number[:9]} {number[9:]}")
        assert [each["pre_entry_no"] for each in body(await client.get(APPOINTMENTS, params=pasted))["items"]] == [
            number
        ]
        assert body(await stranger.get(APPOINTMENTS, params=pasted))["items"] == []
    async with stack.client("operator") as operator:
        listed = body(await operator.get("/ops/v1/appointments", params=pasted))["items"]
        assert [each["pre_entry_no"] for each in listed] == [number]
        assert refused(await operator.get("/ops/v1/appointments", params={"sort": "state"}), 422) == ["field.unknown"]


async def test_too_many_are_refused_with_what_to_do(stack: ApiStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["db.queries.search"], "MOST_SORTED", 0)
    day = saturday().date()
    asked = query(window_from=day, window_to=day, sort="state")
    async with stack.client("general") as client:
        body(await client.post(APPOINTMENTS, json=content()), 201)
        answer = await client.get(APPOINTMENTS, params=asked)
        assert refused(answer, 422) == ["query.too_many"]
        assert "缩短时间区间" in answer.json()["errors"][0]["remedy"]
        # The export is refused as well, before a file has begun.
        assert refused(await client.get(f"{APPOINTMENTS}/export", params=asked), 422) == ["query.too_many"]


async def test_operators_see_everything_but_what_is_personal(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        number = body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"]
        listed = await operator.get("/ops/v1/appointments", params={"applicant": CODES["general"], "limit": 100})
        assert number in [item["pre_entry_no"] for item in body(listed)["items"]]
        assert "王小明" not in listed.text
        assert body(await operator.get(f"/ops/v1/appointments/{number}"))["content"]["contact_mobile"] is None
        for attention in ("overdue", "undecided", "delivery_stuck", "parked"):
            body(await operator.get("/ops/v1/appointments", params={"attention": attention}))
        assert refused(await operator.get("/ops/v1/appointments", params={"attention": "x"}), 422) == ["field.invalid"]
