"""Signatures of HTTP requests: offers a statement for signing, then verifies and archives its signature."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, NamedTuple

from pydantic import Field

from api.bodies import Body
from api.context import Caller, Context
from api.http.problems import Refusal, refusal
from db import banned_cards, signatures
from db.engine import reading, writing
from db.signatures import CERTIFICATE, CRL, ArchivedSignature, Replayed, StoredChallenge
from domain.appointment import Appointment
from domain.policy import Policy
from identity.principal import Principal
from signing import Rejected
from signing.canonical import SignedAct, Statement
from signing.trust import Trust
from signing.verify import Verified, signature_id, verify_data

FIELD = "signature"
#: Time from the offer to the signature: to read the declaration and type a PIN.
OFFER_LIFETIME = timedelta(minutes=5)
NONCE_BYTES = 32

#: The content of a statement, from the appointment with its personal fields opened.
Render = Callable[[Appointment], bytes]


class SignatureBody(Body):
    """电子签名: the nonce of the statement that was offered, and the detached CMS over it (DER in Base64)."""

    nonce: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
    cms: Annotated[str, Field(max_length=64 * 1024)]


@dataclass(frozen=True, slots=True)
class Declared:
    """An act that may have to be signed: the content that it declares, and the signature in the request."""

    act: SignedAct
    render: Render
    signature: SignatureBody | None = None

    @property
    def signature_id(self) -> str | None:
        """The id of the signature. Raises Refusal when it is not Base64."""
        return None if self.signature is None else signature_id(decoded(self.signature.cms))


class Approved(NamedTuple):
    """A signature in the archive, and the version of the appointment that was signed."""

    signature_id: str
    version: int | None


class Offer(NamedTuple):
    """A statement for the card to sign, and its stored challenge."""

    statement: bytes
    challenge: StoredChallenge


@dataclass(frozen=True, slots=True)
class Signing:
    """Offers statements and approves signatures of one request. Blocks on the database."""

    ctx: Context
    caller: Caller

    def offer(self, known: Appointment, declared: Declared) -> Offer:
        """Returns the statement to sign, with a new nonce. Raises Refusal when nobody can sign now."""
        trust_of(self.ctx)
        demand_card(self.ctx, self.caller)
        at, nonce = self.caller.received_at, secrets.token_urlsafe(NONCE_BYTES)
        statement = self._statement(known, declared, nonce, at)
        challenge = StoredChallenge(
            nonce=nonce,
            purpose=declared.act,
            customs_code=self.caller.code,
            pre_entry_no=known.pre_entry_no,
            version=known.version,
            digest=digest(self.ctx, statement),
            offered_at=at,
            expires_at=at + OFFER_LIFETIME,
        )
        with writing(self.ctx.engine) as session:
            signatures.create_challenge(session, challenge)
        return Offer(statement, challenge)

    def approve(self, known: Appointment, declared: Declared, key: str) -> Approved | None:
        """Verifies the signature, uses up its nonce and archives both; returns None for an act that is not signed.

        A command that is repeated under its key finds its own signature and is approved, however late. Raises Refusal
        when the signature is missing, wrong, late or used.
        """
        given = declared.signature
        demand(self.ctx.policy, self.caller.principal, given)
        if given is None:
            return None
        cms, command = decoded(given.cms), f"{self.caller.code}/{known.pre_entry_no}/{declared.act}/{key}"
        challenge = self._challenge(given.nonce, known, declared.act)
        approved = Approved(signature_id(cms), challenge.version)
        if (challenge.used_by, challenge.signature_id) == (command, approved.signature_id):
            return approved
        demand_card(self.ctx, self.caller)
        _demand_fresh(challenge, known, self.caller.received_at)
        statement = self._statement(known, declared, challenge.nonce, challenge.offered_at)
        if not hmac.compare_digest(digest(self.ctx, statement), challenge.digest):
            raise refusal("signature.content_changed", FIELD)
        self._archive(challenge, statement, cms, command)
        return approved

    def _challenge(self, nonce: str, known: Appointment, act: SignedAct) -> StoredChallenge:
        """Returns the challenge of the nonce. Raises Refusal when it is of another enterprise, act or appointment."""
        with reading(self.ctx.engine) as session:
            found = signatures.find_challenge(session, nonce)
        if found is None or found.customs_code != self.caller.code:
            raise refusal("signature.challenge_unknown", FIELD)
        if found.pre_entry_no != known.pre_entry_no:
            raise refusal("signature.other_appointment", FIELD)
        if found.purpose != act:
            raise refusal("signature.other_act", FIELD)
        return found

    def _statement(self, known: Appointment, declared: Declared, nonce: str, at: datetime) -> bytes:
        content = declared.render(self.ctx.sealer.open_appointment(known))
        number, version = known.pre_entry_no, known.version
        return Statement(declared.act, number, version, nonce, at, self.caller.code, content).write()

    def _archive(self, challenge: StoredChallenge, statement: bytes, cms: bytes, command: str) -> None:
        at, code = self.caller.received_at, self.caller.code
        try:
            verified = verify_data(cms, statement, signer=code, at=at, trust=trust_of(self.ctx))
        except Rejected as rejected:
            raise refusal(rejected.code, FIELD, **rejected.facts) from rejected
        kept, evidence = self._kept(challenge, statement, cms, verified), evidence_of(verified)
        try:
            with writing(self.ctx.engine) as session:
                if banned_cards.is_banned(session, verified.holder.serial):
                    raise refusal("signature.card_banned", FIELD)
                signatures.use_challenge(session, challenge.nonce, by=command, signature_id=kept.signature_id)
                signatures.archive(session, kept, evidence)
        except Replayed:
            raise refusal("signature.replayed", FIELD) from None

    def _kept(self, challenge: StoredChallenge, statement: bytes, cms: bytes, verified: Verified) -> ArchivedSignature:
        number, seal = challenge.pre_entry_no or "", self.ctx.sealer.seal
        place = f"{number}/{challenge.nonce}"
        return ArchivedSignature(
            signature_id=signature_id(cms),
            pre_entry_no=number,
            nonce=challenge.nonce,
            signer=verified.holder.customs_code,
            algorithm=verified.algorithm,
            verified_at=self.caller.received_at,
            statement=seal(statement.decode(), context=f"{place}/statement"),
            cms=seal(base64.b64encode(cms).decode(), context=f"{place}/cms"),
            evidence=tuple(evidence_of(verified)),
        )


def demand(policy: Policy, principal: Principal, given: SignatureBody | None) -> None:
    """Raises Refusal when policy requires a signature that is missing.

    Policy may require it of every caller, or of browsers only, which then need a session that a card opened.
    """
    required, browser = policy.signature.required, principal.session
    if required == "card_sessions" and browser is not None and browser.card is None:
        raise refusal("signature.required", FIELD)
    must = required == "always" or (required == "card_sessions" and browser is not None)
    if must and given is None:
        raise refusal("signature.required", FIELD)


def demand_card(ctx: Context, caller: Caller) -> None:
    """Raises Refusal when policy requires sessions of cards and the session's card is not present."""
    browser = caller.principal.session
    if ctx.policy.signature.required != "card_sessions" or browser is None or browser.card is None:
        return
    if not ctx.services.presence.is_present(browser, caller.received_at):
        raise refusal("session.card_removed")


