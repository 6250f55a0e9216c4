"""上次使用: a user's next application begins with what the last one had; it is sealed, and that user's alone."""

from typing import Any

import pytest

from api.preferences import last_used
from db.engine import Busy
from tests.e2e.searching import files, found
from tests.integration.api.api_stack import APPOINTMENTS, CODES, ApiStack, body, content, refused
from tests.integration.api.browsing import add_user, sitting

LAST_USED = "/api/v1/last-used"
NOTHING: dict[str, Any] = {
    "contact_name": None,
    "contact_mobile": None,
    "declaration_port": None,
    "entry_exit_port": None,
    "transport_mode": None,
    "direction": None,
    "recent_consignees": [],
    "recent_ports": [],
}


async def test_what_was_saved_last_is_told_to_the_same_user_alone(stack: ApiStack) -> None:
    mine, other = add_user(stack, "remembers.one"), add_user(stack, "remembers.other")
    async with sitting(stack, mine) as client:
        assert body(await client.get(LAST_USED)) == NOTHING
        first = content(contact_name="王小明", declaration_port="2233", entry_exit_port="2248")
        made = await client.post(APPOINTMENTS, json=first)
        number = body(made, 201)["pre_entry_no"]
        changed = first | {"contact_mobile": "13900139000", "declaration_port": "2248", "direction": None}
        answer = await client.put(f"{APPOINTMENTS}/{number}", json=changed, headers={"If-Match": made.headers["ETag"]})
        body(answer)
        assert body(await client.get(LAST_USED)) == {
            "contact_name": "王小明",
            "contact_mobile": "13900139000",
            "declaration_port": "2248",
            "entry_exit_port": "2248",
            "transport_mode": first["transport_mode"],
            "direction": first["direction"],  # an empty field takes nothing away
            "recent_consignees": [CODES["importer"]],
            "recent_ports": ["2248", "2233"],
        }
    async with sitting(stack, other) as client:
        assert body(await client.get(LAST_USED)) == NOTHING


async def test_a_refused_draft_is_not_remembered(stack: ApiStack) -> None:
    async with sitting(stack, add_user(stack, "remembers.nothing")) as client:
        refused(await client.post(APPOINTMENTS, json=content(contact_mobile="1")), 422)
        assert body(await client.get(LAST_USED)) == NOTHING


async def test_a_user_can_have_it_forgotten(stack: ApiStack) -> None:
    async with sitting(stack, add_user(stack, "remembers.no.more")) as client:
        body(await client.post(APPOINTMENTS, json=content()), 201)
        assert (await client.delete(LAST_USED)).status_code == 204
        assert body(await client.get(LAST_USED)) == NOTHING


async def test_a_key_has_used_nothing(stack: ApiStack) -> None:
    async with stack.client("general") as client:
        body(await client.post(APPOINTMENTS, json=content()), 201)
        assert refused(await client.get(LAST_USED), 403) == ["session.required"]


async def test_nothing_of_it_stands_in_the_database_in_the_clear(stack: ApiStack) -> None:
    secrets = ["赵钱孙李周", "15012345678"]
    async with sitting(stack, add_user(stack, "remembers.secrets")) as client:
        body(await client.post(APPOINTMENTS, json=content(contact_name=secrets[0], contact_mobile=secrets[1])), 201)
        assert body(await client.get(LAST_USED))["contact_mobile"] == secrets[1]
    folder = stack.context.settings.data_dir
    assert (folder / "test.db").exists()
    assert found(secrets, files(folder)) == set()


async def test_a_database_that_is_away_costs_the_draft_nothing(
    stack: ApiStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise Busy

    monkeypatch.setattr(last_used, "writing", busy)
    async with sitting(stack, add_user(stack, "remembers.away")) as client:
        body(await client.post(APPOINTMENTS, json=content()), 201)
        assert body(await client.get(LAST_USED)) == NOTHING
