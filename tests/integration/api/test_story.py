"""The story of an appointment: what operators ask is answered from the record, and a look at people leaves a trace."""

import base64
from hashlib import sha256
from typing import Any

import httpx
import sqlalchemy as sa

from activities.contracts import Deliver
from activities.delivery import DeliveryActivity
from db import queries
from db.engine import reading, writing
from db.tables import METADATA
from tests.integration.api.api_stack import APPOINTMENTS, CODES, ApiStack, body, content, refused
from tests.integration.api.drafts import draft
from tests.integration.api.receipts import receipt
from tests.waiting import until_told

NAME, PHONE = "欧阳秘密", "13912345678"
REASON = "复核联系人是否属实"
NOTE = "单证不齐，请联系李经办"


def name_of_key(stack: ApiStack, owner: str) -> str:
    keys = METADATA.tables["api_keys"]
    with stack.engine.connect() as connection:
        found = connection.execute(sa.select(keys.c.name).where(keys.c.customs_code == CODES[owner])).scalars().all()
    return str(found[0])


def ops(number: str, what: str) -> str:
    return f"/ops/v1/appointments/{number}/{what}"


async def submitted(client: httpx.AsyncClient, **changes: Any) -> str:
    number = str((await draft(client, contact_name=NAME, contact_mobile=PHONE, **changes))["pre_entry_no"])
    body(await client.post(f"{APPOINTMENTS}/{number}/submission", json={}))
    return number


def sentences(story: Any, question: str) -> list[str]:
    return [each["sentence"] for each in story["answers"] if each["question"] == question]


def deliver(stack: ApiStack, number: str, version: int = 2) -> bytes:
    """Sends the message of that version as a worker would, to an office that takes everything."""
    sent: list[bytes] = []

    class Office:
        def send(self, message_id: str, xml: bytes, *, port: str | None) -> None:
            del message_id, port
            sent.append(xml)

    with reading(stack.engine) as session:
        event = queries.version_event(session, number, version)
    assert event is not None
    assert event.appointment is not None
    assert event.outgoing is not None
    assert event.received_at is not None
    request = Deliver(outgoing=event.outgoing, appointment=event.appointment, at=event.received_at)
    DeliveryActivity(stack.engine, Office(), stack.context.sealer, sender_id="YUYUE", receiver_id="CUSTOMS").deliver(
        request
    )
    return sent[0]


async def test_a_refused_command_is_on_record_with_its_sender_and_counted(stack: ApiStack) -> None:
    monday = {"window_start": "2031-03-03T10:00:00+08:00"}
    async with stack.client("general") as client, stack.client("operator") as operator:
        number = (await draft(client, **monday))["pre_entry_no"]
        codes = refused(await client.post(f"{APPOINTMENTS}/{number}/submission", json={}), 422)
        assert refused(await client.post(f"{APPOINTMENTS}/{number}/submission", json={}), 422) == codes
        story = body(await operator.get(ops(number, "story")))
        english = body(await operator.get(ops(number, "story"), headers={"Accept-Language": "en"}))
    (command,) = [each for each in story["lanes"]["commands"] if not each["accepted"]]
    assert (command["command"], command["times"], command["version"]) == ("submit", 2, 1)
    assert [each["code"] for each in command["errors"]] == codes
    assert (command["who"]["id"], command["who"]["address"]) == (CODES["general"], "127.0.0.1")
    (decision,) = [each for each in story["lanes"]["decisions"] if not each["accepted"]]
    assert decision["policy_version"] == stack.context.policy.version
    (sentence,) = sentences(story, "refused")
    assert "的“申报”被拒绝" in sentence
    assert "请联系口岸更新工作日历" in sentence
    assert "was refused" in sentences(english, "refused")[0]


