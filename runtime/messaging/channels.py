"""Sends prepared messages by the channel of each, and says what became of them."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import NamedTuple

import httpx

from domain.notifications.messages import Message
from domain.notifications.troubles import Trouble
from runtime.messaging import chats, mail, sms
from runtime.messaging.address import EmailAddress, MobileNumber, RobotAddress
from runtime.messaging.mail import CalendarPart, Mail
from runtime.messaging.outcomes import NotSent
from runtime.settings import Settings

#: Robots and gateways spoken to at once; mail takes one connection.
AT_A_TIME = 8


class Letter(NamedTuple):
    """One message for one address; ``deliveries`` are the ids of what it tells."""

    channel_id: str
    deliveries: tuple[str, ...]
    address: EmailAddress | RobotAddress | MobileNumber
    message: Message
    calendar: CalendarPart | None = None


class SendingResult(NamedTuple):
    """Outcome of a letter; ``trouble`` None: it left."""

    letter: Letter
    trouble: Trouble | None


def send_all(settings: Settings, client: httpx.Client, letters: Iterable[Letter]) -> Iterator[SendingResult]:
    """Yields the result of each letter, as it comes."""
    waiting = list(letters)
    mails = [each for each in waiting if isinstance(each.address, EmailAddress)]
    others = [each for each in waiting if not isinstance(each.address, EmailAddress)]
    with ThreadPoolExecutor(AT_A_TIME) as threads:
        results = threads.map(lambda letter: _result(letter, lambda: _send(settings, client, letter)), others)
        yield from _send_mails(settings, mails)
        yield from results


def _send_mails(settings: Settings, letters: list[Letter]) -> Iterator[SendingResult]:
    """Sends all over one connection, and over a new one after the server has closed it; no server: all wait."""
    waiting = list(letters)
    while waiting:
        try:
            with mail.connected(settings) as server:
                while waiting:
                    letter = waiting.pop(0)
                    result = _result(letter, lambda: mail.send(server, settings, _mail(letter)))  # noqa: B023 called at once
                    yield result
                    if result.trouble is Trouble.UNREACHABLE:
                        break
        except NotSent as error:
            yield from (SendingResult(letter, error.trouble) for letter in waiting)
            return


def _result(letter: Letter, send: Callable[[], None]) -> SendingResult:
    try:
        send()
    except NotSent as error:
        return SendingResult(letter, error.trouble)
    except OSError:
        return SendingResult(letter, Trouble.NOT_CONFIGURED)  # a file that the settings name cannot be read
    return SendingResult(letter, None)


def _send(settings: Settings, client: httpx.Client, letter: Letter) -> None:
    if isinstance(letter.address, RobotAddress):
        chats.post(settings, client, letter.address, letter.message)
    elif isinstance(letter.address, MobileNumber):
        sms.send(settings, letter.address.mobile, letter.message)


def _mail(letter: Letter) -> Mail:
    assert isinstance(letter.address, EmailAddress)  # noqa: S101 the caller has sorted them
    return Mail(letter.address.email, letter.message, " ".join(letter.deliveries), datetime.now(UTC), letter.calendar)
