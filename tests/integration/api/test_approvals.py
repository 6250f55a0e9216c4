"""Two persons: one operator asks, another confirms; nobody confirms a request of his own, and it takes effect once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.operators import approvals as routes
from db import approvals
from db.engine import reading, writing
from domain.policy import TwoPersonPolicy
from identity.principal import Role
from identity.users import Rights
from tests.integration.api.api_stack import ApiStack, body, refused
from tests.integration.api.browsing import add_user, sitting

KEYS, APPROVALS = "/ops/v1/access/keys", "/ops/v1/approvals"
WHO = "/api/v1/session"
WANTED = {"name": "night", "scopes": ["operations"], "reason": "夜班对接"}


@pytest.fixture(scope="module", autouse=True)
def two_persons(api_stack: ApiStack) -> Iterator[None]:
    """The policy of this file."""
    before = api_stack.context
    strict = before.policy.model_copy(update={"two_persons": TwoPersonPolicy(release=True, keys=True)})
    api_stack.app.state.context = replace(before, policy=strict)
    yield
    api_stack.app.state.context = before


@pytest.fixture(scope="module")
def people(api_stack: ApiStack) -> dict[str, str]:
    return {
        name: add_user(api_stack, f"two.{name}", enterprise=None, rights=Rights(roles=frozenset(roles)))
        for name, roles in {
            "first": {Role.ADMINISTRATOR},
            "second": {Role.ADMINISTRATOR},
            "officer": {Role.CASE_OFFICER},
        }.items()
    }


async def asked(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = body(await client.post(KEYS, json=WANTED | changes), 202)
    return made


async def test_a_key_is_made_when_another_confirms(api_stack: ApiStack, people: dict[str, str]) -> None:
    async with sitting(api_stack, people["first"]) as first, sitting(api_stack, people["second"]) as second:
        request = await asked(first)
        assert (request["state"], request["reason"], request["is_own"]) == ("open", "夜班对接", True)
        confirming = f"{APPROVALS}/{request['approval_id']}/confirmation"
        assert refused(await first.post(confirming), 403) == ["approval.own"]
        async with api_stack.client("operator") as key:
            assert refused(await key.post(confirming), 403) == ["session.required"]
        done = body(await second.post(confirming))
        assert (done["state"], done["decided_by"], done["outcome"]) == ("done", "two.second", "done")
        assert body(await second.post(confirming))["secret"] == done["secret"], "an answer that was lost is given again"
        assert refused(await first.post(f"{APPROVALS}/{request['approval_id']}/rejection", json=WANTED), 422)
        async with api_stack.client(None, Authorization=f"Bearer {done['secret']}") as night:
            assert body(await night.get(WHO))["name"] == "night"
        listed = body(await second.get(APPROVALS))["items"]
        assert [each["approval_id"] for each in listed][:1] == [request["approval_id"]]
        names = [each["name"] for each in body(await first.get(KEYS))["items"]]
        assert names.count("night") == 1


async def test_an_officer_confirms_no_key_and_a_second_request_waits(
    api_stack: ApiStack, people: dict[str, str]
) -> None:
    async with sitting(api_stack, people["first"]) as first, sitting(api_stack, people["officer"]) as officer:
        request = await asked(first, name="wait")
        path = f"{APPROVALS}/{request['approval_id']}"
        problem = body(await officer.post(f"{path}/confirmation"), 403)
        assert (problem["code"], problem["facts"]) == ("auth.role_missing", {"roles": ["administrator"]})
        async with sitting(api_stack, people["second"]) as second:
            again = body(await second.post(KEYS, json=WANTED | {"name": "wait"}), 409)
            assert (again["code"], again["facts"]) == ("approval.pending", {"asked_by": "two.first"})
            assert body(await second.post(f"{path}/rejection", json={"reason": "不需要"}))["state"] == "rejected"
            assert refused(await second.post(f"{path}/confirmation"), 409) == ["approval.closed"]
        assert (await asked(first, name="wait"))["state"] == "open", "after a rejection one may ask again"


async def test_a_request_expires(api_stack: ApiStack, people: dict[str, str]) -> None:
    async with sitting(api_stack, people["first"]) as first, sitting(api_stack, people["second"]) as second:
        request = await asked(first, name="late")
        with writing(api_stack.engine) as session:
            past = datetime.now(UTC) - timedelta(seconds=1)
            session.execute(approvals._APPROVALS.update().values(expires_at=past))
        answer = await second.post(f"{APPROVALS}/{request['approval_id']}/confirmation")
        assert refused(answer, 409) == ["approval.closed"]
        states = {each["subject"]: each["state"] for each in body(await second.get(APPROVALS))["items"]}
        assert states["late"] == "expired"


async def test_what_a_crash_left_open_is_finished_by_confirming_again(
    api_stack: ApiStack, people: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(api_stack, people["first"]) as first, sitting(api_stack, people["second"]) as second:
        request = await asked(first, name="crash")
        confirming = f"{APPROVALS}/{request['approval_id']}/confirmation"
        with monkeypatch.context() as broken:

            def dies(*_: object) -> None:
                raise OSError("the process ends here")

            broken.setattr(routes, "_finish", dies)
            assert (await second.post(confirming)).status_code == 500
        with reading(api_stack.engine) as session:
            kept = approvals.find(session, request["approval_id"])
        assert kept is not None
        assert kept.state(datetime.now(UTC)) is approvals.ApprovalState.CONFIRMED
        assert body(await second.post(confirming))["state"] == "done"
        names = [each["name"] for each in body(await first.get(KEYS))["items"]]
        assert names.count("crash") == 1, "the key was made once"
