"""Lets a mail server be away for an hour while notices become due, and counts what comes afterwards (outside CI).

The jobs run as a worker runs them, by the real clock; every notice must come once, and the delayed ones say so.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from cli.up.preparation import prepare_database
from db import notification_channels
from db.engine import connect, writing
from db.notification_channels import MessageChannel
from db.projections import project
from domain.appointment import State
from domain.event import Action
from domain.notifications.channels import ChannelType, Topic
from domain.policy import Policy
from runtime.messaging.address import ADDRESS, sealing_context
from runtime.messaging.jobs import MESSAGE_SECONDS
from runtime.messaging.sending import Messenger
from runtime.sealing import Sealer, new_key
from runtime.settings import Settings
from tests.integration.db.stories import BROKER, appointment, event
from tests.messaging.mailbox import HOST, Mailbox, free_port, serving
from tests.waiting import until

#: Notices that become due while the server is away, spread over that time, and some after it.
NOTICES, AFTER = 60, 5


def settings_of(folder: Path, port: int) -> Settings:
    """Settings of a worker that sends by a server at this port."""
    return Settings(
        sandbox=True,
        data_dir=folder,
        database_url=f"sqlite:///{folder}/trial.db",
        smtp_host=HOST,
        smtp_port=port,
        smtp_security="none",
        smtp_from="notice@yuyue.example",
        seal_keys=SecretStr(f"k1:{new_key()}"),
        fingerprint_key=SecretStr(new_key()),
    )


class Trial:
    """A database with one channel, and what became due."""

    def __init__(self, folder: Path) -> None:
        self.port, self.mailbox = free_port(), Mailbox()
        settings = settings_of(folder, self.port)
        prepare_database(settings.database_url, {})
        self.engine, sealer = connect(settings.database_url), Sealer.of(settings)
        self.messenger = Messenger(settings, self.engine, Policy(), sealer)
        address = ADDRESS.validate_python({"kind": "email", "email": "wang@broker.example"})
        at = datetime.now(UTC)
        channel = MessageChannel(
            channel_id="trial",
            holder="user:wang",
            customs_code=BROKER,
            kind=ChannelType.EMAIL,
            sealed=sealer.seal(address.model_dump_json(), context=sealing_context("trial")),
            topics=frozenset(Topic),
            created_at=at,
            updated_at=at,
        )
        with writing(self.engine) as session:
            notification_channels.save(session, channel)

    def happen(self, serial: int) -> str:
        """Customs returns an application now; gives its number."""
        number, at = f"2026{serial:014}", datetime.now(UTC)
        first = event(appointment(number, updated_at=at), Action.CREATED, None)
        after = appointment(number, 2, State.RETURNED, updated_at=at)
        project(self.engine, [first, event(after, Action.RETURNED, State.SUBMITTED)])
        return number

    async def work(self) -> None:
        """Repeats the job as a worker does."""
        while True:
            await self.messenger.send()
            await asyncio.sleep(MESSAGE_SECONDS)

    async def run(self, away: timedelta) -> int:
        """Runs the trial; returns 1 when a notice is missing, doubled or wrongly marked."""
        working = asyncio.create_task(self.work())
        numbers = []
        for serial in range(1, NOTICES + 1):
            numbers.append(self.happen(serial))
            await asyncio.sleep(away.total_seconds() / NOTICES)
        back = datetime.now(UTC)
        with serving(self.mailbox, self.port):
            numbers += [self.happen(serial) for serial in range(NOTICES + 1, NOTICES + AFTER + 1)]
            await until(lambda: len(self.mailbox.mails) >= len(numbers), seconds=300)
            took = datetime.now(UTC) - back
            await asyncio.sleep(30)  # a copy would come now
        working.cancel()
        return self.report(numbers, took)

    def report(self, numbers: list[str], took: timedelta) -> int:
        """Prints what came."""
        counts = Counter(str(mail["Subject"]).rpartition(" ")[2] for mail in self.mailbox.mails)
        late = [mail for mail in self.mailbox.mails if "迟发" in mail.get_content()]
        missing = [number for number in numbers if counts[number] == 0]
        doubled = [number for number in numbers if counts[number] > 1]
        print(f"due {len(numbers)}, came {sum(counts.values())}, missing {len(missing)}, doubled {len(doubled)}")
        print(f"marked late {len(late)}; all came {took.total_seconds():.0f} s after the server was back")
        return int(bool(missing or doubled))


def main() -> int:
    """Runs it for the minutes of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="how long the mail server is away")
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(Trial(Path(folder)).run(timedelta(minutes=parser.parse_args().minutes)))


if __name__ == "__main__":
    sys.exit(main())
