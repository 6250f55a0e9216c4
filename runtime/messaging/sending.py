"""Sends what is due. What is left to do is in the database, so any worker goes on where another one ended.

A message is claimed before it leaves. A worker that dies between the sending and the note of it makes the next one send
once more after the lease, with the same Message-ID.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import structlog
from sqlalchemy import Engine
from sqlmodel import Session

from db import notification_channels, notification_deliveries
from db.engine import read, reading, writing
from db.notification_deliveries import Ending, Queued
from domain.notifications.channels import TEST
from domain.notifications.timing import GIVE_UP_AFTER, pause_after
from domain.notifications.troubles import FINAL, Trouble
from domain.policy import Policy
from runtime.messaging.channels import SendingResult, send_all
from runtime.messaging.preparing import Preparation, Prepared
from runtime.sealing import Sealer
from runtime.settings import Settings

#: Messages that are claimed together: so few that they leave within the lease.
BATCH = 50

log = structlog.get_logger("messaging")


@dataclass(frozen=True, slots=True)
class Messenger:
    """Sends with the collaborators of a worker; ``clock`` gives the instant."""

    settings: Settings
    engine: Engine
    policy: Policy
    sealer: Sealer
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def send(self) -> int:
        """Sends what is due until nothing is; returns how many messages ended."""
        count = 0
        while ended := await asyncio.to_thread(self.send_some):
            count += ended
        return count

    def send_some(self) -> int:
        """Sends a batch; returns how many messages ended. 0 when nothing is due, or nothing can be sent now."""
        now = self.clock()
        waiting = read(self.engine, lambda session: notification_deliveries.due(session, now, limit=BATCH))
        if not waiting:
            return 0
        mine = notification_deliveries.claim(self.engine, waiting, now)
        with reading(self.engine) as session:
            preparation = Preparation(session, self.settings, self.sealer, self.policy, now=now)
            prepared = preparation.prepare(mine)
        return self._end(prepared, now) + self._send(prepared, mine)

    def _end(self, prepared: Prepared, now: datetime) -> int:
        with writing(self.engine) as session:
            for delivery_id, ending in prepared.ended.items():
                notification_deliveries.end(session, delivery_id, ending, at=now)
        return len(prepared.ended)

    def _send(self, prepared: Prepared, mine: Sequence[Queued]) -> int:
        by_id, count = {each.delivery_id: each for each in mine}, 0
        troubles: Counter[str] = Counter()
        with httpx.Client() as client:
            for result in send_all(self.settings, client, prepared.letters):
                told = [by_id[each] for each in result.letter.deliveries]
                with writing(self.engine) as session:
                    count += _note(session, result, told, self.clock())
                if result.trouble is not None:
                    troubles[result.trouble] += 1
        if troubles:
            log.warning("messages were not sent", **troubles)
        return count


def _note(session: Session, result: SendingResult, told: Sequence[Queued], now: datetime) -> int:
    """Records a result in the messages of the letter and in its channel; returns how many messages ended."""
    trouble = result.trouble
    notification_channels.note_result(session, result.letter.channel_id, trouble, at=now)
    return sum(_ended(session, each, trouble, now) for each in told)


def _ended(session: Session, queued: Queued, trouble: Trouble | None, now: datetime) -> bool:
    if trouble is not None and not _is_given_up(queued, trouble, now):
        until = now + pause_after(queued.attempts)
        notification_deliveries.postpone(session, queued.delivery_id, trouble, until=until)
        return False
    ending = Ending("sent") if trouble is None else Ending("given_up", trouble)
    notification_deliveries.end(session, queued.delivery_id, ending, at=now)
    return True


def _is_given_up(queued: Queued, trouble: Trouble, now: datetime) -> bool:
    return trouble in FINAL or queued.code == TEST or now - queued.planned_at > GIVE_UP_AFTER
