"""Channels of people and the times they chose; addresses are sealed by the callers."""

from collections.abc import Collection
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import NotificationChannelRow, NotificationDeliveryRow, NotificationTimesRow
from db.upsert import upsert
from domain.model import Model
from domain.notifications.channels import ChannelType, Topic
from domain.notifications.timing import MessageTimes
from domain.problems.kinds import Language

_CHANNELS, _TIMES = NotificationChannelRow.table(), NotificationTimesRow.table()
_DELIVERIES = NotificationDeliveryRow.table()


class PersonalTimes(MessageTimes):
    """Language and times of one person."""

    language: Language = "zh"


class MessageChannel(Model):
    """A way to one person; ``sealed`` has its address or secret, ``card_until`` the end of the card that added it."""

    channel_id: str
    holder: str
    customs_code: str
    kind: ChannelType
    sealed: str
    topics: frozenset[Topic]
    enabled: bool = True
    created_at: datetime
    updated_at: datetime
    last_sent_at: datetime | None = None
    problem: str | None = None
    problem_at: datetime | None = None
    card_until: datetime | None = None


class Subscriber(Model):
    """A channel that is in use, with the times of its person."""

    channel: MessageChannel
    times: PersonalTimes


def times_of(session: Session, holder: str) -> PersonalTimes:
    """Returns language and times of a person, the defaults when they were never set."""
    found = session.execute(sa.select(_TIMES).where(_TIMES.c.holder == holder)).mappings().one_or_none()
    return _times(found)


def save_times(session: Session, holder: str, times: PersonalTimes, *, at: datetime) -> None:
    """Adds or replaces language and times of a person."""
    clocks = {name: _clock(getattr(times, name)) for name in ("quiet_from", "quiet_until", "digest_at")}
    upsert(session, _TIMES, {"holder": holder, "language": times.language, **clocks, "updated_at": at})


def of_holder(session: Session, holder: str) -> list[MessageChannel]:
    """Returns the channels of a person, the oldest first."""
    wanted = sa.select(_CHANNELS).where(_CHANNELS.c.holder == holder)
    rows = session.execute(wanted.order_by(_CHANNELS.c.created_at, _CHANNELS.c.channel_id)).mappings()
    return [MessageChannel.model_validate(dict(row)) for row in rows]


def find(session: Session, holder: str, channel_id: str) -> MessageChannel | None:
    """Returns that channel of the person."""
    own = sa.and_(_CHANNELS.c.channel_id == channel_id, _CHANNELS.c.holder == holder)
    found = session.execute(sa.select(_CHANNELS).where(own)).mappings().one_or_none()
    return None if found is None else MessageChannel.model_validate(dict(found))


def save(session: Session, channel: MessageChannel) -> None:
    """Adds or replaces a channel."""
    upsert(session, _CHANNELS, channel.model_dump() | {"topics": sorted(channel.topics), "kind": channel.kind.value})


def remove(session: Session, channel_id: str) -> None:
    """Deletes a channel and everything that was sent or waits for it."""
    session.execute(sa.delete(_DELIVERIES).where(_DELIVERIES.c.channel_id == channel_id))
    session.execute(sa.delete(_CHANNELS).where(_CHANNELS.c.channel_id == channel_id))


def remove_all(session: Session, holder: str) -> None:
    """Deletes all channels and times of a person."""
    for channel in of_holder(session, holder):
        remove(session, channel.channel_id)
    session.execute(sa.delete(_TIMES).where(_TIMES.c.holder == holder))


def remove_of_card(session: Session, serial: str) -> None:
    """Deletes all channels and times of the people who log in by the card with this serial number."""
    holders = sa.select(_CHANNELS.c.holder).distinct().where(_CHANNELS.c.holder.startswith("card:"))
    for holder in session.execute(holders).scalars().all():
        if holder.split(":", 2)[2] == serial:
            remove_all(session, holder)


def note_result(session: Session, channel_id: str, problem: str | None, *, at: datetime) -> None:
    """Records that a message left, or why it did not."""
    result: dict[str, Any] = {"problem": problem}
    result |= {"last_sent_at": at} if problem is None else {"problem_at": at}
    session.execute(sa.update(_CHANNELS).where(_CHANNELS.c.channel_id == channel_id).values(result))


def subscribers(session: Session, customs_codes: Collection[str]) -> list[Subscriber]:
    """Returns the channels in use of these enterprises' people."""
    return _joined(session, _CHANNELS.c.customs_code.in_(customs_codes), _CHANNELS.c.enabled)


def by_ids(session: Session, channel_ids: Collection[str]) -> dict[str, Subscriber]:
    """Returns channels, in use or not, by their ids."""
    found = _joined(session, _CHANNELS.c.channel_id.in_(channel_ids))
    return {each.channel.channel_id: each for each in found}


def subscribed_enterprises(session: Session) -> list[str]:
    """Returns the customs codes of all enterprises with a channel, in order."""
    wanted = sa.select(_CHANNELS.c.customs_code).distinct().order_by(_CHANNELS.c.customs_code)
    return list(session.execute(wanted).scalars())


def _joined(session: Session, *conditions: sa.ColumnElement[bool]) -> list[Subscriber]:
    times = [column for column in _TIMES.c if column.name not in {"holder", "updated_at"}]
    wanted = sa.select(_CHANNELS, *times).outerjoin(_TIMES, _TIMES.c.holder == _CHANNELS.c.holder).where(*conditions)
    rows = session.execute(wanted.order_by(_CHANNELS.c.channel_id)).mappings()
    return [Subscriber(channel=MessageChannel.model_validate(dict(row)), times=_times(row)) for row in rows]


def _times(row: Any) -> PersonalTimes:
    return PersonalTimes() if row is None or row["language"] is None else PersonalTimes.model_validate(dict(row))


def _clock(at: time | None) -> str | None:
    return None if at is None else f"{at:%H:%M}"
