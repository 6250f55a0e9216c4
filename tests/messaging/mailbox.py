"""A mail server that keeps what it takes: a real SMTP conversation, with TLS and a login."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

USER, PASSWORD = "yuyue", "a password of the tests"
HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return int(taken.getsockname()[1])


class Certificate:
    """A self-signed certificate for this machine, and a context that serves with it."""

    def __init__(self, folder: Path) -> None:
        self.file, key_file = folder / "mail.pem", folder / "mail.key"
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=9))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, SHA256())
        )
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        kind = serialization.PrivateFormat.PKCS8
        key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()))
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(self.file, key_file)


class Mailbox:
    """Mails in the order in which they came; ``refuses`` answers for a recipient instead of taking a mail for it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.logins: list[str] = []
        self.over_tls: list[bool] = []
        self.refuses: dict[str, str] = {}
        self._came = threading.Condition()

    async def handle_RCPT(  # noqa: N802 the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Takes a recipient, or answers as ``refuses`` says."""
        del server, session, options
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keeps the mail."""
        del server
        self.over_tls.append(session.ssl is not None)
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        with self._came:
            self.mails.append(mail)
            self._came.notify_all()
        return "250 OK"

    def wait_for(self, count: int) -> list[str]:
        """Returns the recipients of all mails as soon as there are that many."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.mails) >= count, timeout=60), f"{len(self.mails)} mails"
            return [str(mail["To"]) for mail in self.mails]

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        """Admits the one user."""
        del server, session, envelope, mechanism
        assert isinstance(given, LoginPassword)
        self.logins.append(given.login.decode())
        is_right = given == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=is_right)  # not handled: the server answers 535

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails]


@contextmanager
def serving(
    mailbox: Mailbox, port: int, certificate: Certificate | None = None, *, security: str = "none"
) -> Iterator[None]:
    """A server at the port, as ``smtp_security`` says; with a certificate it wants a login, too."""
    given: dict[str, Any] = {"auth_required": True, "authenticator": mailbox.authenticate} if certificate else {}
    if certificate and security == "starttls":
        given |= {"tls_context": certificate.context, "require_starttls": True}
    if certificate and security == "tls":
        given |= {"ssl_context": certificate.context, "auth_require_tls": False}  # it has TLS without STARTTLS
    controller = Controller(mailbox, hostname=HOST, port=port, **given)
    controller.start()
    try:
        yield
    finally:
        controller.stop()
