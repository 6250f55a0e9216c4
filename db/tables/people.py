"""Users with a password, their sessions, and the access log."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant, Json, RowId

_ABOUT_ONE = sa.text("pre_entry_no IS NOT NULL")


class UserRow(Table, table=True):
    """A user; ``kind``: enterprise (with its ``customs_code``) or operator. ``disabled_at``: no login from then on.

    ``user_id`` is random and identifies the user in events; ``display_name`` is sealed. An ``administrator`` manages
    the users of the enterprise; without ``may_declare`` a user may only prepare drafts. ``initial_until``: an
    administrator set the password, and until then it permits only choosing another one; ``initial_by`` is the
    fingerprint of the command. ``roles``: those of an operator; ``ports``: those of a calendar keeper, NULL for all.
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
    roles: Any = Field(default=None, sa_type=Json, nullable=True)
    ports: Any = Field(default=None, sa_type=Json, nullable=True)


class AttemptRow(Table, table=True):
    """Consecutive tries to log in under one name, whether a user has that name or not.

    ``subject`` is a keyed hash of the name, because people may type a password instead.
    """

    __tablename__ = "login_attempts"
    __table_args__: ClassVar[Any] = (sa.Index(None, "last_at"), sa.Index(None, "wait_until"))

    subject: str = Field(primary_key=True)
    failures: int
    last_at: datetime = Field(sa_type=Instant)
    wait_until: datetime | None = Field(default=None, sa_type=Instant)


class SessionRow(Table, table=True):
    """A session; ``token_hash`` is the SHA-256 of the cookie, which is not stored.

    The session of a card has no user: ``card`` is the serial number of its certificate, which ends at ``card_until``,
    and ``customs_code`` its enterprise.
    """

    __tablename__ = "sessions"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "username"),
        sa.Index(None, "expires_at"),
        sa.Index(None, "created_at", "token_hash"),
        sa.Index(None, "card"),
    )

    token_hash: str = Field(primary_key=True)
    username: str
    card: str | None
    customs_code: str | None = None
    card_until: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)


class CardGrantRow(Table, table=True):
    """Proof that the card of a session was in its reader, valid ``until`` then; ``nonce`` must be signed next.

    ``kept_from``: the last sign of life, from which the time until removal counts.
    """

    __tablename__ = "card_grants"
    __table_args__: ClassVar[Any] = (sa.Index(None, "kept_from"),)

    token_hash: str = Field(primary_key=True)
    until: datetime | None = Field(default=None, sa_type=Instant)
    nonce: str | None = None
    asked_at: datetime | None = Field(default=None, sa_type=Instant)
    kept_from: datetime = Field(sa_type=Instant)


class BannedCardRow(Table, table=True):
    """A card that may not open a session or sign any more, by the serial number of its certificate."""

    __tablename__ = "banned_cards"

    serial: str = Field(primary_key=True)
    banned_by: str
    banned_at: datetime = Field(sa_type=Instant)


class CaptchaRow(Table, table=True):
    """The hashed answer of a captcha; deleted with the first try."""

    __tablename__ = "captchas"
    __table_args__: ClassVar[Any] = (sa.Index(None, "expires_at"),)

    captcha_id: str = Field(primary_key=True)
    answer_hash: str
    expires_at: datetime = Field(sa_type=Instant)


class AccessRow(Table, table=True):
    """An entry of the access log: a login, a refused login, or ``count`` uses of a key from ``at`` on.

    ``pre_entry_no``: the appointment whose personal fields were opened, for a ``reason``, which is sealed.
    """

    __tablename__ = "accesses"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "at"),
        sa.Index(None, "subject", "at"),
        sa.Index(None, "what", "at"),
        sa.Index(
            "ix_accesses_pre_entry_no_at",
            "pre_entry_no",
            "at",
            sqlite_where=_ABOUT_ONE,
            postgresql_where=_ABOUT_ONE,
        ),
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
    pre_entry_no: str | None = None
    reason: str | None = Field(default=None, sa_type=sa.Text)
