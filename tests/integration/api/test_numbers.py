"""预录入编号: one per request, also after a collision and over the turn of the year."""

import gc
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from api import numbers
from api.appointments.creation import Creation, Draft
from api.context import Caller, CommandOptions
from api.http.problems import Refusal
from db import queries
from domain.actor import ActorKind
from domain.appointment import Appointment, Content
from identity.principal import Principal, Scope
from tests.integration.api.api_stack import APPOINTMENTS, CODES, ApiStack, body

MIDNIGHT = datetime(2026, 12, 31, 16, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def caller(received_at: datetime, code: str = CODES["general"]) -> Caller:
    return Caller(Principal(ActorKind.ENTERPRISE, "erp", code, frozenset({Scope.APPOINTMENTS})), received_at, "zh")


async def create(stack: ApiStack, who: Caller, key: str, text: str = "a") -> Appointment:
    draft = Draft(Content(), {"text": text})
    return await Creation(stack.context, who, CommandOptions(key, chosen=True), draft).create()


@pytest.mark.parametrize("visible", [True, False])
async def test_two_requests_with_the_same_digits_get_two_numbers(
    stack: ApiStack, monkeypatch: pytest.MonkeyPatch, visible: bool
) -> None:
    taken = f"2026{uuid4().int % 10**14:014d}"
    derive = numbers.derive

    def collide(year: int, applicant: str, key: str, salt: int = 0) -> str:
        return taken if salt == 0 else derive(year, applicant, key, salt)

    monkeypatch.setattr(numbers, "derive", collide)
    if not visible:  # as for a draft that is recorded in its workflow and not yet in the database
        monkeypatch.setattr(queries, "number_owner", lambda *_: None)
    async with stack.client("general") as client:
        first = body(await client.post(APPOINTMENTS, json={}), 201)["pre_entry_no"]
        second = body(await client.post(APPOINTMENTS, json={}), 201)["pre_entry_no"]
    assert first == taken
    assert second != taken


async def test_a_request_repeated_over_the_turn_of_the_year_finds_its_draft(
    stack: ApiStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = str(uuid4())
    before = await create(stack, caller(MIDNIGHT - SECOND), key)
    assert before.pre_entry_no.startswith("2026")
    assert await create(stack, caller(MIDNIGHT + SECOND), key) == before
    monkeypatch.setattr(queries, "creation_event", lambda *_: None)  # not yet in the database
    assert await create(stack, caller(MIDNIGHT + SECOND), key) == before
    with pytest.raises(Refusal, match=r"idempotency\.conflict"):
        await create(stack, caller(MIDNIGHT + SECOND), key, "b")


async def test_a_new_year_has_its_own_numbers(stack: ApiStack) -> None:
    new = await create(stack, caller(MIDNIGHT), str(uuid4()))
    assert new.pre_entry_no.startswith("2027")


async def test_a_number_whose_workflow_is_over_is_not_used_again(
    stack: ApiStack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    derive = numbers.derive
    async with stack.client("general") as client:
        made = body(await client.post(APPOINTMENTS, json={}), 201)["pre_entry_no"]
        body(await client.delete(f"{APPOINTMENTS}/{made}"))
        await stack.context.client.get_workflow_handle(f"appointment/{made}").result()
        monkeypatch.setattr(numbers, "derive", lambda *given: derive(*given) if given[3] else made)
        monkeypatch.setattr(queries, "number_owner", lambda *_: None)
        other = body(await client.post(APPOINTMENTS, json={}), 201)["pre_entry_no"]
    assert other != made
    gc.collect()
    assert "never retrieved" not in caplog.text, "the SDK tells a failed start twice"
