"""Electronic signatures 电子签名: challenges, verified signatures, and the evidence for them."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant, Json

_UNUSED = sa.text("used_by IS NULL")


class ChallengeRow(Table, table=True):
    """A nonce that was issued; one command at most uses it, regardless of the process that handles it.

    ``purpose`` is the act to declare, or ``login``, which has no number, version or enterprise. ``digest`` is a keyed
    hash of the bytes to sign. ``used_by`` identifies the command that used it.
    """

    __tablename__ = "signing_challenges"
    __table_args__: ClassVar[Any] = (
        sa.Index("ix_signing_challenges_unused", "expires_at", sqlite_where=_UNUSED, postgresql_where=_UNUSED),
    )

    nonce: str = Field(primary_key=True)
    purpose: str
    customs_code: str | None
    pre_entry_no: str | None
    version: int | None
    digest: str
    offered_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_by: str | None
    signature_id: str | None


class SignatureRow(Table, table=True):
    """A verified signature, kept for good; triggers refuse UPDATE and DELETE.

    ``signature_id`` is the SHA-256 of the CMS, by which an event refers to it. ``statement`` and ``cms`` are sealed:
    they contain the declared data and the holder of the card. ``evidence`` lists the SHA-256 of the CA certificates and
    of the revocation lists at the time of the verification.
    """

    __tablename__ = "signatures"
    __table_args__: ClassVar[Any] = (sa.Index(None, "pre_entry_no"),)

    signature_id: str = Field(primary_key=True)
    pre_entry_no: str
    nonce: str
    signer: str
    algorithm: str
    verified_at: datetime = Field(sa_type=Instant)
    statement: str = Field(sa_type=sa.Text)
    cms: str = Field(sa_type=sa.Text)
    evidence: Any = Field(sa_type=Json, nullable=False)


class EvidenceRow(Table, table=True):
    """A certificate or revocation list in DER (Base64), by its SHA-256; ``kind``: certificate or crl."""

    __tablename__ = "signature_evidence"

    sha256: str = Field(primary_key=True)
    kind: str
    der: str = Field(sa_type=sa.Text)
