"""The archive of signatures: every question has its index, however many there are."""

from datetime import timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa

from db import signatures
from db.engine import reading, writing
from db.signatures import CERTIFICATE, CRL, ArchivedSignature, Replayed, StoredChallenge
from tests.integration.db.plans import counting, plan, scans
from tests.integration.db.stories import NOON, NUMBER

TABLES = ("signing_challenges", "signatures", "signature_evidence")
EVIDENCE = {sha256(der).hexdigest(): (kind, der) for kind, der in [(CERTIFICATE, b"issuer"), (CRL, b"list")]}


def challenge(nonce: str, lifetime: timedelta = timedelta(minutes=5)) -> StoredChallenge:
    return StoredChallenge(nonce=nonce, purpose="submission", digest="d", offered_at=NOON, expires_at=NOON + lifetime)


def signature(nonce: str) -> ArchivedSignature:
    return ArchivedSignature(
        signature_id=f"id of {nonce}",
        pre_entry_no=NUMBER,
        nonce=nonce,
        signer="3122260001",
        algorithm="ES256",
        verified_at=NOON,
        statement="sealed",
        cms="sealed",
        evidence=tuple(EVIDENCE),
    )


@pytest.fixture
def used(engine: sa.Engine) -> str:
    """A nonce that was used, and its signature in the archive."""
    with writing(engine) as session:
        signatures.create_challenge(session, challenge("used"))
        signatures.use_challenge(session, "used", by="command", signature_id="id of used")
        signatures.archive(session, signature("used"), EVIDENCE)
    return "used"


def test_every_question_has_its_index(engine: sa.Engine, used: str) -> None:
    with counting(engine) as statements:
        with writing(engine) as session:
            signatures.create_challenge(session, challenge("new"))
            signatures.use_challenge(session, "new", by="command", signature_id="id of new")
            signatures.archive(session, signature("new"), EVIDENCE)
            signatures.sweep(session, before=NOON)
        with reading(engine) as session:
            assert signatures.find_challenge(session, used)
            assert signatures.find_signature(session, f"id of {used}") == signature(used)
            assert {kind for kind, _ in signatures.evidence(session, EVIDENCE)} == {CERTIFICATE, CRL}
    assert len(statements) >= 8
    assert scans(engine, statements, *TABLES) == []


def test_a_plan_that_reads_a_whole_table_would_be_seen(engine: sa.Engine) -> None:
    with counting(engine) as statements, reading(engine) as session:
        session.execute(sa.text("SELECT * FROM signatures WHERE algorithm = 'ES256'")).all()
    assert scans(engine, statements, *TABLES)


def test_what_was_used_is_kept_and_not_even_looked_at_when_the_rest_is_swept(engine: sa.Engine, used: str) -> None:
    with writing(engine) as session:
        signatures.create_challenge(session, challenge("old", timedelta(0)))
        signatures.create_challenge(session, challenge("young", timedelta(days=2)))
    with counting(engine) as statements, writing(engine) as session:
        assert signatures.sweep(session, before=NOON + timedelta(days=1)) == 1
    if engine.dialect.name == "sqlite":
        assert "ix_signing_challenges_unused" in str(plan_of(engine, statements[0]))
    with writing(engine) as session:
        assert signatures.find_challenge(session, "young")
        with pytest.raises(Replayed):
            signatures.use_challenge(session, used, by="another command", signature_id="id of used")


def plan_of(engine: sa.Engine, statement: tuple[str, object]) -> list[str]:
    with reading(engine) as session:
        return plan(session, *statement)
