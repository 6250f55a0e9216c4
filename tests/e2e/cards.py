"""The sandbox's software cards in the hands of a test: what `yuyue up` has made, opened with their PINs."""

import base64
import json
from pathlib import Path
from typing import Any

from asn1crypto import pem

from signing import cms, keys
from signing.keys import AnyKey
from signing.software import SoftwareKey, unpack
from tests.e2e.client import APPOINTMENTS, Broker, body

_USES = ("login", "signing")


def card(data: Path, role: str, use: str = "signing") -> SoftwareKey:
    """One of the two keys of a role's card."""
    known = json.loads((data / "cards.json").read_text())[role]
    return unpack((data / "pki" / known["folder"] / f"{use}.p12").read_bytes(), known["pin"])


def declare_signed(broker: Broker, key: SoftwareKey, number: str, act: str, **said: Any) -> dict[str, Any]:
    """Asks for the bytes, signs them, sends the act with the signature."""
    offer = body(broker.http.post(f"{APPOINTMENTS}/{number}/signing-request", json={"act": act, **said}), 201)
    signed = cms.assemble(base64.b64decode(offer["statement"]), key.certificate, key.key, key.chain)
    signature = {"nonce": offer["nonce"], "cms": base64.b64encode(signed).decode()}
    return body(broker.act(number, act, {**said, "signature": signature}))


def pins(data: Path) -> list[str]:
    """The PIN of every card."""
    return [known["pin"] for known in json.loads((data / "cards.json").read_text()).values()]


def private_keys(data: Path) -> list[bytes]:
    """The private numbers of every card and authority, 32 bytes each."""
    held = [card(data, role, use).key for role in json.loads((data / "cards.json").read_text()) for use in _USES]
    files = sorted((data / "pki" / "private").glob("*.key"))
    return [_number(each) for each in [*held, *(keys.load(pem.unarmor(file.read_bytes())[2]) for file in files)]]


def _number(key: AnyKey) -> bytes:
    number: int = key.private()["private_key"].parsed["private_key"].native
    return number.to_bytes(32)
