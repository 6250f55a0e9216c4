"""What is over goes; what is not stays; and everything is found by an index."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from db import (
    access_log,
    approvals,
    attempts,
    audit,
    banned_cards,
    batches,
    captchas,
    card_presence,
    keys,
    notification_deliveries,
    notifications,
    register_history,
    sessions,
    signatures,
    users,
)
from db.access_log import Access, AccessFilter
from db.approvals import ApprovalKind
from db.attempts import Attempts
from db.changes import Changes
from db.engine import connect, reading, writing
from db.notification_channels import MessageChannel
from db.notification_deliveries import Ending
from db.signatures import LOGIN, StoredChallenge
from db.tables import (
    AccessRow,
    AttemptRow,
    BatchRow,
    CaptchaRow,
    CardGrantRow,
    ChallengeRow,
    CommandAddressRow,
    NotificationDeliveryRow,
    NotificationReadRow,
    RegisterChangeRow,
    SessionRow,
)
from db.users import User, UserFilter
from domain.notifications import EVENTS
from domain.notifications.channels import ChannelType
from identity.housekeeping import BATCHES_KEPT, GRANTS_KEPT, READS_KEPT, remove_expired
from identity.lockout import FORGOTTEN_AFTER
from tests.integration.db.plans import counting, scans

AT = datetime(2026, 11, 24, tzinfo=UTC)
KEPT, SECOND = timedelta(days=184), timedelta(seconds=1)
TABLES = (
    *(AccessRow, AttemptRow, BatchRow, CaptchaRow, CardGrantRow, ChallengeRow, SessionRow),
    CommandAddressRow,
    NotificationReadRow,
    NotificationDeliveryRow,
    RegisterChangeRow,
)


def project_message(session: Session, name: str, *, due_at: datetime) -> None:
    """A message that left when it was due."""
    at = AT - KEPT
    channel = MessageChannel(
        channel_id=name, holder="user:li.lei", customs_code="3122260002", kind=ChannelType.EMAIL, sealed="-",
        topics=frozenset(), created_at=at, updated_at=at,
    )  # fmt: skip
    notification_deliveries.queue_test(session, channel, "open", at=due_at)
    (queued,) = [each for each in notification_deliveries.due(session, due_at) if each.channel_id == name]
    notification_deliveries.end(session, queued.delivery_id, Ending("sent"), at=due_at)


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    """A database with one row of each kind just expired and one not yet."""
    engine = connect(url)
    for name, late in (("over", -SECOND), ("open", SECOND)):
        with writing(engine) as session:
            card_presence.create(session, name, AT - GRANTS_KEPT + late)
            captchas.create(session, name, "hash", until=AT + late)
            sessions.create(session, name, "li.lei", card=None, at=AT, until=AT + late)
            signatures.create_challenge(
                session, StoredChallenge(nonce=name, purpose=LOGIN, digest="d", offered_at=AT, expires_at=AT + late)
            )
            command = {"pre_entry_no": "202600000000000001", "command_key": name, "address": "192.0.2.1"}
            session.execute(sa.insert(CommandAddressRow.table()).values(command | {"received_at": AT - KEPT + late}))
            access_log.record(session, Access(at=AT - KEPT + late, what="login", subject=name))
            proposed = register_history.Origin(by=name, at=AT - register_history.KEPT + late)
            change = register_history.change_row("ports", proposed, Changes((), (), 0, ()))
            register_history.insert_change(session, change | {"state": "proposed"})
            project_message(session, name, due_at=AT - READS_KEPT + late)
            notifications.mark_read(session, name, [("202600000000000001", EVENTS, 1)], at=AT - READS_KEPT + late)
        batches.first_body(engine, "3122260002", name, body_hash="h", at=AT - BATCHES_KEPT + late)
        since = AT - FORGOTTEN_AFTER + late
        attempts.update(engine, name, at=since, judge=lambda _, at=since: Attempts(failures=1, last_at=at))  # type: ignore[misc]
    yield engine
    engine.dispose()


def test_what_is_over_goes_and_what_is_not_stays(engine: sa.Engine) -> None:
    assert set(remove_expired(engine, AT, keep_accesses=KEPT).values()) == {1}
    assert set(remove_expired(engine, AT, keep_accesses=KEPT).values()) == {0}
    with reading(engine) as session:
        left = [session.execute(sa.select(table.table())).mappings().all() for table in TABLES]
    kept = [[row for row in rows if row.get("what") != audit.SWEPT] for rows in left]
    assert [set(row.values()) & {"open", "over"} for (row,) in kept] == [{"open"}] * len(TABLES)
    assert list(audit.faults(engine)) == []


def test_every_question_has_its_index(engine: sa.Engine) -> None:
    user = User(username="li.lei", password_hash="x", kind="operator", created_at=AT)
    with counting(engine) as seen:
        with writing(engine) as session:
            users.create(session, user)
            users.find(session, "li.lei", lock=True)
            users.set_password(session, "li.lei", "y")
            sessions.find(session, "open")
            sessions.touch(session, "open", AT)
            card_presence.find(session, "open")
            card_presence.set_nonce(session, "open", "n", AT)
            card_presence.renew(session, "open", "n", until=AT, following="m", at=AT)
            captchas.take(session, "open", at=AT)
            access_log.accesses(session, subject="open", since=AT)
            access_log.accesses(session, since=AT)
            users.disable(session, "li.lei", at=AT)
            sessions.end(session, "over")
            sessions.end_all(session, "li.lei")
            attempts.clear(session, "open")
        batches.first_body(engine, "3122260002", "open", body_hash="h", at=AT)
        remove_expired(engine, AT, keep_accesses=KEPT)
    assert scans(engine, seen, "users", *(table.table().name for table in TABLES)) == []


def test_the_lists_of_administrators_have_their_index(engine: sa.Engine) -> None:
    with counting(engine) as seen, reading(engine) as session:
        for wanted in (UserFilter(), UserFilter(beginning="li"), UserFilter(customs_code="3122260002")):
            users.page(session, wanted, after="a", limit=50)
        keys.page(session, before=None, limit=50)
        keys.page(session, before=(AT, "k-1"), limit=50)
        keys.by_id(session, "k-1")
        sessions.page(session, at=AT, username=None, before=(AT, "a"), limit=50)
        sessions.page(session, at=AT, username="li.lei", before=None, limit=50)
        attempts.waiting(session, AT, limit=50)
        banned_cards.is_banned(session, "7001")
        approvals.newest(session, before=(AT, "a"), limit=50)
        approvals.pending(session, ApprovalKind.RELEASE, "203000000000000001", AT)
        for given in ({"subject": "li.lei"}, {"what": "login"}, {"pre_entry_no": "203000000000000001"}, {"since": AT}):
            access_log.search(session, AccessFilter.model_validate(given), before=(AT, 7), limit=50)
    tables = ("users", "api_keys", "approvals", "banned_cards", *(table.table().name for table in TABLES))
    # SQLite calls a walk along an index that stops after a page a scan.
    assert [step for step in scans(engine, seen, *tables) if "USING INDEX" not in step] == []