def trust_of(ctx: Context) -> Trust:
    """Returns the certificates that are trusted. Raises Refusal when none are configured."""
    if ctx.trust is None:
        raise refusal("signature.unavailable")
    return ctx.trust


def digest(ctx: Context, offered: bytes) -> str:
    """Returns a keyed hash of the offered bytes, which may be personal and so are not stored."""
    return ctx.sealer.fingerprint(["offered", offered.decode()])


def decoded(text: str) -> bytes:
    """Returns the bytes of a Base64 text. Raises Refusal when it is not Base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise malformed("not Base64") from None


def malformed(why: str) -> Refusal:
    """Returns the refusal of a signature whose encoding is wrong."""
    return refusal("signature.malformed", FIELD, why=why)


def evidence_of(verified: Verified) -> dict[str, tuple[str, bytes]]:
    """Returns SHA-256 → kind and DER of the authorities above the signer and of the revocation lists."""
    above = [(CERTIFICATE, each.dump()) for each in verified.chain.certificates[1:]]
    lists = [(CRL, each.dump()) for each in verified.chain.crls]
    return {sha256(der).hexdigest(): (kind, der) for kind, der in above + lists}


def _demand_fresh(challenge: StoredChallenge, known: Appointment, at: datetime) -> None:
    if challenge.used_by is not None:
        raise refusal("signature.replayed", FIELD)
    if at >= challenge.expires_at:
        raise refusal("signature.challenge_expired", FIELD)
    if challenge.version != known.version:
        raise refusal("signature.other_version", FIELD, version=known.version)
