"""Messages leave once, late ones say so, nobody gets what is no longer true or wanted; over real SMTP, with TLS."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.upkeep import Upkeep
from db import notification_channels, notification_deliveries, queries
from db.engine import reading, writing
from db.notification_channels import MessageChannel
from db.notification_deliveries import LEASE
from db.projections import project
from db.tables import NotificationDeliveryRow
from domain.appointment import Deadlines, Standing, State
from domain.event import Action
from domain.instants import local
from domain.notifications.channels import ChannelType, Topic
from runtime.messaging import reminding
from runtime.messaging.jobs import messaging_jobs
from tests.integration.db.messages import HOUR, OTHER, SECOND, TABLES, WANG, Bench, returned, text_of
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import (
    NOON,
    NUMBER,
    appointment,
    approved,
    created,
    event,
    life,
    submitted,
)
from tests.messaging.mailbox import serving

LI = "li@broker.example"


@pytest.fixture
def bench(engine: sa.Engine) -> Bench:
    return Bench(engine)


def draft(**changes: Any) -> Any:
    return created(deadlines=Deadlines(submit_by=NOON + 50 * HOUR), **changes)


def test_an_event_is_told_once_however_often_it_is_written(bench: Bench) -> None:
    bench.channel(ChannelType.EMAIL, Topic.TROUBLE)
    story = [created(), submitted(), returned()]
    for _ in range(2):
        project(bench.engine, story)
    bench.now = NOON + timedelta(minutes=4)
    assert bench.send() == 1
    project(bench.engine, story)
    assert bench.send() == 0
    (mail,) = bench.mailbox.mails
    assert mail["Subject"] == f"预约通关 退单 {NUMBER}"
    assert mail["To"] == WANG
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "迟发" not in text_of(mail)
    assert bench.rows() == [("returned", "sent", None)]


def test_a_server_away_for_an_hour_delays_each_message_and_doubles_none(bench: Bench) -> None:
    bench.channel(ChannelType.EMAIL, Topic.TROUBLE)
    project(bench.engine, [created(), submitted(), returned()])
    began = bench.now = NOON + timedelta(minutes=3)
    while bench.now < began + HOUR:
        assert bench.messenger.send_some() == 0
        assert bench.rows() == [("returned", "waiting", "unreachable")]
        bench.now += timedelta(minutes=1)
    assert bench.send() == 1
    (mail,) = bench.mailbox.mails
    assert "（迟发，应于 2026-11-24 12:03 发出）" in text_of(mail)
    with reading(bench.engine) as session:
        assert notification_channels.of_holder(session, "user:wang")[0].problem is None


def test_a_worker_that_dies_while_it_sends_makes_the_next_one_send_the_same_mail(bench: Bench) -> None:
    bench.channel(ChannelType.EMAIL, Topic.TROUBLE)
    project(bench.engine, [created(), submitted(), returned()])
    bench.now = NOON + timedelta(minutes=4)
    with reading(bench.engine) as session:
        waiting = notification_deliveries.due(session, bench.now)
    assert len(notification_deliveries.claim(bench.engine, waiting, bench.now)) == 1
    assert notification_deliveries.claim(bench.engine, waiting, bench.now) == [], "another worker has it"
    assert bench.send() == 0
    for _ in range(2):  # the lease is over; and once more, as if the note of the first had been lost
        bench.now += LEASE + SECOND
        assert bench.send() == 1
        table = NotificationDeliveryRow.table()
        with writing(bench.engine) as session:
            session.execute(sa.update(table).values(state="waiting"))
    first, second = bench.mailbox.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_two_workers_at_once_send_each_message_once(bench: Bench) -> None:
    bench.channel(ChannelType.EMAIL, Topic.TROUBLE)
    for serial in range(1, 9):
        number = f"2026{serial:014}"
        project(bench.engine, [created(number), submitted(number), returned(number)])
    bench.now = NOON + timedelta(minutes=4)
    with serving(bench.mailbox, bench.port):
        workers = [threading.Thread(target=bench.messenger.send_some) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sorted(bench.mailbox.subjects) == [f"预约通关 退单 2026{serial:014}" for serial in range(1, 9)]


@pytest.mark.parametrize("change", ["topic", "disabled", "removed"])
def test_a_preference_is_obeyed_by_what_waits(bench: Bench, change: str) -> None:
    channel = bench.channel(ChannelType.EMAIL, Topic.TROUBLE)
    project(bench.engine, [created(), submitted(), returned()])
    bench.now = NOON + timedelta(minutes=4)
    if change == "removed":
        with writing(bench.engine) as session:
            notification_channels.remove_all(session, "user:wang")
    else:
        kept = {"topics": frozenset({Topic.PROGRESS})} if change == "topic" else {"enabled": False}
        bench.save(channel.model_copy(update=kept))
    bench.send()
    assert bench.mailbox.mails == []
    assert bench.rows() == ([] if change == "removed" else [("returned", "skipped", "unwanted")])


def test_a_channel_ends_with_the_certificate_of_its_card(bench: Bench) -> None:
    channel = bench.channel(ChannelType.EMAIL, Topic.TROUBLE, holder="card:3122260001:7001")
    bench.save(channel.model_copy(update={"card_until": NOON + HOUR}))
    project(bench.engine, [created(), submitted(), returned()])
    bench.now = NOON + HOUR - SECOND
    bench.send()
    assert len(bench.mailbox.mails) == 1
    project(bench.engine, [created(OTHER), submitted(OTHER), returned(OTHER)])
    bench.now = NOON + HOUR
    bench.send()
    assert len(bench.mailbox.mails) == 1
    assert bench.rows()[-1] == ("returned", "skipped", "unwanted")


async def test_the_job_that_repeats_obeys_a_changed_preference(bench: Bench) -> None:
    """Tests of a colleague's channel show that the job has looked, and has ended its round before."""
    own = bench.channel(ChannelType.EMAIL, Topic.TROUBLE)
    colleague = bench.channel(ChannelType.EMAIL, Topic.TROUBLE, holder="user:li", email=LI)
    project(bench.engine, [created(), submitted(), returned()])
    bench.now = datetime.now(UTC)
    now, hour = local(bench.now), timedelta(hours=1)
    bench.times(quiet_from=(now - hour).time(), quiet_until=(now + hour).time())
    async with _keeping_up(bench):
        assert await asyncio.to_thread(bench.mailbox.wait_for, 1) == [LI]
        _try_channel(bench, colleague, "quiet")
        assert await asyncio.to_thread(bench.mailbox.wait_for, 2) == [LI, LI]
        bench.times()
        assert await asyncio.to_thread(bench.mailbox.wait_for, 3) == [LI, LI, WANG]
        bench.save(own.model_copy(update={"enabled": False}))
        project(bench.engine, [created(OTHER), submitted(OTHER), returned(OTHER)])
        assert (await asyncio.to_thread(bench.mailbox.wait_for, 4))[3] == LI
        _try_channel(bench, colleague, "disabled")
        assert await asyncio.to_thread(bench.mailbox.wait_for, 5) == [LI, LI, WANG, LI, LI]


