"""A codec for everything: what goes in comes out, for those with the key and nobody else."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr
from temporalio.api.common.v1 import Payload

from runtime.ciphers import Algorithm
from runtime.codec import Codec
from runtime.sealing import KeyringError, Tampered, UnknownKey, new_key, parse_keys
from runtime.settings import Settings
from runtime.temporal import connect

OLD, NEW = f"old:{new_key()}", f"new:{new_key(Algorithm.SM4_GCM)}"
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data='"其他活鱼"'.encode())


def codec(*keys: str) -> Codec:
    return Codec(parse_keys(",".join(keys)))


async def test_a_payload_is_hidden_whole_and_comes_back_whole() -> None:
    (hidden,) = await codec(NEW).encode([PLAIN])
    assert PLAIN.data not in hidden.SerializeToString()
    assert b"json/plain" not in hidden.SerializeToString()
    assert await codec(NEW).decode([hidden]) == [PLAIN]


async def test_the_first_key_encrypts_and_every_key_decrypts() -> None:
    before = await codec(OLD).encode([PLAIN])
    assert await codec(NEW, OLD).decode(before) == [PLAIN]
    (after,) = await codec(NEW, OLD).encode([PLAIN])
    assert after.metadata["encryption-key-id"] == b"new"
    with pytest.raises(UnknownKey, match="old"):
        await codec(NEW).decode(before)


async def test_what_was_written_before_the_codec_is_still_read() -> None:
    assert await codec(NEW).decode([PLAIN]) == [PLAIN]


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1], lambda data: bytes([data[0] ^ 1]) + data[1:], lambda _: b""]
)
async def test_a_damaged_payload_does_not_open(damage: Callable[[bytes], bytes]) -> None:
    (hidden,) = await codec(NEW).encode([PLAIN])
    hidden.data = damage(hidden.data)
    with pytest.raises(Tampered):
        await codec(NEW).decode([hidden])


async def test_a_keyring_that_cannot_be_used_is_refused_at_once() -> None:
    with pytest.raises(KeyringError):
        await connect(Settings(payload_codec=SecretStr("no-key")), lazy=True)
