"""A messenger whose clock a test sets, and what happens to tell."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from db import notification_channels, notification_deliveries
from db.engine import reading, writing
from db.notification_channels import MessageChannel, PersonalTimes
from db.tables import NotificationDeliveryRow
from domain.appointment import State
from domain.event import Action
from domain.notifications.channels import ChannelType, Topic
from domain.policy import Policy
from runtime.messaging.address import ADDRESS, sealing_context
from runtime.messaging.sending import Messenger
from runtime.sealing import Sealer, new_key
from runtime.settings import Settings
from tests.integration.db.stories import (
    BROKER,
    NOON,
    NUMBER,
    appointment,
    event,
)
from tests.messaging.mailbox import HOST, Mailbox, free_port, serving

TABLES = ("notification_channels", "notification_deliveries", "notification_times")
WANG = "wang@broker.example"
OTHER = "202600000000000002"
TOKEN = "0123456789abcdef0123456789abcdef"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


class Bench:
    """A messenger whose clock the test sets, a mail server that may be away, and the channels of a person."""

    def __init__(self, engine: sa.Engine, **settings: Any) -> None:
        self.now, self.port, self.mailbox, self.engine = NOON, free_port(), Mailbox(), engine
        given = {
            "smtp_host": HOST,
            "smtp_port": self.port,
            "smtp_security": "none",
            "smtp_from": "notice@yuyue.example",
            "seal_keys": SecretStr(f"k1:{new_key()}"),
            "fingerprint_key": SecretStr(new_key()),
        }
        self.settings = Settings.model_validate(given | settings)
        self.sealer = Sealer.of(self.settings)
        self.messenger = Messenger(self.settings, engine, Policy(), self.sealer, lambda: self.now)

    def channel(
        self, kind: ChannelType = ChannelType.EMAIL, *topics: Topic, holder: str = "user:wang", **of: Any
    ) -> MessageChannel:
        """Adds a channel that follows these topics, all by default, since yesterday."""
        address = ADDRESS.validate_python({"kind": kind} | (of or {"email": WANG}))
        ident = f"{kind}-{holder}"
        sealed = self.sealer.seal(address.model_dump_json(), context=sealing_context(ident))
        since: dict[str, Any] = {"created_at": NOON - 24 * HOUR, "updated_at": NOON}
        made = MessageChannel(
            channel_id=ident, holder=holder, customs_code=BROKER, kind=kind, sealed=sealed,
            topics=frozenset(topics or Topic), **since,
        )  # fmt: skip
        self.save(made)
        return made

    def save(self, channel: MessageChannel) -> None:
        with writing(self.engine) as session:
            notification_channels.save(session, channel)

    def times(self, **times: Any) -> None:
        with writing(self.engine) as session:
            notification_channels.save_times(session, "user:wang", PersonalTimes(**times), at=self.now)
            notification_deliveries.replan(session, "user:wang", self.now)

    def send(self) -> int:
        """Sends what is due while the mail server is there; returns how many messages ended."""
        with serving(self.mailbox, self.port):
            return self.messenger.send_some()

    def rows(self) -> list[tuple[str, str, str | None]]:
        """(kind, state, problem) of every message."""
        table = NotificationDeliveryRow.table()
        with reading(self.engine) as session:
            found = session.execute(sa.select(table.c.code, table.c.state, table.c.problem).order_by(table.c.due_at))
            return [(row.code, row.state, row.problem) for row in found]


def returned(number: str = NUMBER, version: int = 3) -> Any:
    after = appointment(number, version, State.RETURNED, submitted_at=NOON)
    return event(after, Action.RETURNED, State.SUBMITTED, receipt_id="r", reason="sealed:v1:k1:BBBB")


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