def _try_channel(bench: Bench, channel: MessageChannel, key: str) -> None:
    with writing(bench.engine) as session:
        notification_deliveries.queue_test(session, channel, key, at=bench.now)


@asynccontextmanager
async def _keeping_up(bench: Bench) -> AsyncIterator[None]:
    """Repeats the jobs of messages as a worker does, until it ends."""
    environment = ActivityEnvironment()
    jobs = messaging_jobs(bench.settings, bench.engine, bench.sealer)
    with serving(bench.mailbox, bench.port):
        running = asyncio.create_task(environment.run(Upkeep(jobs).keep_up))
        try:
            yield
        finally:
            environment.worker_shutdown()
            with pytest.raises(ApplicationError, match="the worker ends"):
                await running


def test_a_lost_attempt_and_a_stranger_get_nothing(bench: Bench) -> None:
    bench.channel(ChannelType.EMAIL, Topic.PROGRESS)
    project(bench.engine, [created(), submitted()])
    project(bench.engine, [event(appointment(version=2), run_id="second")], durable=True)
    bench.now = NOON + timedelta(minutes=4)
    assert bench.send() == 0
    stranger = appointment("202600000000000009", applicant=appointment().consignee, consignee=None)
    project(bench.engine, [event(stranger, Action.CREATED, None), event(
        stranger.model_copy(update={"version": 2, "standing": Standing(state=State.SUBMITTED)}), Action.SUBMITTED
    )])  # fmt: skip
    assert bench.send() == 0
    assert bench.mailbox.mails == []


