"""One answer tells all that is wrong with a body: shapes, unknown fields, personal fields and what the rules say."""

from datetime import timedelta
from typing import Any

import pytest

from db.projections import project
from domain.appointment import Content, Party
from tests.integration.api.api_stack import APPOINTMENTS, PORT, ApiStack, body, content, refused, saturday, this_year
from tests.integration.db.stories import created

DRAFT = "203500000000000006"
#: A blocked or unknown consignee, a wrong type, an unknown field, both personal fields, a code, a line, and a text.
WRONG: dict[str, Any] = {
    "contact_name": "名" * 51,
    "contact_mobile": "12345",
    "reason": 5,
    "colour": "red",
    "direction": "X",
    "consignee_code": "9999999999",
    "declaration_port": "22",
    "goods": [{"hs_code": "03", "price": 1}, {"hs_code": ["0301999990"], "name": "鱼"}],
}
FAULTS = {
    ("field.invalid", "contact_name"),
    ("field.invalid", "contact_mobile"),
    ("field.invalid", "reason"),
    ("field.unknown", "colour"),
    ("field.invalid", "direction"),
    ("eligibility.unqualified", "consignee_code"),
    ("field.invalid", "declaration_port"),
    ("field.invalid", "goods[0].hs_code"),
    ("field.unknown", "goods[0].price"),
    ("field.invalid", "goods[1].hs_code"),
}


def found(answer: Any) -> list[tuple[str, str]]:
    """Code and field of every fault, each with its remedy."""
    errors = answer.json()["errors"]
    assert all(error["message"] and error["remedy"] for error in errors)
    return [(error["code"], error["field"]) for error in errors]


@pytest.fixture(scope="module")
def draft(api_stack: ApiStack) -> str:
    """A draft of the general importer's own."""
    party = Party(code="3122260002", name="企业")
    project(
        api_stack.engine, [created(DRAFT, applicant=party, content=Content(declaration_port=PORT), window_end=None)]
    )
    return DRAFT


async def test_a_new_draft(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        answer = await client.post(APPOINTMENTS, json=content(**WRONG))
    refused(answer, 422)
    assert set(found(answer)) == FAULTS
    assert len(found(answer)) == len(FAULTS)


async def test_a_draft_that_is_saved(api_stack: ApiStack, draft: str) -> None:
    async with api_stack.client("general") as client:
        answer = await client.put(f"{APPOINTMENTS}/{draft}", json=content(**WRONG), headers={"If-Match": "*"})
    refused(answer, 422)
    assert set(found(answer)) == FAULTS


async def test_personal_fields_do_not_hide_what_the_rules_say_of_a_saved_draft(api_stack: ApiStack, draft: str) -> None:
    wrong = content(contact_mobile="12345", declaration_port="22", consignee_code="9999999999")
    async with api_stack.client("general") as client:
        answer = await client.put(f"{APPOINTMENTS}/{draft}", json=wrong, headers={"If-Match": "*"})
    assert set(found(answer)) == {
        ("field.invalid", "contact_mobile"),
        ("field.invalid", "declaration_port"),
        ("eligibility.unqualified", "consignee_code"),
    }


async def test_a_draft_of_somebody_else_stays_hidden(api_stack: ApiStack, draft: str) -> None:
    async with api_stack.client("advanced") as client:
        answer = await client.put(f"{APPOINTMENTS}/{draft}", json=content(**WRONG), headers={"If-Match": "*"})
    assert refused(answer, 404) == ["not_found"]


async def test_a_faulty_body_under_a_key_is_refused_and_nothing_else(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        answer = await client.post(APPOINTMENTS, json=WRONG, headers={"Idempotency-Key": "faulty"})
    refused(answer, 422)
    assert {code for code, _ in found(answer)} == {code for code, _ in FAULTS}


async def test_an_item_of_a_batch(api_stack: ApiStack) -> None:
    """Its shape is right; drafts and declarations alike."""
    wrong = content(contact_mobile="12345", declaration_port="22", consignee_code="9999999999", goods=[])
    items = [{"action": "create", "content": wrong, "declare": declare} for declare in (False, True)]
    async with api_stack.client("general") as client:
        saved, declared = body(await client.post(f"{APPOINTMENTS}/batch", json={"items": items}))["items"]
    codes = [{(error["code"], error["field"]) for error in each["errors"]} for each in (saved, declared)]
    common = {
        ("field.invalid", "contact_mobile"),
        ("field.invalid", "declaration_port"),
        ("eligibility.unqualified", "consignee_code"),
    }
    assert codes[0] == common
    assert codes[1] == common | {("goods.required", "goods")}


async def test_a_batch_that_cannot_be_read_tells_of_every_item(api_stack: ApiStack) -> None:
    soon = saturday() - timedelta(days=300)
    items = [
        {"action": "create", "content": content(**WRONG)},
        {"action": "create", "declare": True, "content": content(contact_mobile="1", window_start=soon.isoformat())},
        {"action": "cancel", "pre_entry_no": "1", "reason": "字" * 501, "colour": "red"},
        {"action": "explode"},
        "text",
    ]
    async with api_stack.client("general") as client:
        answer = await client.post(f"{APPOINTMENTS}/batch", json={"items": items, "size": 5})
    refused(answer, 422)
    told = set(found(answer))
    assert {(code, f"items[0].content.{field}") for code, field in FAULTS} <= told
    assert told >= {
        ("field.invalid", "items[1].content.contact_mobile"),
        ("window.past", "items[1].content.window_start"),
        ("cutoff.passed", "items[1].content.window_start"),
        ("field.invalid", "items[2].pre_entry_no"),
        ("field.invalid", "items[2].reason"),
        ("field.unknown", "items[2].colour"),
        ("field.invalid", "items[3].action"),
        ("field.invalid", "items[4]"),
        ("field.unknown", "size"),
    }


async def test_a_submission(api_stack: ApiStack, draft: str) -> None:
    async with api_stack.client("general") as client:
        answer = await client.post(f"{APPOINTMENTS}/{draft}/submission", json={"colour": "red"})
    told = set(found(answer))
    assert told >= {("field.unknown", "colour"), ("field.required", "reason"), ("goods.required", "goods")}


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ({"reason": "字" * 501, "colour": 1}, {("field.invalid", "reason"), ("field.unknown", "colour")}),
        (
            {"reason": 5, "signature": {"nonce": "x"}},
            {("field.invalid", "reason"), ("field.invalid", "signature.nonce"), ("field.required", "signature.cms")},
        ),
    ],
)
async def test_a_cancellation(api_stack: ApiStack, draft: str, sent: Any, faults: set[tuple[str, str]]) -> None:
    async with api_stack.client("general") as client:
        assert set(found(await client.post(f"{APPOINTMENTS}/{draft}/cancellation", json=sent))) == faults


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ({"text": "字" * 501, "colour": 1}, {("field.invalid", "text"), ("field.unknown", "colour")}),
        ({"tekst": "理由"}, {("explanation.empty", "text"), ("field.unknown", "tekst")}),
        ({"text": 5}, {("field.invalid", "text")}),
    ],
)
async def test_an_explanation(api_stack: ApiStack, draft: str, sent: Any, faults: set[tuple[str, str]]) -> None:
    async with api_stack.client("general") as client:
        assert set(found(await client.post(f"{APPOINTMENTS}/{draft}/explanation", json=sent))) == faults


