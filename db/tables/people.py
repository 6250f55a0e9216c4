"""People who log in with a password, their sessions, and what is on record of every access."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant, RowId


class UserRow(Table, table=True):
    """``kind``: enterprise (with its ``customs_code``) or operator. Nobody logs in from ``disabled_at`` on.

    ``user_id`` is random and stands for the user in events; ``display_name`` is sealed. An ``administrator`` manages
    the users of his enterprise; who may not ``may_declare`` prepares drafts only. ``initial_until``: the password was
    chosen by somebody else, opens nothing but its change, and only until then; ``initial_by`` is the fingerprint of the
    command that set it.
    """

    __tablename__ = "users"
    __table_args__: ClassVar[Any] = (sa.Index(None, "customs_code", "username"),)

    username: str = Field(primary_key=True)
    user_id: str = Field(unique=True)
    password_hash: str
    kind: str
    customs_code: str | None
    created_at: datetime = Field(sa_type=Instant)
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)
    display_name: str | None = Field(default=None, sa_type=sa.Text)
    administrator: bool = False
    may_declare: bool = True
    initial_until: datetime | None = Field(default=None, sa_type=Instant)
    initial_by: str | None = None


class AttemptRow(Table, table=True):
    """Tries in a row to log in under one name, whether somebody has that name or not.

    ``subject`` is a keyed hash of the name: what was typed may be no name at all, but a password.
    """

    __tablename__ = "login_attempts"
    __table_args__: ClassVar[Any] = (sa.Index(None, "last_at"),)

    subject: str = Field(primary_key=True)
    failures: int
    last_at: datetime = Field(sa_type=Instant)
    wait_until: datetime | None = Field(default=None, sa_type=Instant)


class SessionRow(Table, table=True):
    """``token_hash`` is the SHA-256 of the cookie; the cookie itself is nowhere.

    A session that a card opened has no user: ``card`` is the serial number of its certificate, which ends at
    ``card_until``, and ``customs_code`` its enterprise.
    """

    __tablename__ = "sessions"
    __table_args__: ClassVar[Any] = (sa.Index(None, "username"), sa.Index(None, "expires_at"))

    token_hash: str = Field(primary_key=True)
    username: str
    card: str | None
    customs_code: str | None = None
    card_until: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)


class CardGrantRow(Table, table=True):
    """That the card of a session was in its reader, good ``until`` then; ``nonce`` is to be signed next.

    ``kept_from``: when something was last heard of it, after which it is swept one day.
    """

    __tablename__ = "card_grants"
    __table_args__: ClassVar[Any] = (sa.Index(None, "kept_from"),)

    token_hash: str = Field(primary_key=True)
    until: datetime | None = Field(default=None, sa_type=Instant)
    nonce: str | None = None
    asked_at: datetime | None = Field(default=None, sa_type=Instant)
    kept_from: datetime = Field(sa_type=Instant)


class CaptchaRow(Table, table=True):
    """A picture's answer, hashed; gone once it was tried."""

    __tablename__ = "captchas"
    __table_args__: ClassVar[Any] = (sa.Index(None, "expires_at"),)

    captcha_id: str = Field(primary_key=True)
    answer_hash: str
    expires_at: datetime = Field(sa_type=Instant)


class AccessRow(Table, table=True):
    """What somebody did to get in: logins, refused logins, uses of keys (``count`` of them from ``at`` on)."""

    __tablename__ = "accesses"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "at"),
        sa.Index(None, "subject", "at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    at: datetime = Field(sa_type=Instant)
    what: str
    subject: str
    customs_code: str | None
    address: str | None
    count: int = 1
    detail: str | None = None
