"""A file in chunks comes out whole, and nothing can be moved, cut off or added."""

import tracemalloc
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.ciphers import TAG_BYTES, Algorithm
from runtime.sealed_files import CHUNK_BYTES, kid_in, opened, rewrapped, sealed
from runtime.sealing import Keyring, Sealer, Tampered, UnknownKey, new_key

FINGERPRINT = new_key()
OLD, NEW = f"old:{new_key()}", f"new:{new_key(Algorithm.SM4_GCM)}"
DIGEST = sha256(b"any").hexdigest()
STEP = CHUNK_BYTES + TAG_BYTES


def ring(*keys: str) -> Sealer:
    return Sealer(Keyring.parse(",".join(keys), FINGERPRINT))


AES, SM4 = ring(OLD), ring(NEW)


def stored(sealer: Sealer, content: bytes) -> bytes:
    return b"".join(sealed(sealer, DIGEST, [content]))


def content_of(sealer: Sealer, file: bytes, digest: str = DIGEST) -> bytes:
    return b"".join(opened(sealer, digest, [file]))


@pytest.mark.parametrize("sealer", [AES, SM4], ids=["aes", "sm4"])
@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 200_000])
def test_a_file_of_any_size_comes_out_as_it_went_in(sealer: Sealer, size: int) -> None:
    content = bytes(each % 251 for each in range(size))
    file = stored(sealer, content)
    assert content_of(sealer, file) == content
    assert len(file) == file.index(b"\n") + 1 + size + TAG_BYTES * max(1, -(-size // CHUNK_BYTES))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 3 * CHUNK_BYTES), max_size=5), st.integers(1, 2 * CHUNK_BYTES))
def test_it_does_not_matter_in_which_pieces_it_comes(sizes: list[int], step: int) -> None:
    pieces = [bytes([number]) * size for number, size in enumerate(sizes)]
    file = b"".join(sealed(AES, DIGEST, pieces))
    parts = (file[start : start + step] for start in range(0, len(file), step))
    assert b"".join(opened(AES, DIGEST, parts)) == b"".join(pieces)


def test_the_same_content_is_never_stored_in_the_same_bytes() -> None:
    one, other = stored(AES, b"content"), stored(AES, b"content")
    assert one[-23:] != other[-23:]
    assert b"content" not in one


HEADER = stored(AES, b"").index(b"\n") + 1
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "no header": lambda file: file[HEADER:],
    "in clear": lambda _: b"%PDF-1.7 " * 100,
    "only the header": lambda file: file[:HEADER],
    "a bit of the key": lambda file: file[:60] + bytes([file[60] ^ 1]) + file[61:],
    "a bit of the first chunk": lambda file: file[:HEADER] + bytes([file[HEADER] ^ 1]) + file[HEADER + 1 :],
    "the last byte cut off": lambda file: file[:-1],
    "the last chunk cut off": lambda file: file[: HEADER + 2 * STEP],
    "all but one chunk cut off": lambda file: file[: HEADER + STEP],
    "a byte added": lambda file: file + b"\0",
    "a chunk added": lambda file: file + file[HEADER : HEADER + STEP],
    "a chunk left out": lambda file: file[:HEADER] + file[HEADER + STEP :],
    "two chunks swapped": lambda file: (
        file[:HEADER]
        + file[HEADER + STEP : HEADER + 2 * STEP]
        + file[HEADER : HEADER + STEP]
        + file[HEADER + 2 * STEP :]
    ),
    "a chunk twice": lambda file: file[: HEADER + STEP] + file[HEADER:],
    "the key of another file": lambda file: stored(AES, b"other")[:HEADER] + file[HEADER:],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_every_damage_is_noticed(damage: Callable[[bytes], bytes]) -> None:
    file = damage(stored(AES, b"x" * (2 * CHUNK_BYTES + 100)))
    with pytest.raises(Tampered):
        content_of(AES, file)


def test_nothing_wrong_is_given_before_it_is_noticed() -> None:
    content = bytes(2 * CHUNK_BYTES) + b"end"
    file = stored(AES, content)
    parts = opened(AES, DIGEST, [file[:-1] + bytes([file[-1] ^ 1])])
    assert b"".join(islice(parts, 2)) == bytes(2 * CHUNK_BYTES)
    with pytest.raises(Tampered, match="chunk 2"):
        next(parts)


def test_a_file_put_under_another_name_does_not_open() -> None:
    with pytest.raises(Tampered):
        content_of(AES, stored(AES, b"content"), sha256(b"other").hexdigest())


def test_a_key_that_is_gone_is_named() -> None:
    with pytest.raises(UnknownKey, match="old"):
        content_of(SM4, stored(AES, b"content"))


def test_rewrapping_changes_the_first_line_and_not_one_byte_of_the_content() -> None:
    before = stored(AES, b"content" * 20_000)
    after = b"".join(rewrapped(ring(NEW, OLD), DIGEST, [before]))
    assert (kid_in(before), kid_in(after)) == ("old", "new")
    assert before.partition(b"\n")[2] == after.partition(b"\n")[2]
    assert content_of(SM4, after) == b"content" * 20_000, "by the new key alone, though AES encrypted the content"


def test_no_more_than_some_chunks_are_held_however_large_the_file() -> None:
    def pieces() -> Iterator[bytes]:
        yield from (bytes(CHUNK_BYTES) for _ in range(256))

    tracemalloc.start()
    for _ in opened(AES, DIGEST, sealed(AES, DIGEST, pieces())):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * CHUNK_BYTES
