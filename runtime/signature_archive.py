"""Judges electronic signatures again, long after: from the archive alone, by the evidence of their time."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from asn1crypto.crl import CertificateList
from asn1crypto.x509 import Certificate
from sqlalchemy import Engine
from sqlmodel import Session

from db import signatures
from db.engine import reading
from db.signatures import CERTIFICATE, ArchivedSignature, DeclaringEvent
from domain.event import Action
from runtime.sealing import Sealer, SealError
from runtime.settings import Settings
from signing import Rejected, anchors
from signing.anchors import Anchors
from signing.canonical import SignedAct, Statement, StatementUnreadable
from signing.trust import Chain, validate
from signing.verify import signature_id, verify_data

_ACTS = {
    Action.SUBMITTED: SignedAct.SUBMISSION,
    Action.CANCELLED: SignedAct.CANCELLATION,
    Action.FED_BACK: SignedAct.FEEDBACK,
    Action.EXPLAINED: SignedAct.EXPLANATION,
}


class Wrong(NamedTuple):
    """A signature that is not good; ``why`` is a problem code or a stable word."""

    pre_entry_no: str
    version: int
    why: str


class Judged(NamedTuple):
    """The numbers of good signatures and of unsigned acts, and the wrong signatures."""

    held: int
    unsigned: int
    wrong: list[Wrong]


class _Then:
    """The trust at the time of the signature."""

    def __init__(self, then: Anchors) -> None:
        self._then = then

    def chain(self, certificate: Certificate, others: Sequence[Certificate], at: datetime) -> Chain:
        return validate(certificate, others, at, self._then)


class Archive:
    """The archive, with the keys that open it; with ``roots`` None every root in it is trusted."""

    def __init__(self, engine: Engine, sealer: Sealer, roots: frozenset[bytes] | None) -> None:
        self._engine = engine
        self._sealer = sealer
        self._roots = roots

    def judge(self, progress: Callable[[int], None] = lambda _: None) -> Judged:
        """Judges the signatures of all declared acts; calls ``progress`` with the number of acts judged before each."""
        held, unsigned, wrong = 0, 0, []
        with reading(self._engine) as session:
            for done, event in enumerate(signatures.declaring_events(session)):
                progress(done)
                if event.signature_id is None:
                    unsigned += 1
                    continue
                why = self.judge_one(session, event, event.signature_id)
                held += why is None
                wrong += [Wrong(event.pre_entry_no, event.version, why)] if why else []
        return Judged(held, unsigned, wrong)

    def judge_one(self, session: Session, event: DeclaringEvent, signature_id: str) -> str | None:
        """Returns why the signature of an act is not good, a problem code or a stable word; None when it is good."""
        kept = signatures.find_signature(session, signature_id)
        evidence = signatures.evidence(session, kept.evidence) if kept else []
        return self._why_not(event, kept, evidence)

    def _why_not(
        self, event: DeclaringEvent, kept: ArchivedSignature | None, evidence: list[tuple[str, bytes]]
    ) -> str | None:
        if kept is None:
            return "signature_missing"
        place = f"{kept.pre_entry_no}/{kept.nonce}"
        try:
            statement = self._sealer.open(kept.statement, context=f"{place}/statement").encode()
            cms = base64.b64decode(self._sealer.open(kept.cms, context=f"{place}/cms"), validate=True)
            said = Statement.read(statement)
            if signature_id(cms) != event.signature_id or not _is_of(event, said, kept):
                return "signature_of_something_else"
            verify_data(
                cms, statement, signer=event.actor_id, at=kept.verified_at, trust=_Then(self._anchors(evidence))
            )
        except (SealError, StatementUnreadable, binascii.Error) as error:
            return f"unreadable: {type(error).__name__}"
        except Rejected as rejected:
            return rejected.code
        return None

    def _anchors(self, evidence: list[tuple[str, bytes]]) -> Anchors:
        """Returns the anchors of a signature, with only those roots that the operator trusts too."""
        certificates = [Certificate.load(der) for kind, der in evidence if kind == CERTIFICATE]
        lists = [CertificateList.load(der) for kind, der in evidence if kind != CERTIFICATE]
        roots = [
            each for each in certificates if each.self_issued and (self._roots is None or each.sha256 in self._roots)
        ]
        return Anchors(tuple(roots), tuple(each for each in certificates if not each.self_issued), tuple(lists))


def trusted_roots(settings: Settings) -> frozenset[bytes] | None:
    """Returns the fingerprints of the roots that the operator trusts; None where no folder is set."""
    if settings.trust_dir is None:
        return None
    return frozenset(each.sha256 for each in anchors.load(settings.trust_dir).roots)


def _is_of(event: DeclaringEvent, said: Statement, kept: ArchivedSignature) -> bool:
    """Returns True if the statement is of this act, number, version and actor, and older than its receipt."""
    about = (said.act, said.pre_entry_no, said.version) == (_ACTS[event.action], event.pre_entry_no, event.version - 1)
    in_time = event.received_at is not None and said.time <= kept.verified_at <= event.received_at
    return about and said.signer == event.actor_id and in_time
