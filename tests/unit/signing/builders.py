"""Two make-believe hierarchies, P-256 and SM2, and a good signature in each that forgeries begin with."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from asn1crypto import cms as asn1
from asn1crypto.x509 import Certificate

from cli.pki import certificates as make
from cli.pki.certificates import Issuer, Span
from signing import cms, keys
from signing.algorithms import KeyKind
from signing.anchors import Anchors
from signing.canonical import SignedAct, Statement
from signing.keys import AnyKey
from signing.trust import Chain, validate
from signing.verify import Verified, verify_data

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
CODE, OTHER_CODE = "3122260001", "3122260002"
YEAR = Span(NOW - timedelta(days=1), NOW + timedelta(days=365))
MONTH = Span(NOW - timedelta(hours=1), NOW + timedelta(days=30))

STATEMENT = Statement(
    act=SignedAct.SUBMISSION,
    pre_entry_no="202600000000000042",
    version=3,
    nonce="n" * 43,
    time=NOW,
    signer=CODE,
    content=b'<content xmlns="urn:yuyue:customs:1"><reason>\xe9\xb2\x9c\xe6\xb4\xbb</reason></content>',
)

Key = AnyKey


class Now:
    """The trusted anchors, loaded each time."""

    def __init__(self, anchors: Anchors) -> None:
        self.anchors = anchors

    def chain(self, certificate: Certificate, others: tuple[Certificate, ...], at: datetime) -> Chain:
        return validate(certificate, others, at, self.anchors)


@dataclass(frozen=True)
class IssuingOffice:
    """One hierarchy, with a card of ours: a key to sign and one to log in."""

    kind: KeyKind
    root: Issuer
    issuing: Issuer
    signing_key: Key
    login_key: Key

    def card(self, key: Key | None = None, *, code: str = CODE, login: bool = False, span: Span = YEAR) -> Certificate:
        public = (key or self.signing_key).public
        return make.card("card", code, public, span, issuer=self.issuing, login=login)

    def anchors(self, *revoked: int, span: Span = MONTH) -> Anchors:
        lists = (
            make.revocation_list(self.root, span, [], 1),
            make.revocation_list(self.issuing, span, [(serial, NOW - timedelta(minutes=1)) for serial in revoked], 1),
        )
        return Anchors((self.root.certificate,), (), lists)


@cache
def office(kind: KeyKind) -> IssuingOffice:
    top, below, sign, login = (keys.generate(kind) for _ in range(4))
    root = Issuer(make.authority("root", top, YEAR), top)
    issuing = Issuer(make.authority("issuing", below, YEAR, root), below)
    return IssuingOffice(kind, root, issuing, sign, login)


@dataclass(frozen=True)
class Case:
    """A signature as it comes in, and what it is held against."""

    office: IssuingOffice
    certificate: Certificate
    raw: bytes
    anchors: Anchors
    content: bytes
    at: datetime = NOW

    def judge(self) -> Verified:
        return verify_data(self.raw, self.content, signer=CODE, at=self.at, trust=Now(self.anchors))

    def with_(self, **changes: Any) -> "Case":
        return replace(self, **changes)

    def signed_by(self, certificate: Certificate, key: Key | None = None, *others: Certificate) -> "Case":
        """Signed rightly, by the holder of another certificate."""
        chain = others or (self.office.issuing.certificate,)
        raw = cms.assemble(self.content, certificate, key or self.office.signing_key, chain)
        return self.with_(certificate=certificate, raw=raw)

    def rebuilt(self, change: Callable[[Any], None], *, sign: bool = True) -> "Case":
        """The SignedData changed and, unless the forger lacks the key, signed again over its attributes."""
        info = asn1.ContentInfo.load(self.raw)
        data = info["content"]
        change(data)
        for signer in data["signer_infos"] if sign else ():
            if signer["signed_attrs"].native is not None:
                attributes = asn1.CMSAttributes(list(signer["signed_attrs"]))
                signer["signed_attrs"] = attributes
                signer["signature"] = self.office.signing_key.sign(attributes.dump())
        return self.with_(raw=asn1.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def good(kind: KeyKind) -> Case:
    here = office(kind)
    certificate = here.card()
    content = STATEMENT.write()
    raw = cms.assemble(content, certificate, here.signing_key, [here.issuing.certificate])
    return Case(here, certificate, raw, here.anchors(), content)
