"""Today: what waits, how urgent it is, and where it is dealt with; and the lists that it leads to."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from db import approvals, inbox, reference, system_counts
from db.engine import writing
from db.projections import project
from db.register_history import Origin
from db.system_counts import CountName, Found
from db.tables import METADATA
from domain.appointment import Deadlines, Party, State
from domain.enterprise import Enterprise, Grade, Qualification
from domain.event import Action
from tests.integration.api.api_stack import CODES, ApiStack, body, refused
from tests.integration.api.conftest import unstaffed
from tests.integration.db.stories import appointment, created, event, submitted

TODAY, WORK = "/ops/v1/today", "/ops/v1/worklists"
HOUR = timedelta(hours=1)
#: Numbers of no other test.
NUMBERS = [f"2040{serial:014}" for serial in range(1, 6)]
PORT = "7777"
FORMULA = "=1+1 企业"
#: An enterprise that no other test registers.
LOGISTICS = "3199990001"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def api_stack(tmp_path_factory: pytest.TempPathFactory, environ: pytest.MonkeyPatch) -> AsyncIterator[ApiStack]:
    """Instead of the one that the other files share: here is counted what waits, and firms are overdue."""
    async with unstaffed(environ, tmp_path_factory.mktemp("today")) as stack:
        yield stack


@pytest.fixture(scope="module")
def waiting(api_stack: ApiStack) -> datetime:
    """The instant of two overdue appointments and a stuck message at a port of their own, and of a parked receipt."""
    now = datetime.now(UTC)
    content: dict[str, Any] = {"content": appointment().content.model_copy(update={"declaration_port": PORT})}
    parties = (Party(code=CODES["general"], name=FORMULA), Party(code=CODES["advanced"], name="别家企业"))
    others = Party(code=LOGISTICS, name="收货企业")
    for number, hours, applicant in zip(NUMBERS, (2, 50), parties, strict=False):
        given = content | {"consignee": others if hours == 50 else None, "applicant": applicant}
        late = Deadlines(feedback_by=now - hours * HOUR)
        after = appointment(number, 1, State.COMPLETED_WITHOUT_FEEDBACK, deadlines=late, **given)
        project(api_stack.engine, [event(after, Action.OVERDUE, State.SUCCEEDED)])
    project(api_stack.engine, [created(NUMBERS[2], **content), submitted(NUMBERS[2], **content)])
    stuck = appointment(NUMBERS[2], 3, State.SUBMITTED, **content)
    told = {"message_id": f"apply-{NUMBERS[2]}", "refused": "delivery.refused"}
    project(api_stack.engine, [event(stuck, Action.DELIVERY_PARKED, State.SUBMITTED, decision=told)])
    inbox.store_unreadable(api_stack.engine, raw="sealed", raw_digest="today", reason="malformed", received_at=now)
    return now


def registered(code: str, name: str) -> Enterprise:
    return Enterprise(code=code, name=name, qualification=Qualification.REGISTERED, grade=Grade.GENERAL_CREDIT)


async def tiles(api_stack: ApiStack) -> dict[str, Any]:
    async with api_stack.client("operator") as operator:
        return {each["kind"]: each for each in body(await operator.get(TODAY))["tiles"]}


async def listed(api_stack: ApiStack, kind: str, **query: Any) -> Any:
    async with api_stack.client("operator") as operator:
        return body(await operator.get(f"{WORK}/{kind}", params={"port": PORT} | query))


async def numbers(api_stack: ApiStack, kind: str, **query: Any) -> list[str]:
    return [each["pre_entry_no"] for each in (await listed(api_stack, kind, **query))["items"]]


async def test_what_waits_is_counted_and_leads_to_its_list(api_stack: ApiStack, waiting: datetime) -> None:
    seen = await tiles(api_stack)
    overdue = seen["overdue"]
    assert (overdue["count"], overdue["level"], overdue["ages"]) == (2, "fault", [0, 1, 1, 0, 0])
    assert datetime.fromisoformat(overdue["oldest"]) == waiting - 50 * HOUR
    assert (seen["deliveries"]["count"], seen["receipts"]["count"]) == (1, 1)
    assert seen["deliveries"]["link"] == "/operators/worklists?kind=deliveries"


async def test_the_metrics_have_the_counts_of_today(api_stack: ApiStack, waiting: datetime) -> None:
    del waiting
    async with api_stack.client() as client:
        lines = (await client.get("/metrics")).text.splitlines()
    shown = {line for line in lines if line.startswith("yuyue_waiting{")}
    assert {'yuyue_waiting{kind="overdue"} 2.0', 'yuyue_waiting{kind="undecided"} 0.0'} <= shown
    assert {'yuyue_waiting{kind="stuck_deliveries"} 1.0', 'yuyue_waiting{kind="parked_receipts"} 1.0'} <= shown


async def test_a_request_waits_for_a_second_operator_until_it_expires(api_stack: ApiStack, waiting: datetime) -> None:
    for serial, hours in enumerate((-1, 5)):
        wanted = approvals.Approval(
            approval_id=f"today-{serial}",
            kind=approvals.ApprovalKind.RELEASE,
            subject=NUMBERS[serial],
            content={},
            reason="sealed",
            asked_by="officer",
            asked_as="u-1",
            asked_at=waiting - 2 * HOUR,
            expires_at=waiting + hours * HOUR,
        )
        with writing(api_stack.engine) as session:
            approvals.ask(session, wanted)
    seen = (await tiles(api_stack))["approvals"]
    assert (seen["count"], seen["level"]) == (1, "warning")
    assert datetime.fromisoformat(seen["next_at"]) == waiting + 5 * HOUR


async def test_nothing_that_waits_is_well(api_stack: ApiStack, waiting: datetime) -> None:
    del waiting
    undecided = (await tiles(api_stack))["undecided"]
    assert (undecided["count"], undecided["level"], undecided["oldest"]) == (0, "ok", None)


@pytest.mark.parametrize(
    ("value", "age", "shown", "level"),
    [(0, 0, 0, "ok"), (3, 0, 3, "fault"), (None, 0, None, "unknown"), (3, 20, None, "unknown")],
)
async def test_a_count_of_workflows_says_when_it_is_none(
    api_stack: ApiStack, value: int | None, age: int, shown: int | None, level: str
) -> None:
    """A worker counts every five minutes: what is twenty minutes old says nothing about now."""
    at = datetime.now(UTC) - timedelta(minutes=age)
    system_counts.save(api_stack.engine, {CountName.MISSING_WORKFLOWS: value}, at)
    seen = (await tiles(api_stack))["missing"]
    assert (seen["count"], seen["level"]) == (shown, level)
    assert datetime.fromisoformat(seen["counted_at"]) == at


async def test_what_was_never_counted_is_unknown(api_stack: ApiStack) -> None:
    with writing(api_stack.engine) as session:
        session.execute(METADATA.tables["system_counts"].delete())
    assert (await tiles(api_stack))["standing"]["level"] == "unknown"


async def test_lists_say_how_old_they_are(api_stack: ApiStack) -> None:
    seen = (await tiles(api_stack))["lists"]
    assert {each["name"] for each in seen["lists"]} == {"ports", "hs_codes", "enterprises"}
    assert (seen["level"], seen["link"]) == ("ok", "/operators/registers")


async def test_a_list_has_no_personal_field_and_links_to_the_story(api_stack: ApiStack, waiting: datetime) -> None:
    found = await listed(api_stack, "overdue")
    assert [each["pre_entry_no"] for each in found["items"]] == [NUMBERS[1], NUMBERS[0]]
    assert (found["total"], found["complete"], found["acts"]) == (2, True, ["release"])
    (first, _) = found["items"]
    assert first["link"] == f"/operators/appointments/{NUMBERS[1]}"
    assert 50 * 3600 <= first["age_seconds"] < 51 * 3600
    assert "contact" not in str(found)
    assert datetime.fromisoformat(first["since"]) == waiting - 50 * HOUR


async def test_filters_by_party_age_and_state(api_stack: ApiStack, waiting: datetime) -> None:
    del waiting
    assert await numbers(api_stack, "overdue", party=CODES["general"]) == [NUMBERS[0]]
    assert await numbers(api_stack, "overdue", min_age_hours=3) == [NUMBERS[1]]
    assert await numbers(api_stack, "overdue", max_age_hours=3) == [NUMBERS[0]]
    assert await numbers(api_stack, "overdue", party="没有这样的企业名称") == []
    assert await numbers(api_stack, "deliveries") == [NUMBERS[2]]
    assert await numbers(api_stack, "deliveries", state="pending") == []


async def test_a_party_is_found_by_a_part_of_its_name_in_the_register(api_stack: ApiStack, waiting: datetime) -> None:
    reference.save_enterprise(api_stack.engine, registered(LOGISTICS, "华东冷链测试物流"), Origin("officer", waiting))
    assert await numbers(api_stack, "overdue", party="冷链测试") == [NUMBERS[1]]
    assert await numbers(api_stack, "overdue", party=LOGISTICS) == [NUMBERS[1]]


async def test_a_name_of_too_many_is_no_answer(api_stack: ApiStack, waiting: datetime) -> None:
    many = [registered(f"31999911{serial:02}", f"同名测试企业{serial}") for serial in range(51)]
    reference.save_enterprises(api_stack.engine, many, Origin("officer", waiting))
    async with api_stack.client("operator") as operator:
        answer = await operator.get(f"{WORK}/overdue", params={"party": "同名测试"})
    assert refused(answer, 422) == ["query.too_many_parties"]


async def test_a_page_continues_where_the_last_ended(api_stack: ApiStack, waiting: datetime) -> None:
    del waiting
    first = await listed(api_stack, "overdue", limit=1)
    assert await numbers(api_stack, "overdue", limit=1, cursor=first["next_cursor"]) == [NUMBERS[0]]
    assert first["total"] == 2


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("overdue?cursor=bm9uc2Vuc2U", "cursor"),
        ("overdue?state=stuck", "state"),
        ("overdue?sort=version", "sort"),
        ("overdue?min_age_hours=-1", "min_age_hours"),
        ("everything", "kind"),
    ],
)
async def test_a_question_that_no_list_answers_is_refused(api_stack: ApiStack, path: str, field: str) -> None:
    async with api_stack.client("operator") as operator:
        answer = await operator.get(f"{WORK}/{path}")
    assert refused(answer, 422) == ["field.invalid"]
    assert answer.json()["errors"][0]["field"] == field


async def test_what_a_search_found_is_listed_with_its_instant_while_temporal_is_away(
    api_stack: ApiStack, waiting: datetime
) -> None:
    found = [Found("standing/1", NUMBERS[0], waiting - HOUR)]
    system_counts.save_found(api_stack.engine, CountName.STUCK_WORKFLOWS, found, at=waiting, count=1)
    answer = await listed(api_stack, "standing")
    assert ([each["key"] for each in answer["items"]], answer["total"]) == (["standing/1"], 1)
    assert datetime.fromisoformat(answer["counted_at"]) == waiting
    assert (await listed(api_stack, "overdue"))["counted_at"] is None


async def test_the_export_has_every_row_and_no_formula(api_stack: ApiStack, waiting: datetime) -> None:
    del waiting
    async with api_stack.client("operator") as operator:
        answer = await operator.get(f"{WORK}/overdue/export", params={"port": PORT})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    heading, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert [row[0] for row in rows] == [f"\t{NUMBERS[1]}", f"\t{NUMBERS[0]}"]
    assert rows[1][heading.index("申报单位名称")] == f"\t{FORMULA}"


async def test_acts_that_a_list_does_not_know_and_empty_reasons_are_refused(api_stack: ApiStack) -> None:
    async with api_stack.client("operator") as operator:
        sent = {"act": "dismiss", "items": [NUMBERS[0]], "reason": " "}
        answer = await operator.post(f"{WORK}/overdue/acts", json=sent)
        assert sorted(refused(answer, 422)) == ["field.invalid", "field.required"]
        many = {"act": "release", "items": [str(each) for each in range(201)], "reason": "核实"}
        assert refused(await operator.post(f"{WORK}/overdue/acts", json=many), 422) == ["field.invalid"]


async def test_while_temporal_is_away_each_item_says_so_and_nothing_was_done(
    api_stack: ApiStack, waiting: datetime
) -> None:
    del waiting
    sent = {"act": "release", "items": [NUMBERS[0], "203000000000000000"], "reason": "核实"}
    async with api_stack.client("operator") as operator:
        found = body(await operator.post(f"{WORK}/overdue/acts", json=sent))
    assert [(each["key"], each["outcome"], each["status"]) for each in found["items"]] == [
        (NUMBERS[0], "refused", 503),
        ("203000000000000000", "refused", 404),
    ]
    assert (found["done"], found["unchanged"], found["refused"]) == (0, 0, 2)
    assert await numbers(api_stack, "overdue") == [NUMBERS[1], NUMBERS[0]]
