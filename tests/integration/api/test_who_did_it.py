"""Who acted is named to the own enterprise alone; who may only draft leaves declaring to others."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import sqlalchemy as sa

from db.engine import reading
from db.projections import rebuild_some
from db.tables import METADATA
from db.verify import verify_chain
from identity.users import Rights
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content, refused
from tests.integration.api.browsing import add_user, browser, log_in
from tests.integration.api.drafts import upload
from workflows.contracts import workflow_id

DECLARER, DRAFTER = "慕容申报", "上官录入"
FILE = "独孤家的合同.pdf"


@pytest.fixture(scope="module")
def names(stack: ApiStack) -> dict[str, str]:
    return {
        "declarer": add_user(stack, "who.declarer", display_name=DECLARER),
        "drafter": add_user(stack, "who.drafter", display_name=DRAFTER, rights=Rights(may_declare=False)),
    }


@asynccontextmanager
async def desk(stack: ApiStack, name: str) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(stack) as client:
        await log_in(client, name)
        yield client


async def drafted(client: httpx.AsyncClient) -> str:
    return f"{APPOINTMENTS}/{body(await client.post(APPOINTMENTS, json=content()), 201)['pre_entry_no']}"


async def test_a_timeline_names_people_and_files_to_their_parties_alone(stack: ApiStack, names: dict[str, str]) -> None:
    async with desk(stack, names["drafter"]) as drafter, desk(stack, names["declarer"]) as declarer:
        path = await drafted(drafter)
        taken = body(await upload(drafter, path, name=FILE), 201)
        body(await declarer.delete(f"{path}/attachments/{taken['attachment_id']}"))
        made = body(await declarer.get(path))
        assert (made["created_by"]["name"], made["submitted_by"]) == (DRAFTER, None)
        events = body(await declarer.get(f"{path}/timeline"))["items"]
        assert [(each["actor"]["name"], each["attachment"] and each["attachment"]["name"]) for each in events] == [
            (DRAFTER, None),
            (DRAFTER, FILE),
            (DECLARER, FILE),
        ]
    async with stack.client("importer") as consignee:
        events = body(await consignee.get(f"{path}/timeline"))["items"]
        assert {(each["actor"]["user_id"], each["actor"]["name"]) for each in events} == {(None, None)}
        assert [each["attachment"] and each["attachment"]["name"] for each in events] == [None, FILE, FILE]
        assert body(await consignee.get(path))["created_by"] is None
    number = path.rpartition("/")[2]
    async with stack.client("operator") as operator:
        seen = await operator.get(f"/ops/v1/appointments/{number}")
        assert body(seen)["created_by"] is None
        assert DRAFTER not in seen.text


async def test_who_may_only_draft_cannot_declare_and_is_not_offered_it(stack: ApiStack, names: dict[str, str]) -> None:
    async with desk(stack, names["drafter"]) as drafter, desk(stack, names["declarer"]) as declarer:
        path, others = await drafted(drafter), await drafted(declarer)
        assert body(await drafter.get(path))["permitted_actions"] == ["save", "delete"]
        assert body(await drafter.get(others))["permitted_actions"] == ["save"]
        for act, given in {
            "submission": {},
            "cancellation": {},
            "feedback": {"declaration_numbers": ["223320261000000001"]},
            "explanation": {"text": "台风"},
            "signing-request": {"act": "submission"},
        }.items():
            assert refused(await drafter.post(f"{path}/{act}", json=given), 403) == ["auth.may_only_draft"]
        assessed = body(await drafter.post(f"{path}/assessment"))
        assert (assessed["permitted"], assessed["errors"][-1]["code"]) == (False, "auth.may_only_draft")
        assert refused(await drafter.delete(others), 403) == ["auth.not_own_draft"]
        numbers = [each.rpartition("/")[2] for each in (path, others)]
        refusal = await drafter.post(f"{APPOINTMENTS}/batch-delete", json={"pre_entry_nos": numbers})
        assert refused(refusal, 403) == ["auth.not_own_draft"]
        body(await drafter.delete(path))
        body(await drafter.post(f"{others}/copy"), 201)


async def test_a_batch_declares_nothing_for_who_may_only_draft(stack: ApiStack, names: dict[str, str]) -> None:
    async with desk(stack, names["drafter"]) as drafter:
        item = {"action": "create", "content": content(), "declare": True}
        (answer,) = body(await drafter.post(f"{APPOINTMENTS}/batch", json={"items": [item]}))["items"]
        assert (answer["status"], answer["code"], answer["pre_entry_no"]) == (403, "auth.may_only_draft", None)


async def test_who_was_renamed_is_named_so_everywhere(stack: ApiStack, names: dict[str, str]) -> None:
    boss = add_user(stack, "who.boss", display_name="令狐主任", rights=Rights(administrator=True))
    colleague = f"/api/v1/colleagues/{names['declarer']}"
    async with desk(stack, names["declarer"]) as declarer, desk(stack, boss) as chief:
        path = await drafted(declarer)
        body(await chief.patch(colleague, json={"name": "慕容更名", "disabled": True}))
        assert body(await chief.get(path))["created_by"]["name"] == "慕容更名"
        (event,) = body(await chief.get(f"{path}/timeline"))["items"]
        assert event["actor"]["name"] == "慕容更名"
        body(await chief.patch(colleague, json={"name": DECLARER, "disabled": False}))


async def test_a_key_is_named_to_its_enterprise(stack: ApiStack, names: dict[str, str]) -> None:
    async with stack.client("general") as client, desk(stack, names["drafter"]) as drafter:
        path = await drafted(drafter)
        assert body(await client.post(f"{path}/submission"))["submitted_by"]["name"] == "general"
        for party in (client, drafter):
            assert body(await party.get(f"{path}/receipts"))["submitted_by"]["name"] == "general"
            params = {"pre_entry_no": path.rpartition("/")[2]}
            (listed,) = body(await party.get(APPOINTMENTS, params=params))["items"]
            assert (listed["created_by"]["name"], listed["submitted_by"]["name"]) == (DRAFTER, "general")
    async with stack.client("importer") as consignee:
        assert body(await consignee.get(f"{path}/receipts"))["submitted_by"] is None


async def test_no_name_stands_in_a_history_or_in_the_database(stack: ApiStack, names: dict[str, str]) -> None:
    async with desk(stack, names["drafter"]) as drafter:
        path = await drafted(drafter)
        body(await upload(drafter, path, name=FILE), 201)
    handle = stack.context.client.get_workflow_handle(workflow_id(path.rpartition("/")[2]))
    events = (await handle.fetch_history()).events
    history = b"".join(event.SerializeToString() for event in events).decode(errors="replace")
    kept = "\n".join(everything(stack))
    assert '"user_id":"u-' in history
    for secret in (DRAFTER, DECLARER, FILE.removesuffix(".pdf"), *names.values()):
        assert secret not in history
    for secret in (DRAFTER, DECLARER, FILE.removesuffix(".pdf")):
        assert secret not in kept


def everything(stack: ApiStack) -> list[str]:
    with reading(stack.engine) as session:
        return [
            str(tuple(row))
            for table in METADATA.sorted_tables
            for row in session.connection().execute(sa.select(table))
        ]


async def test_what_was_written_verifies_and_can_be_made_again(stack: ApiStack, names: dict[str, str]) -> None:
    async with desk(stack, names["drafter"]) as drafter:
        path = await drafted(drafter)
        number = path.rpartition("/")[2]
        before = body(await drafter.get(path))
        rebuild_some(stack.engine, [number])
        with reading(stack.engine) as session:
            assert verify_chain(session, number) == ()
        assert body(await drafter.get(path)) == before
