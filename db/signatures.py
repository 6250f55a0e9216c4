"""Nonces for signing, each used once, and the archive of the signatures made with them.

The transaction that archives a signature also uses its nonce, so a nonce is used only if its signature is stored.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import ChallengeRow, EventRow, EvidenceRow, SignatureRow
from db.upsert import insert_missing
from domain.event import Action
from domain.model import Model

_CHALLENGES, _SIGNATURES, _EVIDENCE = ChallengeRow.table(), SignatureRow.table(), EvidenceRow.table()
_EVENTS = EventRow.table()

LOGIN = "login"
CERTIFICATE, CRL = "certificate", "crl"
#: Actions that an enterprise declares and may have to sign.
DECLARED = (Action.SUBMITTED, Action.CANCELLED, Action.FED_BACK, Action.EXPLAINED)


class StoredChallenge(Model):
    """A challenge that was issued for signing; see ``ChallengeRow``."""

    nonce: str
    purpose: str
    customs_code: str | None = None
    pre_entry_no: str | None = None
    version: int | None = None
    digest: str
    offered_at: datetime
    expires_at: datetime
    used_by: str | None = None
    signature_id: str | None = None


class ArchivedSignature(Model):
    """A signature in the archive, ``statement`` and ``cms`` sealed; see ``SignatureRow``."""

    signature_id: str
    pre_entry_no: str
    nonce: str
    signer: str
    algorithm: str
    verified_at: datetime
    statement: str
    cms: str
    evidence: tuple[str, ...]


class SignatureSummary(Model):
    """A signature without its sealed texts; ``signer`` is the customs code of the holder's enterprise."""

    signature_id: str
    signer: str
    algorithm: str
    verified_at: datetime


class DeclaringEvent(Model):
    """An event in which an enterprise declared something; ``version`` is its version."""

    pre_entry_no: str
    version: int
    action: Action
    actor_id: str
    received_at: datetime | None
    signature_id: str | None


class Replayed(Exception):
    """Another command has used the nonce already."""


def create_challenge(session: Session, challenge: StoredChallenge) -> None:
    """Stores a challenge."""
    session.execute(sa.insert(_CHALLENGES).values(**challenge.model_dump()))


def find_challenge(session: Session, nonce: str) -> StoredChallenge | None:
    """Returns the challenge with that nonce."""
    found = session.execute(sa.select(_CHALLENGES).where(_CHALLENGES.c.nonce == nonce)).mappings().one_or_none()
    return None if found is None else StoredChallenge.model_validate(dict(found))


def use_challenge(session: Session, nonce: str, *, by: str, signature_id: str) -> None:
    """Marks the nonce as used by a command; a repetition by the same command changes nothing.

    Raises ``Replayed`` when another command used it, or the same one with another signature.
    """
    row = _CHALLENGES.c
    free = sa.and_(row.nonce == nonce, row.used_by.is_(None))
    if session.exec(sa.update(_CHALLENGES).where(free).values(used_by=by, signature_id=signature_id)).rowcount == 1:
        return
    stored = find_challenge(session, nonce)
    if stored is None or (stored.used_by, stored.signature_id) != (by, signature_id):
        raise Replayed


def archive(session: Session, signature: ArchivedSignature, evidence: Mapping[str, tuple[str, bytes]]) -> None:
    """Stores a verified signature; an existing one stays as it is. ``evidence`` is by its SHA-256."""
    for name, (kind, der) in evidence.items():
        insert_missing(session, _EVIDENCE, {"sha256": name, "kind": kind, "der": base64.b64encode(der).decode()})
    insert_missing(session, _SIGNATURES, signature.model_dump())


def find_signature(session: Session, signature_id: str) -> ArchivedSignature | None:
    """Returns a signature of the archive."""
    found = session.execute(sa.select(_SIGNATURES).where(_SIGNATURES.c.signature_id == signature_id)).mappings()
    row = found.one_or_none()
    return None if row is None else ArchivedSignature.model_validate(dict(row))


def evidence(session: Session, names: Iterable[str]) -> list[tuple[str, bytes]]:
    """Returns kind and DER of each; one that is missing, or does not match its name, is left out."""
    rows = session.execute(sa.select(_EVIDENCE).where(_EVIDENCE.c.sha256.in_(list(names)))).mappings()
    found = [(row["sha256"], row["kind"], base64.b64decode(row["der"])) for row in rows]
    return [(kind, der) for name, kind, der in found if sha256(der).hexdigest() == name]


def declaring_events(session: Session) -> Iterator[DeclaringEvent]:
    """Yields every event in which an enterprise declared something, signed or not, oldest first."""
    wanted = sa.select(*(_EVENTS.c[name] for name in DeclaringEvent.model_fields))
    acts = _EVENTS.c.action.in_([action.value for action in DECLARED])
    for row in session.execute(wanted.where(acts).order_by(_EVENTS.c.id)).mappings():
        yield DeclaringEvent.model_validate(dict(row))


def of_appointment(session: Session, pre_entry_no: str) -> list[SignatureSummary]:
    """Returns the signatures of an appointment in the archive, oldest first."""
    wanted = sa.select(*(_SIGNATURES.c[name] for name in SignatureSummary.model_fields))
    rows = session.execute(wanted.where(_SIGNATURES.c.pre_entry_no == pre_entry_no).order_by(_SIGNATURES.c.verified_at))
    return [SignatureSummary.model_validate(dict(row)) for row in rows.mappings()]


def declaring_event(session: Session, pre_entry_no: str, signature_id: str) -> DeclaringEvent | None:
    """Returns the event that a signature of an appointment belongs to; the last one, where a lost attempt wrote two."""
    wanted = sa.select(*(_EVENTS.c[name] for name in DeclaringEvent.model_fields))
    own = wanted.where(_EVENTS.c.pre_entry_no == pre_entry_no, _EVENTS.c.signature_id == signature_id)
    row = session.execute(own.order_by(_EVENTS.c.id.desc()).limit(1)).mappings().one_or_none()
    return None if row is None else DeclaringEvent.model_validate(dict(row))


def sweep(session: Session, *, before: datetime) -> int:
    """Removes unused nonces that expired before that instant; returns how many. Used ones stay, to detect a replay."""
    gone = sa.and_(_CHALLENGES.c.expires_at < before, _CHALLENGES.c.used_by.is_(None))
    return session.exec(sa.delete(_CHALLENGES).where(gone)).rowcount