async def test_a_command_that_the_service_could_not_do_is_no_refusal(api_stack: ApiStack) -> None:
    """A command is not decided while Temporal is away, so there is nothing to explain."""
    rows = METADATA.tables["refused_commands"]
    async with api_stack.client("general") as client:
        answer = await client.post(f"{APPOINTMENTS}/209900000000000001/submission", json={})
    assert answer.status_code in {404, 503}
    with api_stack.engine.connect() as connection:
        assert connection.execute(rows.select()).all() == []


async def test_what_was_sent_is_shown_masked_and_opened_byte_for_byte_against_a_reason(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        number = await submitted(client)
        sent = deliver(stack, number)
        story = body(await operator.get(ops(number, "story")))
        (message,) = story["lanes"]["messages"]
        (delivery,) = story["lanes"]["deliveries"]
        assert message["sha256"] == sha256(sent).hexdigest()
        assert (delivery["state"], delivery["attempts"]) == ("delivered", 1)
        assert "海关已收到预约申请报文" in sentences(story, "delivered")[0]
        masked = await operator.get(ops(number, f"messages/{message['message_id']}"))
        shown = body(masked)
        assert (shown["valid"], shown["complaint"], shown["size"]) == (True, None, len(sent))
        assert f"<pre_entry_no>{number}</pre_entry_no>" in shown["text"]
        assert NAME not in masked.text + str(story)
        assert PHONE not in masked.text + str(story)
        opened = body(await operator.post(ops(number, "opened"), json={"reason": REASON}))
    assert base64.b64decode(opened["messages"][0]["base64"]) == sent
    assert f"<contact_mobile>{PHONE}</contact_mobile>" in opened["messages"][0]["pretty"]


async def test_a_look_at_people_needs_a_reason_and_is_on_record(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        number = await submitted(client)
        deliver(stack, number)
        assert refused(await operator.post(ops(number, "opened"), json={"reason": " "}), 422) == ["field.required"]
        assert sentences(body(await operator.get(ops(number, "story"))), "opened")[0].startswith("没有运维人员查看过")
        answer = await operator.post(ops(number, "opened"), json={"reason": REASON})
        opened = body(answer)
        assert answer.headers["cache-control"] == "no-store"
        assert opened["appointment"]["content"]["contact_mobile"] == PHONE
        story = body(await operator.get(ops(number, "story")))
    (look,) = story["lanes"]["openings"]
    assert (look["what"], look["address"]) == ("personal.opened", "127.0.0.1")
    assert f"1 次，最近一次是 {look['subject']}" in sentences(story, "opened")[0]
    with stack.engine.connect() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM accesses").all())
        kept += str(connection.exec_driver_sql("SELECT xml FROM deliveries").all())
    assert not [text for text in (REASON, NAME, PHONE) if text in kept]


async def test_who_returned_it_and_the_receipt_as_it_came(stack: ApiStack) -> None:
    async with (
        stack.client("general") as client,
        stack.client("operator") as operator,
        stack.client("customs") as customs,
    ):
        number = await submitted(client)
        raw = receipt(number, "RETURNED", note=NOTE)
        outcome = body(await customs.post("/customs/v1/receipts", content=raw), 202)
        story = body(await operator.get(ops(number, "story")))
        (kept,) = story["lanes"]["receipts"]
        shown = body(await operator.get(ops(number, f"receipts/{kept['id']}")))
        opened = body(await operator.post(ops(number, "opened"), json={"reason": REASON}))
        other = await submitted(client)
        assert refused(await operator.get(ops(other, f"receipts/{kept['id']}")), 404) == ["not_found"]
    assert (kept["receipt_id"], kept["outcome"], kept["has_note"]) == (outcome["receipt_id"], "applied", True)
    assert f"回执 {outcome['receipt_id']}" in sentences(story, "returned")[0]
    assert (shown["valid"], shown["sha256"]) == (True, sha256(raw).hexdigest())
    assert NOTE not in str(shown) + str(story)
    assert base64.b64decode(opened["receipts"][0]["base64"]) == raw
    assert NOTE in [each["text"] for each in opened["reasons"]]
    assert [each["version"] for each in story["lanes"]["notifications"]] == [3, 3], "to both parties"


async def test_a_version_as_it_was_and_what_changed_since(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        number = (await draft(client, contact_name=NAME, contact_mobile=PHONE))["pre_entry_no"]
        path = f"{APPOINTMENTS}/{number}"
        same = content(contact_name=NAME, contact_mobile=PHONE)
        body(await client.put(path, json=same, headers={"If-Match": '"1"'}))
        goods = [{"hs_code": "0301999990", "name": "鲜活鳗鱼"}]
        other = content(contact_name=NAME, contact_mobile="13800000000", goods=goods)
        body(await client.put(path, json=other, headers={"If-Match": '"2"'}))
        first = body(await operator.get(ops(number, "versions/1")))
        unchanged = body(await operator.get(ops(number, "differences"), params={"from_version": 1, "to_version": 2}))
        changed = body(await operator.get(ops(number, "differences"), params={"from_version": 1, "to_version": 3}))
        then = body(await operator.post(ops(number, "opened"), params={"version": 1}, json={"reason": REASON}))
        assert refused(await operator.get(ops(number, "versions/9")), 404) == ["not_found"]
    assert (first["intact"], first["appointment"]["version"]) == (True, 1)
    assert first["appointment"]["goods"][0]["name"] == "其他活鱼"
    assert first["appointment"]["content"]["contact_mobile"] is None
    assert first["personal"] == ["content.contact_name", "content.contact_mobile", "content.reason"]
    assert unchanged["items"] == [], "although every sealed text has another token"
    assert {each["path"]: (each["personal"], each["before"], each["after"]) for each in changed["items"]} == {
        "content.contact_mobile": (True, None, None),
        "content.goods[0].name": (False, "其他活鱼", "鲜活鳗鱼"),
    }
    assert then["appointment"]["content"]["contact_mobile"] == PHONE


async def test_an_altered_version_is_told_from_an_intact_one(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        number = (await draft(client))["pre_entry_no"]
        contents = METADATA.tables["appointment_contents"]
        altered = sa.func.replace(contents.c.appointment, "其他活鱼", "其他死鱼")
        with writing(stack.engine) as session:
            session.execute(sa.update(contents).where(contents.c.pre_entry_no == number).values(appointment=altered))
        assert body(await operator.get(ops(number, "versions/1")))["intact"] is False


async def test_a_deleted_draft_leaves_its_story_without_contents(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        number = (await draft(client))["pre_entry_no"]
        await client.delete(f"{APPOINTMENTS}/{number}")
        first = body(await operator.get(ops(number, "versions/1")))
        story = body(await operator.get(ops(number, "story")))
    assert first["appointment"] is None
    assert [each["action"] for each in story["lanes"]["events"]] == ["created", "deleted"]


async def test_earlier_events_come_by_pages_and_answers_know_all(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        number = (await draft(client))["pre_entry_no"]
        body(await client.put(f"{APPOINTMENTS}/{number}", json=content(), headers={"If-Match": '"1"'}))
        path = ops(number, "story")
        last = body(await operator.get(path, params={"limit": 1}))
        first = body(await operator.get(path, params={"limit": 1, "cursor": last["next_cursor"]}))
        assert refused(await operator.get(path, params={"cursor": "?"}), 422) == ["field.invalid"]
    assert [each["version"] for each in last["lanes"]["events"]] == [2]
    assert [each["version"] for each in first["lanes"]["events"]] == [1]
    assert first["next_cursor"] is None
    assert first["answers"] == last["answers"]


async def test_the_workflow_is_decoded_and_shows_what_is_pending(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        number = await submitted(client)

        async def tried() -> bool:
            pending = body(await operator.get(ops(number, "workflow")))["activities"]
            return any(each["failure"] for each in pending)

        await until_told(tried, 20)
        answer = await operator.get(ops(number, "workflow"))
        flow = body(answer)
        page = body(await operator.get(ops(number, "workflow"), params={"limit": 3}))
        rest = body(await operator.get(ops(number, "workflow"), params={"cursor": page["next_cursor"]}))
        gone = body(await operator.get(ops(number, "workflow"), params={"run_id": "nonsense"}))
    (activity,) = flow["activities"]
    assert activity["name"] == "deliver"
    assert "connection ConnectError" in activity["failure"]
    assert activity["attempt"] > 1
    (timer,) = [each for each in flow["timers"] if "取消截止" in (each["summary"] or "")]
    assert timer["due_at"][:16] == content()["window_start"][:16]
    start = flow["events"][0]
    assert (start["type"], start["payloads"][0]["create"]["content"]["contact_name"]) == (
        "workflow_execution_started",
        "••••••",
    )
    assert any(each["name"] == "submit" for each in flow["events"])
    assert not [text for text in (NAME, PHONE, "sealed:") if text in answer.text]
    assert flow["url"].startswith("http://127.0.0.1:8082/namespaces/default/workflows/appointment%2F")
    assert [each["id"] for each in [*page["events"], *rest["events"]]] == [each["id"] for each in flow["events"]]
    assert gone["retained"] is False


async def test_a_message_that_customs_has_not_answered_is_kept_as_it_was_sent(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        number = await submitted(client)

        async def kept() -> bool:
            (message,) = body(await operator.get(ops(number, "story")))["lanes"]["messages"]
            return message["sha256"] is not None

        await until_told(kept, 20)
        story = body(await operator.get(ops(number, "story")))
        opened = body(await operator.post(ops(number, "opened"), json={"reason": REASON}))
    (message,), (delivery,) = story["lanes"]["messages"], story["lanes"]["deliveries"]
    assert delivery["state"] == "pending"
    assert "海关尚未确认收到预约申请报文" in sentences(story, "delivered")[0]
    assert opened["messages"][0]["sha256"] == message["sha256"]
    assert deliver(stack, number) == base64.b64decode(opened["messages"][0]["base64"]), "the same at every attempt"


async def test_the_sender_of_a_command_is_named_with_the_address_that_the_access_log_knows(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("operator") as operator:
        body(await client.get(f"{APPOINTMENTS}/agenda"))
        stack.context.services.usage.write(stack.engine)
        number = await submitted(client)
        with writing(stack.engine) as session:  # as for a command from before addresses were kept
            session.execute(METADATA.tables["command_addresses"].delete())
        commands = body(await operator.get(ops(number, "story")))["lanes"]["commands"]
    assert [(each["command"], each["who"]["address"]) for each in commands] == [
        ("created", "127.0.0.1"),
        ("submitted", "127.0.0.1"),
    ]
    assert {each["who"]["name"] for each in commands} == {name_of_key(stack, "general")}
    assert all(each["key"] and each["who"]["address_since"] <= each["at"] for each in commands)


def calling_from(stack: ApiStack, address: str) -> httpx.AsyncClient:
    """The client of the general enterprise at that address."""
    transport = httpx.ASGITransport(stack.app, client=(address, 1))
    headers = {"Authorization": f"Bearer {stack.keys['general']}"}
    return httpx.AsyncClient(transport=transport, base_url="http://yuyue", headers=headers)


async def test_each_command_has_the_address_it_came_from_first(stack: ApiStack) -> None:
    once = {"Idempotency-Key": "command-from-two-places"}
    async with calling_from(stack, "192.0.2.1") as one, calling_from(stack, "192.0.2.2") as other:
        number = str((await draft(one))["pre_entry_no"])
        for client in (other, one):
            body(await client.post(f"{APPOINTMENTS}/{number}/submission", json={}, headers=once))
    async with stack.client("operator") as operator:
        lanes = body(await operator.get(ops(number, "story")))["lanes"]
    told = [(each["command"], each["who"]["address"], each["who"]["address_since"]) for each in lanes["commands"]]
    assert told == [("created", "192.0.2.1", None), ("submitted", "192.0.2.2", None)]
