"""预约查询: who sees what, by which question."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.integration.api.office import APPOINTMENTS, CODES, Office, body, content, refused, saturday

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
    ],
)
async def test_a_question_that_cannot_be_answered(office: Office, asked: dict[str, Any], codes: list[str]) -> None:
    async with office.client("general") as client:
        assert refused(await client.get(APPOINTMENTS, params=asked), 422) == codes


async def test_sixteen_dates_may_be_asked_for(office: Office) -> None:
    async with office.client("general") as client:
        asked = query(applied_from=DAY, applied_to=DAY + timedelta(days=15))
        assert body(await client.get(APPOINTMENTS, params=asked)) == {"items": [], "next_cursor": None}


async def test_lists_show_each_its_own_newest_first_page_by_page(stack: Office) -> None:
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


async def test_operators_see_everything_but_what_is_personal(stack: Office) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        number = body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"]
        listed = await operator.get("/ops/v1/appointments", params={"applicant": CODES["general"], "limit": 100})
        assert number in [item["pre_entry_no"] for item in body(listed)["items"]]
        assert "王小明" not in listed.text
        assert body(await operator.get(f"/ops/v1/appointments/{number}"))["content"]["contact_mobile"] is None
        for attention in ("overdue", "undecided", "delivery_stuck", "parked"):
            body(await operator.get("/ops/v1/appointments", params={"attention": attention}))
        assert refused(await operator.get("/ops/v1/appointments", params={"attention": "x"}), 422) == ["field.invalid"]
