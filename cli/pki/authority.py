"""The sandbox's authority as a folder: ``private/`` keys, ``trust/`` for a server to trust, ``cards/`` to hand out.

There are two hierarchies, P-256 and SM2, each with a root and an authority that makes cards. Every file can be read
by its owner alone. ``index.json`` lists the issued and revoked certificates.
"""

import itertools
import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from asn1crypto import pem
from asn1crypto.x509 import Certificate

from cli.pki import certificates
from cli.pki.certificates import Issuer, Span
from runtime.files import filled_or_empty, write_bytes, write_json
from signing import keys
from signing.algorithms import KeyKind
from signing.keys import AnyKey, Sm2Key
from signing.software import SoftwareKey, pack

#: The hierarchies.
KINDS = {"p256": KeyKind.P256, "sm2": KeyKind.SM2}
#: The kind of a card's keys → the hierarchy that certifies them.
CARDS = {"p256": "p256", "sm2": "sm2", "rsa": "p256"}
LEVELS = ("root", "issuing")
USES = ("login", "signing")

AUTHORITY_YEARS = 10
CRL_DAYS = 30
#: Clocks differ: certificates count from a little earlier.
SLACK = timedelta(minutes=5)

_README = """沙箱专用,不是真正的发证机构。SANDBOX ONLY: this is no real certificate authority.

private/  密钥,切勿外传。Keys: hand them to nobody.
trust/    交给服务器:YUYUE_TRUST_DIR。For the server: YUYUE_TRUST_DIR.
customs/  模拟海关的证书和密钥。Certificate and key of the simulated customs: YUYUE_CUSTOMS_CERTIFICATE.
cards/    软件卡,每卡两把密钥:登录、签名。Software cards, two keys each: to log in, to sign.
"""


class NotAnAuthority(ValueError):
    """The folder has no authority of the sandbox, or already has one."""


class AuthorityDamaged(ValueError):
    """A file of the authority cannot be read; the message names it."""


Loaded = TypeVar("Loaded")


class Made(NamedTuple):
    """A new card: its folder, and the serial numbers of its two certificates."""

    folder: Path
    serials: dict[str, str]


