"""Roles of operators at the door: told to the user, named in a refusal, and effective from the next request."""

from collections.abc import Callable

import pytest

from identity.passwords import Passwords
from identity.principal import Role
from identity.users import OperatorChange, Rights, Users
from tests.e2e.client import body
from tests.integration.api.api_stack import ApiStack
from tests.integration.api.browsing import add_user, sitting

DAY = "/ops/v1/ports/2248/calendar/2036-01-02"
EDITS = "/ops/v1/calendar/edits"
CLOSED: dict[str, list[list[str]]] = {"sessions": []}


@pytest.fixture
def change(api_stack: ApiStack) -> Callable[[str, OperatorChange], None]:
    def changed(name: str, wanted: OperatorChange) -> None:
        passwords = Passwords()
        Users(api_stack.engine, passwords).set_operator(name, wanted)
        passwords.close()

    return changed


async def test_a_keeper_of_a_port_changes_that_one_alone(api_stack: ApiStack) -> None:
    rights = Rights(roles=frozenset({Role.CALENDAR_KEEPER}), ports=frozenset({"2248"}))
    keeper = add_user(api_stack, "roles.keeper", enterprise=None, rights=rights)
    async with sitting(api_stack, keeper) as client:
        told = body(await client.get("/api/v1/session"))
        assert (told["roles"], told["ports"]) == (["calendar_keeper"], ["2248"])
        assert (await client.put(DAY, json=CLOSED)).status_code == 200
        refused = body(await client.put(DAY.replace("2248", "2225"), json=CLOSED), 403)
        assert (refused["code"], refused["facts"]) == ("auth.other_port", {"ports": ["2248"]})
        assert refused["errors"][0]["remedy"]
        assert body(await client.post("/ops/v1/calendar/years/2036", json={}), 403)["code"] == "auth.other_port"


async def test_ports_in_a_body_are_judged_by_the_route(api_stack: ApiStack) -> None:
    rights = Rights(roles=frozenset({Role.CALENDAR_KEEPER}), ports=frozenset({"2248"}))
    keeper = add_user(api_stack, "roles.editor", enterprise=None, rights=rights)
    edit = {"kind": "hours", "first_day": "2036-01-03", "sessions": [], "reason": "演练"}
    async with sitting(api_stack, keeper) as client:
        refused = body(await client.post(EDITS, json=edit | {"ports": ["2248", "2225"]}), 403)
        assert (refused["code"], refused["facts"]) == ("auth.other_port", {"ports": ["2248"]})
        assert (await client.post(EDITS, json=edit | {"all_ports": True})).status_code == 403
        assert body(await client.post(EDITS, json=edit | {"ports": ["2248"]}))["changes"] == 1


async def test_a_role_counts_from_the_next_request(
    api_stack: ApiStack, change: Callable[[str, OperatorChange], None]
) -> None:
    viewer = add_user(api_stack, "roles.viewer", enterprise=None, rights=Rights(roles=frozenset({Role.VIEWER})))
    async with sitting(api_stack, viewer) as client:
        refused = body(await client.put(DAY, json=CLOSED), 403)
        assert (refused["code"], refused["facts"]["roles"]) == (
            "auth.role_missing",
            ["administrator", "calendar_keeper"],
        )
        assert "日历维护" in refused["detail"]
        change(viewer, OperatorChange(roles=frozenset({Role.CALENDAR_KEEPER})))
        assert (await client.put(DAY, json=CLOSED)).status_code == 200
        change(viewer, OperatorChange(roles=frozenset({Role.VIEWER})))
        assert (await client.put(DAY, json=CLOSED)).status_code == 403
