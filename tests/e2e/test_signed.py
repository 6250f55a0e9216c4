"""A signed life, end to end: every act declared by a card, to customs in an envelope, proven from the archive alone."""

import base64
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import etree

from db.engine import connect
from db.verify import DiscrepancyKind, verify
from tests.e2e.archived import archive, verified
from tests.e2e.cards import card, declare_signed
from tests.e2e.client import SOON, Broker, codes
from tests.e2e.conftest import close_port
from tests.e2e.stack import POLICY, Up, up

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

SIGNED = POLICY + '[signature]\nrequired = "always"\n'
XML = {"c": "urn:yuyue:customs:1"}


class Lived(NamedTuple):
    """The data of a stack that has stopped, and the messages customs had of each appointment."""

    data: Path
    received: dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Three signed lives on a stack whose messages go out enveloped in SM4, and which then stops."""
    folder = tmp_path_factory.mktemp("signed")
    data = folder / "data"
    options = ("--data-dir", str(data), "--port-base", "0", "--envelope", "sm4-gcm")
    with up(folder, *options, policy=SIGNED) as stack:
        close_port(stack.wait_until_ready())
        received = dict([fed_back(stack, data), cancelled(stack, data), overdue(stack, data)])
    return Lived(data, received)


Told = tuple[str, list[dict[str, Any]]]


def approved(broker: Broker, data: Path, role: str, **window: Any) -> str:
    number = broker.draft(**window)
    assert codes(broker.act(number, "submission")) == ["signature.required"]
    declare_signed(broker, card(data, role), number, "submission")
    broker.until_state(number, "succeeded")
    return number


def fed_back(stack: Up, data: Path) -> Told:
    with Broker(stack, "general", "3122260002", "3122260003") as broker:
        number = approved(broker, data, "general")
        declare_signed(broker, card(data, "general"), number, "feedback", declaration_numbers=[broker.declare(number)])
        broker.until_state(number, "completed")
        return number, broker.received(number)


def cancelled(stack: Up, data: Path) -> Told:
    with Broker(stack, "importer_advanced", "3122260004", "3122260003") as broker:
        number = approved(broker, data, "importer_advanced")
        declare_signed(broker, card(data, "importer_advanced"), number, "cancellation", reason="船期改动")
        broker.until_state(number, "cancelled")
        return number, broker.received(number)


def overdue(stack: Up, data: Path) -> Told:
    with Broker(stack, "advanced", "3122260001", "3122260004") as broker:
        number = approved(broker, data, "advanced", starts_in=SOON)
        broker.until_state(number, "completed_without_feedback", seconds=40)
        declare_signed(broker, card(data, "advanced"), number, "explanation", text="船期延误")
        broker.until_state(number, "released")
        return number, broker.received(number)


ACTS = {
    "APPOINTMENT_APPLY": "submission",
    "APPOINTMENT_FEEDBACK": "feedback",
    "APPOINTMENT_CANCEL": "cancellation",
    "APPOINTMENT_EXPLANATION": "explanation",
}


def test_customs_has_every_act_once_with_the_statement_that_was_signed(lived: Lived) -> None:
    """It takes nothing that is not enveloped for it: what it has, came enveloped."""
    received = [each for messages in lived.received.values() for each in messages]
    kinds = sorted(each["message_type"] for each in received)
    assert kinds == sorted(["APPOINTMENT_APPLY"] * 3 + list(ACTS)[1:])
    assert {each["differing"] for each in received} == {0}
    for each in received:
        statement = etree.fromstring(each["body_xml"].encode()).findtext("c:signature/c:statement", "", XML)
        assert f"<act>{ACTS[each['message_type']]}</act>".encode() in base64.b64decode(statement)


def test_the_archive_alone_proves_every_signature(lived: Lived, tmp_path: Path) -> None:
    done = verified(archive(lived.data, tmp_path), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "hold: 6, 未签名 unsigned: 0" in done.stdout
    trusting = {"YUYUE_TRUST_DIR": str(lived.data / "pki" / "trust"), "YUYUE_SANDBOX": "1"}
    trusted = archive(lived.data, tmp_path) | trusting
    assert verified(trusted, tmp_path).returncode == 0


#: What is changed in the archive → how the one signature that it concerns is then called.
FORGERIES = {
    "UPDATE signatures SET signer = signer, cms = (SELECT cms FROM signatures AS other WHERE other.rowid <> "
    "signatures.rowid LIMIT 1) WHERE rowid = (SELECT min(rowid) FROM signatures)": "unreadable: Tampered",
    "UPDATE signatures SET evidence = '[]' WHERE rowid = (SELECT min(rowid) FROM signatures)": "signature.",
    "UPDATE signatures SET verified_at = '2020-01-01 00:00:00' WHERE rowid = (SELECT min(rowid) FROM signatures)": (
        "signature_of_something_else"
    ),
    "DELETE FROM signatures WHERE rowid = (SELECT min(rowid) FROM signatures)": "signature_missing",
    "UPDATE appointment_events SET actor_id = '3122260009' WHERE rowid = (SELECT min(rowid) FROM appointment_events "
    "WHERE action = 'submitted')": "signature_of_something_else",
}


@pytest.mark.parametrize(("forgery", "why"), FORGERIES.items(), ids=range(len(FORGERIES)))
def test_a_row_of_the_archive_that_was_changed_is_found(lived: Lived, tmp_path: Path, forgery: str, why: str) -> None:
    told = archive(lived.data, tmp_path)
    with closing(sqlite3.connect(tmp_path / "yuyue.db")) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        assert database.execute(forgery).rowcount == 1
    done = verified(told, tmp_path)
    assert done.returncode == 1
    assert why in done.stdout
    assert "hold: 5" in done.stdout


def test_no_signature_is_missed_when_it_is_taken_out_of_the_event(lived: Lived, tmp_path: Path) -> None:
    """Then the event has another hash, which `yuyue verify` sees, and the act shows as unsigned."""
    told = archive(lived.data, tmp_path)
    with closing(sqlite3.connect(tmp_path / "yuyue.db")) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        last = "SELECT max(rowid) FROM appointment_events WHERE signature_id IS NOT NULL"
        changed = database.execute(f"UPDATE appointment_events SET signature_id = NULL WHERE rowid = ({last})")
        assert changed.rowcount == 1
    assert "hold: 5, 未签名 unsigned: 1" in verified(told, tmp_path).stdout
    engine = connect(told["YUYUE_DATABASE_URL"])
    try:
        assert {found.what for found in verify(engine)} == {DiscrepancyKind.EVENT_CHANGED}
    finally:
        engine.dispose()
