"""Cards of the sandbox in the hands of a test."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from cli.pki.authority import Authority
from signing import cms
from signing.software import SoftwareKey, unpack
from tests.integration.api.api_stack import APPOINTMENTS, CODES, ApiStack, body

PIN = "123456"


class Desk:
    """An authority and the cards it issues."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority.create(folder / "pki", datetime.now(UTC))
        self.trust = self.authority.trust
        self._keys: dict[tuple[str, str, str], SoftwareKey] = {}

    def key(self, who: str, use: str = "signing", kind: str = "p256") -> SoftwareKey:
        """One of the two keys of an enterprise's card."""
        if (who, use, kind) not in self._keys:
            made = self.authority.card(CODES[who], f"{who}-{kind}", kind=kind, pin=PIN, days=90, at=datetime.now(UTC))
            for each in ("login", "signing"):
                file = next(path for path in made.folder.glob(f"{each}.*") if not path.name.endswith(".crt.pem"))
                self._keys[who, each, kind] = unpack(file.read_bytes(), PIN)
        return self._keys[who, use, kind]


def sign(key: SoftwareKey, content: bytes) -> str:
    """The detached CMS, in Base64."""
    return base64.b64encode(cms.assemble(content, key.certificate, key.key, key.chain)).decode()


async def offered(client: httpx.AsyncClient, number: str, act: str, **said: Any) -> dict[str, Any]:
    """The bytes that the server offers for signing."""
    answer = await client.post(f"{APPOINTMENTS}/{number}/signing-request", json={"act": act, **said})
    offer = body(answer, 201)
    assert isinstance(offer, dict)
    return offer


def signed(key: SoftwareKey, offer: dict[str, Any]) -> dict[str, Any]:
    """The offer's statement, signed."""
    return {"nonce": offer["nonce"], "cms": sign(key, base64.b64decode(offer["statement"]))}


async def signature(client: httpx.AsyncClient, key: SoftwareKey, number: str, act: str, **said: Any) -> dict[str, Any]:
    """Asked for, and signed."""
    return signed(key, await offered(client, number, act, **said))


async def by_a_banned_card(client: httpx.AsyncClient, stack: ApiStack, desk: Desk, number: str) -> dict[str, Any]:
    """Signed before an administrator banned the card."""
    key = desk.key("general", kind="sm2")
    given = await signature(client, key, number, "submission")
    async with stack.client("operator") as operator:
        ban = f"/ops/v1/access/cards/{key.certificate.serial_number:x}/ban"
        body(await operator.put(ban, json={"reason": "遗失"}))
    return given
