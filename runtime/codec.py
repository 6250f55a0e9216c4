"""Encrypts everything that Temporal keeps, for a server that is not ours or whose operators may not read it.

Personal fields are sealed one by one anyway. The codec hides the rest too (titles, summaries, states in
payloads), at the price that a history cannot be read in the Temporal UI without the codec endpoint of our API.
"""

import os
from collections.abc import Iterable, Mapping, Sequence

from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.converter import PayloadCodec

from runtime.ciphers import NONCE_BYTES, InvalidTag, Key
from runtime.sealing import Tampered, UnknownKey

ENCODING = b"binary/encrypted"
PLACE = b"yuyue payload"


class Codec(PayloadCodec):
    """Encrypts whole payloads, with their metadata, by the first key; every key decrypts."""

    def __init__(self, keys: Mapping[str, Key]) -> None:
        self._ciphers = {kid: key.aead() for kid, key in keys.items()}
        self._first = next(iter(keys))

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypts each payload."""
        return [self._encrypt(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypts each payload; one that was never encrypted stays as it is. Raises ``UnknownKey`` or ``Tampered``."""
        return [self._decrypt(payload) for payload in payloads]

    def _encrypt(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE_BYTES)
        data = nonce + self._ciphers[self._first].encrypt(nonce, payload.SerializeToString(), PLACE)
        return Payload(metadata={"encoding": ENCODING, "encryption-key-id": self._first.encode()}, data=data)

    def _decrypt(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        kid = payload.metadata.get("encryption-key-id", b"").decode("ascii", "replace")
        cipher = self._ciphers.get(kid)
        if cipher is None:
            raise UnknownKey(f"payload: encrypted with key {kid}, which is not in the keyring")
        try:
            return Payload.FromString(cipher.decrypt(payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:], PLACE))
        except (InvalidTag, ValueError):
            raise Tampered("payload: damaged, or not encrypted by us") from None


async def decoded(client: Client, payloads: Iterable[Payload]) -> list[Payload]:
    """Returns the payloads in the clear, decrypted by the client's codec if it has one."""
    codec = client.data_converter.payload_codec
    return await codec.decode(list(payloads)) if codec else list(payloads)
