"""Authenticated encryption against what others have published, and what is refused."""

import base64
from typing import NamedTuple

import pytest

from runtime.ciphers import Algorithm, InvalidTag, Key


class Vector(NamedTuple):
    """A published example, in hexadecimal."""

    algorithm: Algorithm
    key: str
    nonce: str
    text: str
    associated: str
    sealed: str


VECTORS = {
    # RFC 8998, appendix A.1.
    "rfc8998": Vector(
        Algorithm.SM4_GCM,
        "0123456789abcdeffedcba9876543210",
        "00001234567800000000abcd",
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffff"
        "eeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15"
        "a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec",
    ),
    # McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13, 14 and 16.
    "gcm13": Vector(Algorithm.AES_256_GCM, "00" * 32, "00" * 12, "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
    "gcm14": Vector(
        Algorithm.AES_256_GCM,
        "00" * 32,
        "00" * 12,
        "00" * 16,
        "",
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
    ),
    "gcm16": Vector(
        Algorithm.AES_256_GCM,
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
        "b16aedf5aa0de657ba637b39",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
        "c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
    ),
}


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_the_published_examples_come_out(vector: Vector) -> None:
    key = Key(vector.algorithm, bytes.fromhex(vector.key)).aead()
    nonce, text, associated, sealed = map(bytes.fromhex, vector[2:])
    assert key.encrypt(nonce, text, associated).hex() == vector.sealed
    assert key.decrypt(nonce, sealed, associated) == text


@pytest.mark.parametrize("algorithm", Algorithm)
@pytest.mark.parametrize("changed", ["key", "nonce", "text", "tag", "associated", "cut", "nothing left"])
def test_anything_changed_is_noticed(algorithm: Algorithm, changed: str) -> None:
    nonce, key, associated = bytes(12), Key.new(algorithm), b"place"
    sealed = bytearray(key.aead().encrypt(nonce, b"sixteen bytes ..", associated))
    match changed:
        case "key":
            key = Key.new(algorithm)
        case "nonce":
            nonce = bytes(11) + b"\1"
        case "text":
            sealed[0] ^= 1
        case "tag":
            sealed[-1] ^= 1
        case "associated":
            associated = b"other"
        case "cut":
            del sealed[-1]
        case "nothing left":
            sealed.clear()
    with pytest.raises(InvalidTag):
        key.aead().decrypt(nonce, bytes(sealed), associated)


def test_a_key_is_written_as_it_is_read() -> None:
    for algorithm in Algorithm:
        key = Key.new(algorithm)
        assert Key.parse(str(key)) == key
        assert base64.b64encode(key.secret).decode() not in repr(key)
    bare = base64.b64encode(bytes(32)).decode()
    assert Key.parse(bare).algorithm is Algorithm.AES_256_GCM, "as keys were written before there were two"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rot13:AAAA", "aes-256-gcm, sm4-gcm"),
        (f"sm4-gcm:{base64.b64encode(bytes(32)).decode()}", "16 bytes are needed, 32"),
        (base64.b64encode(bytes(16)).decode(), "32 bytes are needed, 16"),
        ("sm4-gcm:", "16 bytes are needed, 0"),
        ("sm4-gcm:§", "not base64"),
    ],
)
def test_what_is_no_key_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Key.parse(text)