def test_a_reminder_comes_once_for_each_lead_and_not_for_a_deadline_that_has_moved(bench: Bench) -> None:
    bench.channel(ChannelType.EMAIL, Topic.FEEDBACK)
    by = NOON + timedelta(days=9)
    project(bench.engine, [created(), submitted(), approved(deadlines=Deadlines(feedback_by=by))])
    for begins in (timedelta(days=3), timedelta(days=1), 3 * HOUR):
        bench.now = by - begins + SECOND
        for _ in range(2):
            reminding.remind(bench.messenger)
        assert bench.send() == 1
    assert bench.mailbox.subjects == [f"预约通关 反馈期限提醒 {NUMBER}"] * 3
    assert "最晚应在 2026-12-03 12:00 之前反馈报关单号。" in text_of(bench.mailbox.mails[0])


def test_a_reminder_whose_reason_is_gone_is_not_sent(bench: Bench) -> None:
    bench.channel(ChannelType.EMAIL, Topic.WINDOW, Topic.FEEDBACK)
    by = NOON + timedelta(days=9)
    project(bench.engine, [created(), submitted(), approved(deadlines=Deadlines(feedback_by=by))])
    bench.now = by - 2 * HOUR
    reminding.remind(bench.messenger)
    cancelled = appointment(version=4, state=State.CANCELLED, submitted_at=NOON, approved_at=NOON)
    project(bench.engine, [event(cancelled, Action.CANCELLED, State.SUCCEEDED)])
    bench.send()
    assert bench.mailbox.mails == []
    assert bench.rows() == [("feedback_due", "skipped", "stale")]


def test_a_channel_does_not_hear_of_what_began_before_it(bench: Bench) -> None:
    channel = bench.channel(ChannelType.EMAIL, Topic.FEEDBACK)
    by = NOON + timedelta(days=9)
    project(bench.engine, [created(), submitted(), approved(deadlines=Deadlines(feedback_by=by))])
    bench.now = by - 20 * HOUR
    bench.save(channel.model_copy(update={"created_at": bench.now}))
    reminding.remind(bench.messenger)
    assert bench.rows() == []


def test_quiet_hours_hold_messages_and_let_them_out_together_when_they_are_lifted(bench: Bench) -> None:
    bench.channel(ChannelType.EMAIL, Topic.TROUBLE)
    bench.times(quiet_from=time(11), quiet_until=time(14), language="en")  # it is noon in Shanghai
    for serial in (1, 2):
        number = f"2026{serial:014}"
        project(bench.engine, [created(number), submitted(number), returned(number)])
    bench.now = NOON + timedelta(minutes=10)
    assert bench.send() == 0
    bench.times(language="en")
    assert bench.send() == 2, "at once, without the quiet hours"
    assert bench.mailbox.subjects == [f"Customs appointment returned 2026{serial:014}" for serial in (1, 2)]
    bench.times(digest_at=time(18))
    for serial in (3, 4):
        number = f"2026{serial:014}"
        project(bench.engine, [created(number), submitted(number), returned(number)])
    assert bench.send() == 0
    bench.now = NOON + 6 * HOUR
    assert bench.send() == 2
    digest = bench.mailbox.mails[-1]
    assert digest["Subject"] == "预约通关 2 条通知"
    assert all(f"2026{serial:014}" in text_of(digest) for serial in (3, 4))
    assert "迟发" not in text_of(digest), "it waited because its person wants that"


def test_addresses_are_sealed_at_rest(bench: Bench) -> None:
    bench.channel()
    with reading(bench.engine) as session:
        rows = [str(tuple(row)) for table in TABLES for row in session.execute(sa.text(f"SELECT * FROM {table}"))]
    assert rows
    assert not [row for row in rows if WANG in row]


def test_every_query_of_messages_has_its_index(bench: Bench) -> None:
    channel = bench.channel()
    project(bench.engine, life())
    with counting(bench.engine) as seen:
        project(bench.engine, [returned(version=4)])
        bench.times(digest_at=time(18))
        reminding.remind(bench.messenger)
        bench.now = NOON + 30 * HOUR
        bench.send()
        with reading(bench.engine) as session:
            notification_deliveries.count_undelivered(session, before=bench.now)
            notification_deliveries.count_tests(session, [channel.channel_id], since=NOON)
            notification_deliveries.test_result(session, channel.channel_id, "key")
            queries.appointment(session, NUMBER, viewer=None)
        with writing(bench.engine) as session:
            notification_deliveries.remove_since(session, NUMBER, since=4)
            notification_deliveries.sweep(session, before=NOON)
            notification_channels.remove_all(session, "user:wang")
    found = scans(bench.engine, seen, *TABLES)
    # Which enterprises have a channel at all is asked of an index that has nothing else.
    assert [step for step in found if not step.endswith("COVERING INDEX ix_notification_channels_customs_code")] == []
