"""What an enterprise declares is signed: the bytes that were offered, by its own card, once."""

import asyncio
import base64
import sqlite3
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from lxml import etree
from temporalio.testing import WorkflowEnvironment

from activities.contracts import Deliver
from activities.delivery import DeliveryActivity
from customs.xml import NAMESPACE, SCHEMAS
from db import signatures
from db.engine import connect, reading, writing
from db.tables import ChallengeRow, EventRow
from domain.appointment import Appointment
from domain.event import MessageType, Outgoing
from runtime.signature_archive import Archive
from signing import anchors
from signing.canonical import SignedAct, Statement
from tests.integration.api.api_stack import (
    APPOINTMENTS,
    CODES,
    ApiStack,
    body,
    content,
    refused,
)
from tests.integration.api.cards import Desk, by_a_banned_card, offered, sign, signature, signed
from tests.integration.api.conftest import staffed

SIMULATOR = Path(__file__).parents[3] / "simulator" / "schemas"
CHALLENGES, EVENTS = ChallengeRow.table(), EventRow.table()
ACTS: dict[str, dict[str, Any]] = {
    "submission": {},
    "cancellation": {"reason": "船期改动"},
    "feedback": {"declaration_numbers": ["223320261000000001"]},
    "explanation": {"text": "航班取消"},
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("cards"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stack(
    server: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory, environ: pytest.MonkeyPatch, desk: Desk
) -> AsyncIterator[ApiStack]:
    """A door that asks for a signature always."""
    folder = tmp_path_factory.mktemp("signed")
    policy = folder / "policy.toml"
    policy.write_text('[signature]\nrequired = "always"\n')
    async with staffed(server, environ, folder, policy_file=policy, trust_dir=desk.trust) as stack:
        yield stack


async def draft(client: httpx.AsyncClient, **changes: Any) -> str:
    return str(body(await client.post(APPOINTMENTS, json=content(**changes)), 201)["pre_entry_no"])


async def act(client: httpx.AsyncClient, number: str, name: str = "submission", **sent: Any) -> httpx.Response:
    key = {"Idempotency-Key": sent.pop("key", None) or str(uuid.uuid4())}
    return await client.post(f"{APPOINTMENTS}/{number}/{name}", json=sent, headers=key)


async def version(client: httpx.AsyncClient, number: str) -> int:
    return int(body(await client.get(f"{APPOINTMENTS}/{number}"))["version"])


def event(stack: ApiStack, number: str, version: int) -> Any:
    with reading(stack.engine) as session:
        wanted = sa.and_(EVENTS.c.pre_entry_no == number, EVENTS.c.version == version)
        return session.execute(sa.select(EVENTS).where(wanted)).mappings().one()


@pytest.mark.parametrize("name", ACTS)
async def test_what_is_declared_must_be_signed(stack: ApiStack, name: str) -> None:
    async with stack.client("general") as client:
        number = await draft(client)
        assert refused(await act(client, number, name, **ACTS[name]), 422) == ["signature.required"]
        assert await version(client, number) == 1


@pytest.mark.parametrize("name", ACTS)
async def test_the_statement_says_what_is_declared_and_by_whom(stack: ApiStack, name: str) -> None:
    async with stack.client("general") as client:
        number = await draft(client)
        offer = await offered(client, number, name, **ACTS[name])
    statement = Statement.read(base64.b64decode(offer["statement"]))
    assert statement[:4] == (SignedAct(name), number, 1, offer["nonce"])
    assert statement.signer == CODES["general"]
    texts = "".join(etree.fromstring(statement.content).itertext())
    for said in ACTS[name].values() or [content()["contact_name"], content()["reason"]]:
        assert said if isinstance(said, str) else said[0] in texts
    schema = etree.XMLSchema(file=SCHEMAS / "statement.xsd")
    assert schema.validate(etree.fromstring(base64.b64decode(offer["statement"]))), schema.error_log


@pytest.mark.parametrize("kind", ["p256", "sm2"])
async def test_a_signed_act_takes_effect_and_its_signature_stands_in_the_chain(
    stack: ApiStack, desk: Desk, kind: str
) -> None:
    async with stack.client("general") as client:
        number = await draft(client, contact_name="欧阳秘密")
        given = await signature(client, desk.key("general", kind=kind), number, "submission")
        view = body(await act(client, number, signature=given))
        assert (view["state"], view["version"]) == ("submitted", 2)
    happened = event(stack, number, 2)
    with reading(stack.engine) as session:
        kept = signatures.find_signature(session, happened["signature_id"])
        assert kept
        evidence = signatures.evidence(session, kept.evidence)
    assert sorted(kind for kind, _ in evidence) == ["certificate", "certificate", "crl", "crl"]
    assert (kept.signer, kept.nonce) == (CODES["general"], given["nonce"])
    with stack.engine.connect() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM signatures").all())
    assert "欧阳" not in rows
    assert given["cms"] not in rows
    async with stack.client("operator") as operator:
        place = f"/ops/v1/appointments/{number}"
        (item,) = body(await operator.get(f"{place}/story"))["lanes"]["signatures"]
        judged = body(await operator.get(f"{place}/signatures/{item['signature_id']}"))
        assert refused(await operator.get(f"{place}/signatures/other"), 404) == ["not_found"]
    assert (item["version"], judged["version"], judged["good"], judged["why"]) == (2, 2, True, None)


async def test_the_message_to_customs_carries_the_very_bytes_that_were_signed(stack: ApiStack, desk: Desk) -> None:
    async with stack.client("general") as client:
        number = await draft(client)
        offer = await offered(client, number, "submission")
        given = signed(desk.key("general"), offer)
        body(await act(client, number, signature=given))
    happened = event(stack, number, 2)
    message = delivered(stack, number, happened)
    root = etree.fromstring(message)
    for folder in (SCHEMAS, SIMULATOR):
        schema = etree.XMLSchema(file=folder / "envelope.xsd")
        assert schema.validate(root), schema.error_log
    assert root.findtext(f"{{{NAMESPACE}}}signature/{{{NAMESPACE}}}statement") == offer["statement"]
    assert root.findtext(f"{{{NAMESPACE}}}signature/{{{NAMESPACE}}}value") == given["cms"]
    told = etree.fromstring(base64.b64decode(offer["statement"])).find(f"{{{NAMESPACE}}}content")
    apply = root.find(f"{{{NAMESPACE}}}body/{{{NAMESPACE}}}appointment_apply")
    assert told is not None
    assert apply is not None
    for each in told:
        if etree.QName(each).localname not in {"consignee_code", "attachments"}:
            (same,) = apply.findall(str(each.tag))
            assert etree.tostring(same, method="c14n") == etree.tostring(each, method="c14n")
    assert told[0].text == apply.findtext(f"{{{NAMESPACE}}}consignee/{{{NAMESPACE}}}code")


def delivered(stack: ApiStack, number: str, happened: Any) -> bytes:
    """The messages that the worker would send, with a channel that only records."""
    sent: list[bytes] = []

    class Listening:
        def send(self, message_id: str, xml: bytes, *, port: str | None) -> None:
            del message_id, port
            sent.append(xml)

    with stack.engine.connect() as connection:
        row = connection.exec_driver_sql(
            f"SELECT appointment FROM appointment_contents WHERE pre_entry_no = '{number}' AND version = 2"
        ).scalar_one()
    request = Deliver(
        outgoing=Outgoing(message_id=happened["message_id"], message_type=MessageType(happened["message_type"])),
        appointment=Appointment.model_validate_json(row),
        at=happened["received_at"],
        signature_id=happened["signature_id"],
    )
    activity = DeliveryActivity(
        stack.engine, Listening(), stack.context.sealer, sender_id="YUYUE", receiver_id="CUSTOMS"
    )
    activity.deliver(request)
    return sent[0]


async def test_a_command_repeated_under_its_key_has_one_effect_although_the_nonce_is_used_up(
    stack: ApiStack, desk: Desk
) -> None:
    key = str(uuid.uuid4())
    async with stack.client("general") as client:
        number = await draft(client)
        given = await signature(client, desk.key("general"), number, "submission")
        first = body(await act(client, number, signature=given, key=key))
        with writing(stack.engine) as session:  # and however late it is repeated
            late = sa.update(CHALLENGES).where(CHALLENGES.c.nonce == given["nonce"])
            session.execute(late.values(expires_at=datetime.now(UTC) - timedelta(hours=1)))
        assert body(await act(client, number, signature=given, key=key)) == first
        again = given | {"cms": sign(desk.key("general"), b"other")}
        assert refused(await act(client, number, signature=again, key=key), 422) == ["signature.replayed"]
        assert await version(client, number) == 2


async def test_of_many_who_use_one_nonce_at_once_one_is_served(stack: ApiStack, desk: Desk) -> None:
    async with stack.client("general") as client:
        number = await draft(client)
        offer = await offered(client, number, "submission")
        answers = await asyncio.gather(
            *(act(client, number, signature=signed(desk.key("general"), offer)) for _ in range(6))
        )
        codes = sorted(answer.json().get("code", "done") for answer in answers)
        assert codes == ["done", *["signature.replayed"] * 5]
        assert await version(client, number) == 2


Tampering = Callable[[httpx.AsyncClient, ApiStack, Desk, str], Awaitable[dict[str, Any]]]


async def of_an_unknown_nonce(client: httpx.AsyncClient, _: ApiStack, desk: Desk, number: str) -> dict[str, Any]:
    return (await signature(client, desk.key("general"), number, "submission")) | {"nonce": "n" * 43}


async def of_another_enterprises_nonce(_: httpx.AsyncClient, stack: ApiStack, desk: Desk, __: str) -> dict[str, Any]:
    async with stack.client("advanced") as other:
        return await signature(other, desk.key("advanced"), await draft(other), "submission")


async def of_another_act(client: httpx.AsyncClient, _: ApiStack, desk: Desk, number: str) -> dict[str, Any]:
    return await signature(client, desk.key("general"), number, "cancellation", reason="x")


async def of_another_appointment(client: httpx.AsyncClient, _: ApiStack, desk: Desk, __: str) -> dict[str, Any]:
    return await signature(client, desk.key("general"), await draft(client), "submission")


async def of_another_version(client: httpx.AsyncClient, _: ApiStack, desk: Desk, number: str) -> dict[str, Any]:
    given = await signature(client, desk.key("general"), number, "submission")
    changed = await client.put(f"{APPOINTMENTS}/{number}", json=content(reason="改过"), headers={"If-Match": "*"})
    assert body(changed)["version"] == 2
    return given


async def late(client: httpx.AsyncClient, stack: ApiStack, desk: Desk, number: str) -> dict[str, Any]:
    given = await signature(client, desk.key("general"), number, "submission")
    with writing(stack.engine) as session:
        mine = sa.update(CHALLENGES).where(CHALLENGES.c.nonce == given["nonce"])
        session.execute(mine.values(expires_at=datetime.now(UTC)))
    return given


async def by_another_enterprises_card(
    client: httpx.AsyncClient, _: ApiStack, desk: Desk, number: str
) -> dict[str, Any]:
    return await signature(client, desk.key("advanced"), number, "submission")


async def by_the_login_key(client: httpx.AsyncClient, _: ApiStack, desk: Desk, number: str) -> dict[str, Any]:
    return await signature(client, desk.key("general", "login"), number, "submission")


async def of_a_changed_statement(client: httpx.AsyncClient, _: ApiStack, desk: Desk, number: str) -> dict[str, Any]:
    offer = await offered(client, number, "submission")
    statement = base64.b64decode(offer["statement"]).replace("王小明".encode(), "王大明".encode())
    return {"nonce": offer["nonce"], "cms": sign(desk.key("general"), statement)}


async def in_no_base64(client: httpx.AsyncClient, _: ApiStack, __: Desk, number: str) -> dict[str, Any]:
    return {"nonce": (await offered(client, number, "submission"))["nonce"], "cms": "签名"}


async def by_a_revoked_card(client: httpx.AsyncClient, _: ApiStack, desk: Desk, number: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    key = desk.key("general", kind="sm2")
    given = await signature(client, key, number, "submission")
    desk.authority.revoke(f"{key.certificate.serial_number:x}", now)
    return given


@pytest.mark.parametrize(
    ("code", "tamper"),
    [
        ("challenge_unknown", of_an_unknown_nonce),
        ("challenge_unknown", of_another_enterprises_nonce),
        ("other_act", of_another_act),
        ("other_appointment", of_another_appointment),
        ("other_version", of_another_version),
        ("challenge_expired", late),
        ("other_enterprise", by_another_enterprises_card),
        ("login_key", by_the_login_key),
        ("content_differs", of_a_changed_statement),
        ("malformed", in_no_base64),
        ("card_banned", by_a_banned_card),
        ("revoked", by_a_revoked_card),
    ],
)
async def test_a_stale_or_foreign_signature_has_no_effect(
    stack: ApiStack, desk: Desk, code: str, tamper: Tampering
) -> None:
    async with stack.client("general") as client:
        number = await draft(client)
        given = await tamper(client, stack, desk, number)
        before = await version(client, number)
        answer = await act(client, number, signature=given)
        assert refused(answer, 422) == [f"signature.{code}"]
        assert answer.json()["code"] == f"signature.{code}"
        assert await version(client, number) == before
    with reading(stack.engine) as session:
        used = sa.select(CHALLENGES.c.used_by).where(CHALLENGES.c.nonce == given["nonce"])
        assert session.execute(used).scalar() is None


async def test_what_is_sent_must_be_what_was_offered(stack: ApiStack, desk: Desk) -> None:
    async with stack.client("general") as client:
        number = await draft(client)
        body(await act(client, number, signature=await signature(client, desk.key("general"), number, "submission")))
        await approved(stack, number)
        given = await signature(client, desk.key("general"), number, "cancellation", reason="船期改动")
        answer = await act(client, number, "cancellation", reason="另一原因", signature=given)
        assert refused(answer, 422) == ["signature.content_changed"]
        view = body(await act(client, number, "cancellation", reason="船期改动", signature=given))
        assert view["state"] == "cancelled"


async def approved(stack: ApiStack, number: str) -> None:
    """Customs approves it."""
    receipt = etree.fromstring((SCHEMAS / "samples" / "receipt.xml").read_bytes())
    said = {"message_id": str(uuid.uuid4()), "receipt_id": str(uuid.uuid4()), "pre_entry_no": number}
    for name, text in (said | {"result": "APPROVED"}).items():
        for each in receipt.iter(f"{{{NAMESPACE}}}{name}"):
            each.text = text
    async with stack.client("customs", **{"Content-Type": "application/xml"}) as customs:
        answer = await customs.post("/customs/v1/receipts", content=etree.tostring(receipt))
    assert body(answer, 202)["outcome"] == "applied"


async def test_numbers_fed_back_are_signed_in_their_order(stack: ApiStack, desk: Desk) -> None:
    numbers = ["223320261000000011", "223320261000000012"]
    async with stack.client("general") as client:
        number = await draft(client)
        body(await act(client, number, signature=await signature(client, desk.key("general"), number, "submission")))
        await approved(stack, number)
        given = await signature(client, desk.key("general"), number, "feedback", declaration_numbers=numbers)
        answer = await act(client, number, "feedback", declaration_numbers=numbers[::-1], signature=given)
        assert refused(answer, 422) == ["signature.content_changed"]
        done = body(await act(client, number, "feedback", declaration_numbers=numbers, signature=given))
    assert [each["number"] for each in done["accepted"]] == numbers


async def test_the_archive_alone_proves_every_signature(stack: ApiStack, desk: Desk) -> None:
    async with stack.client("general") as client:
        number = await draft(client)
        body(await act(client, number, signature=await signature(client, desk.key("general"), number, "submission")))
    sealer = stack.context.sealer
    roots = frozenset(each.sha256 for each in anchors.load(desk.trust).roots)
    judged = Archive(stack.engine, sealer, roots).judge()
    assert judged.held >= 1
    assert judged.wrong == []
    assert Archive(stack.engine, sealer, None).judge() == judged
    strangers = Archive(stack.engine, sealer, frozenset()).judge()
    assert {each.why for each in strangers.wrong} == {"signature.issuer_unknown"}
    assert (strangers.held, len(strangers.wrong)) == (0, judged.held)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("DELETE FROM signatures", "signature_missing"),
        ("DELETE FROM signature_evidence WHERE kind = 'crl'", "signature.crl_missing"),
        ("UPDATE signatures SET statement = cms", "unreadable: Tampered"),
        ("UPDATE signatures SET signer = signer, verified_at = '2020-01-01 00:00:00'", "signature_of_something_else"),
    ],
)
async def test_an_archive_that_was_changed_proves_nothing(
    stack: ApiStack, desk: Desk, tmp_path: Path, change: str, why: str
) -> None:
    async with stack.client("general") as client:
        number = await draft(client)
        body(await act(client, number, signature=await signature(client, desk.key("general"), number, "submission")))
    copy = sqlite3.connect(tmp_path / "copy.db")
    with sqlite3.connect(str(stack.engine.url.database).removeprefix("file:")) as original:
        original.backup(copy)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        copy.execute(change)
    for (trigger,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        copy.execute(f"DROP TRIGGER {trigger}")
    copy.execute(change)
    copy.commit()
    copy.close()
    judged = Archive(connect(f"sqlite:///{tmp_path / 'copy.db'}"), stack.context.sealer, None).judge()
    assert judged.held == 0
    assert {each.why for each in judged.wrong} == {why}


async def test_nobody_is_offered_another_enterprises_statement(stack: ApiStack) -> None:
    async with stack.client("general") as client, stack.client("advanced") as other:
        number = await draft(client)
        answer = await other.post(f"{APPOINTMENTS}/{number}/signing-request", json={"act": "submission"})
    assert refused(answer, 404) == ["not_found"]