DAY = f"/ops/v1/ports/{PORT}/calendar/{this_year()}-06-01"
LATE, BACKWARDS = [["22:00", "31:00"]], [["13:00", "17:00"], ["08:00", "12:00"]]


@pytest.mark.parametrize(
    ("method", "path", "sent", "faults"),
    [
        (
            "PUT",
            "/ops/v1/enterprises/123",
            {"uscc": "91350100M000100Y4Z", "grade": "最好", "colour": 1},
            {
                ("field.invalid", "code"),
                ("field.invalid", "uscc"),
                ("field.invalid", "grade"),
                ("field.required", "name"),
                ("field.required", "qualification"),
                ("field.unknown", "colour"),
            },
        ),
        (
            "PUT",
            DAY,
            {"sessions": LATE, "note": "字" * 501, "colour": 1},
            {("field.invalid", "sessions"), ("field.invalid", "note"), ("field.unknown", "colour")},
        ),
        (
            "PUT",
            f"/ops/v1/ports/{PORT}/weekly-plan",
            {"days": {"monday": LATE, "friday": BACKWARDS, "noday": []}, "note": "字" * 501},
            {
                ("field.required", "valid_from"),
                ("field.invalid", "days.monday"),
                ("field.invalid", "days.friday"),
                ("field.unknown", "days.noday"),
                ("field.invalid", "note"),
            },
        ),
        (
            "POST",
            "/ops/v1/calendar/years/2035",
            {"holidays": ["2034-01-01"], "source": "", "colour": 1},
            {("field.invalid", "holidays"), ("field.invalid", "source"), ("field.unknown", "colour")},
        ),
        (
            "POST",
            f"/ops/v1/appointments/{DRAFT}/release",
            {"reason": " ", "colour": 1},
            {("field.required", "reason"), ("field.unknown", "colour")},
        ),
    ],
)
async def test_an_operators_body(
    api_stack: ApiStack, method: str, path: str, sent: Any, faults: set[tuple[str, str]]
) -> None:
    async with api_stack.client("operator") as client:
        assert set(found(await client.request(method, path, json=sent))) == faults


async def test_a_template(api_stack: ApiStack) -> None:
    sent = {"name": " ", "colour": 1, "content": {"contact_mobile": "12", "transport_mode": "Q", "direction": "X"}}
    async with api_stack.client("general") as client:
        answer = await client.post("/api/v1/templates", json=sent)
    assert set(found(answer)) == {
        ("field.invalid", "name"),
        ("field.unknown", "colour"),
        ("field.invalid", "contact_mobile"),
        ("field.invalid", "transport_mode"),
        ("field.invalid", "content.direction"),
    }


async def test_a_faulty_number_does_not_make_a_list_too_short(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        answer = await client.post(f"{APPOINTMENTS}/batch-delete", json={"pre_entry_nos": ["1"]})
    assert found(answer) == [("field.invalid", "pre_entry_nos[0]")]


@pytest.mark.parametrize("size", [8, 300_000])
async def test_a_file_without_a_name_and_a_wrong_purpose(api_stack: ApiStack, draft: str, size: int) -> None:
    form = {"file": (None, b"%" * size), "purpose": (None, b"fun")}
    async with api_stack.client("general") as client:
        answer = await client.post(f"{APPOINTMENTS}/{draft}/attachments", files=form)
    assert found(answer) == [("field.invalid", "file"), ("field.invalid", "purpose")]
