"""Mail through one SMTP server: plain text, with a part for calendars where a window is booked or given up."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import NamedTuple

from domain.notifications.messages import Message
from domain.notifications.troubles import Trouble
from runtime.messaging.outcomes import NotSent
from runtime.settings import Settings

#: Seconds for each step of a conversation with the server.
TIMEOUT = 15


class CalendarPart(NamedTuple):
    """An iTIP message (RFC 5546) and its method, which the Content-Type repeats (RFC 6047, 2.4)."""

    method: str
    content: bytes


class Mail(NamedTuple):
    """One mail; ``key`` gives the Message-ID, so that a mail that is sent twice can be recognised."""

    to: str
    message: Message
    key: str
    at: datetime
    calendar: CalendarPart | None = None


@contextmanager
def connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """Yields a connection over which mails can be sent. Raises ``NotSent`` when there is none."""
    if settings.smtp_host is None or settings.smtp_from is None:
        raise NotSent(Trouble.NOT_CONFIGURED)
    try:
        server = _opened(settings, settings.smtp_host)
    except smtplib.SMTPAuthenticationError as error:
        raise NotSent(Trouble.LOGIN_REFUSED) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(Trouble.UNREACHABLE) from error
    try:
        yield server
    finally:
        _closed(server)


def send(server: smtplib.SMTP, settings: Settings, mail: Mail) -> None:
    """Sends one mail. Raises ``NotSent``."""
    try:
        server.send_message(written(settings, mail))
    except smtplib.SMTPRecipientsRefused as error:
        raise NotSent(_refused([code for code, _ in error.recipients.values()], Trouble.ADDRESS_REFUSED)) from error
    except smtplib.SMTPDataError as error:
        raise NotSent(_refused([error.smtp_code], Trouble.REFUSED)) from error
    except smtplib.SMTPResponseException as error:
        raise NotSent(Trouble.BUSY) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(Trouble.UNREACHABLE) from error


def written(settings: Settings, mail: Mail) -> EmailMessage:
    """Returns the mail as it is sent."""
    sender = settings.smtp_from or ""
    made = EmailMessage()
    made["From"] = f"预约通关 <{sender}>"
    made["To"] = mail.to
    made["Subject"] = mail.message.subject
    made["Date"] = format_datetime(mail.at)
    made["Message-ID"] = f"<{sha256(mail.key.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # no programme answers it (RFC 3834)
    made.set_content(mail.message.text, cte="base64")
    if mail.calendar is not None:
        parameters = {"method": mail.calendar.method, "charset": "utf-8"}
        made.add_alternative(mail.calendar.content, maintype="text", subtype="calendar", params=parameters)
    return made


def _opened(settings: Settings, host: str) -> smtplib.SMTP:
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, settings.smtp_port, timeout=TIMEOUT, context=_context(settings))
    else:
        server = smtplib.SMTP(host, settings.smtp_port, timeout=TIMEOUT)
    try:
        _prepare(server, settings)
    except BaseException:
        _closed(server)
        raise
    return server


def _prepare(server: smtplib.SMTP, settings: Settings) -> None:
    if settings.smtp_security == "starttls":
        server.starttls(context=_context(settings))
    if settings.smtp_user and settings.smtp_security != "none":
        file = settings.smtp_password_file
        server.login(settings.smtp_user, file.read_text("utf-8").strip() if file else "")


def _context(settings: Settings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.smtp_ca_file)


def _closed(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _refused(codes: list[int], final: Trouble) -> Trouble:
    """Returns ``final`` when the server will not take it later either (5xx)."""
    return final if all(code >= 500 for code in codes) else Trouble.BUSY