class Authority:
    """The authority in a folder; every change is on disk when a method returns."""

    def __init__(self, folder: Path) -> None:
        """Raises ``NotAnAuthority`` where there is none; it and other methods raise ``AuthorityDamaged``."""
        self.folder = folder
        self.trust = folder / "trust"
        self._index_file = folder / "index.json"
        if not self._index_file.is_file():
            raise NotAnAuthority(f"{folder} holds no sandbox authority")
        self._index = _index(self._index_file)

    @classmethod
    def create(cls, folder: Path, at: datetime) -> "Authority":
        """Makes an authority with its first revocation lists. Raises ``NotAnAuthority`` unless the folder is empty."""
        if folder.exists() and any(folder.iterdir()):
            raise NotAnAuthority(f"{folder} is not empty")
        with filled_or_empty(folder):
            for name in ("private", "cards", "trust/roots", "trust/issuers", "trust/crls"):
                (folder / name).mkdir(parents=True, mode=0o700)
            folder.chmod(0o700)
            write_bytes(folder / "README.txt", _README.encode())
            for name, kind in KINDS.items():
                _make_authorities(folder, name, kind, at)
            write_json(folder / "index.json", {"crl_number": 0, "certificates": []})
            made = cls(folder)
            made.renew(at)
        return made

    def card(self, customs_code: str, name: str, *, kind: str, pin: str, days: int, at: datetime) -> Made:
        """Makes a card with two keys, of a kind in ``CARDS``. Raises ``FileExistsError`` when that name is taken."""
        folder = self.folder / "cards" / f"{customs_code}-{name}"
        if folder.exists():
            raise FileExistsError(folder)
        with filled_or_empty(folder):
            return self._card(folder, customs_code, name, kind=kind, pin=pin, days=days, at=at)

    def _card(
        self, folder: Path, customs_code: str, name: str, *, kind: str, pin: str, days: int, at: datetime
    ) -> Made:
        folder.mkdir(mode=0o700)
        hierarchy = CARDS[kind]
        issuer, chain = self._issuer(hierarchy, "issuing"), self._chain(hierarchy)
        span = Span(at - SLACK, at + timedelta(days=days))
        serials = {}
        for use in USES:
            key = keys.generate(KeyKind.RSA if kind == "rsa" else KINDS[kind])
            certificate = certificates.card(
                f"{name} ({use})", customs_code, key.public, span, issuer=issuer, login=use == "login"
            )
            _hand_out(folder, use, SoftwareKey(key, certificate, chain), pin)
            serials[use] = f"{certificate.serial_number:x}"
            self._enter(serials[use], hierarchy, use=use, customs_code=customs_code, name=name, until=span.until)
        self._save()
        return Made(folder, serials)

    def office(self, at: datetime) -> Path:
        """The folder of customs' certificate and key, ``customs.pem`` and ``customs.key``; each call makes new ones."""
        folder, key = self.folder / "customs", keys.generate(KeyKind.P256)
        folder.mkdir(mode=0o700, exist_ok=True)
        span = Span(at - SLACK, at + timedelta(days=365 * AUTHORITY_YEARS))
        certificate = certificates.office("Sandbox Customs", key.public, span, self._issuer("p256", "issuing"))
        write_bytes(folder / "customs.key", pem.armor("PRIVATE KEY", key.private().dump()))
        write_bytes(folder / "customs.pem", pem.armor("CERTIFICATE", certificate.dump()))
        serial = f"{certificate.serial_number:x}"
        self._enter(serial, "p256", use="envelope", customs_code="customs", name="office", until=span.until)
        self._save()
        return folder

    def revoke(self, serial: str, at: datetime) -> None:
        """Revokes a certificate and renews the list. Raises ``KeyError`` for an unknown serial number."""
        found = [each for each in self.issued() if each["serial"] == serial]
        if not found:
            raise KeyError(serial)
        found[0].setdefault("revoked_at", at.isoformat())
        self._save()
        self.renew(at)

    def renew(self, at: datetime, days: int = CRL_DAYS) -> None:
        """Writes new revocation lists of every authority; none when one of them cannot be made."""
        number, span = self._index["crl_number"] + 1, Span(at - SLACK, at + timedelta(days=days))
        made = {}
        for kind, level in itertools.product(KINDS, LEVELS):
            revoked = self._revoked(kind) if level == "issuing" else ()
            made[f"{kind}-{level}.crl"] = certificates.revocation_list(self._issuer(kind, level), span, revoked, number)
        self._index["crl_number"] = number
        self._save()
        for name, each in made.items():
            write_bytes(self.trust / "crls" / name, each.dump())

    def issued(self) -> list[dict[str, Any]]:
        """Yields the issued certificates, oldest first: serial, kind, use, customs_code, name, until, revoked_at."""
        listed: list[dict[str, Any]] = self._index["certificates"]
        return listed

    def _revoked(self, kind: str) -> Iterable[tuple[int, datetime]]:
        for each in self.issued():
            if each["kind"] == kind and "revoked_at" in each:
                yield int(each["serial"], 16), datetime.fromisoformat(each["revoked_at"])

    def _enter(self, serial: str, kind: str, *, until: datetime, **known: str) -> None:
        self.issued().append({"serial": serial, "kind": kind, "until": until.isoformat(), **known})

    def _save(self) -> None:
        write_json(self._index_file, self._index)

    def _issuer(self, kind: str, level: str) -> Issuer:
        return Issuer(self._certificate(kind, level), _key(self.folder / "private" / f"{kind}-{level}.key"))

    def _certificate(self, kind: str, level: str) -> Certificate:
        place = "roots" if level == "root" else "issuers"
        return _loaded(self.trust / place / f"{kind}.pem", Certificate.load)

    def _chain(self, kind: str) -> tuple[Certificate, ...]:
        return (self._certificate(kind, "issuing"),)


def _make_authorities(folder: Path, name: str, kind: KeyKind, at: datetime) -> None:
    span = Span(at - SLACK, at + timedelta(days=365 * AUTHORITY_YEARS))
    top, below = keys.generate(kind), keys.generate(kind)
    root = certificates.authority(f"Sandbox Root {name}", top, span)
    issuing = certificates.authority(f"Sandbox Issuing {name}", below, span, Issuer(root, top))
    for level, key, certificate, place in (("root", top, root, "roots"), ("issuing", below, issuing, "issuers")):
        write_bytes(folder / "private" / f"{name}-{level}.key", pem.armor("PRIVATE KEY", key.private().dump()))
        write_bytes(folder / "trust" / place / f"{name}.pem", pem.armor("CERTIFICATE", certificate.dump()))


def _hand_out(folder: Path, use: str, held: SoftwareKey, pin: str) -> None:
    ending = "key.pem" if isinstance(held.key, Sm2Key) else "p12"
    write_bytes(folder / f"{use}.{ending}", pack(held, pin))
    write_bytes(folder / f"{use}.crt.pem", pem.armor("CERTIFICATE", held.certificate.dump()))


def _index(file: Path) -> dict[str, Any]:
    try:
        index: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return {**index, "crl_number": int(index["crl_number"]), "certificates": list(index["certificates"])}
    except (ValueError, KeyError, TypeError) as error:
        raise AuthorityDamaged(file) from error


def _key(path: Path) -> AnyKey:
    return _loaded(path, keys.load)


def _loaded(path: Path, load: Callable[[bytes], Loaded]) -> Loaded:
    try:
        return load(pem.unarmor(path.read_bytes())[2])
    except (ValueError, TypeError) as error:
        raise AuthorityDamaged(path) from error
