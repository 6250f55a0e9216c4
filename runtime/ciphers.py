"""Authenticated encryption with one interface: AES-256-GCM, or SM4-GCM where the rules ask for SM4.

The key names its algorithm, the ciphertext does not: nobody can have a text decrypted by another algorithm than the
one its key is for. Sealed fields, files, payloads and messages to customs all pass through ``Aead``.
"""

import base64
import binascii
import os
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

__all__ = ["NONCE_BYTES", "TAG_BYTES", "Aead", "Algorithm", "InvalidTag", "Key"]

NONCE_BYTES = 12
TAG_BYTES = 16


class Algorithm(StrEnum):
    """The algorithms of keys."""

    AES_256_GCM = "aes-256-gcm"
    SM4_GCM = "sm4-gcm"

    @property
    def key_bytes(self) -> int:
        """The length of a key in bytes."""
        return _KEY_BYTES[self]


_KEY_BYTES = {Algorithm.AES_256_GCM: 32, Algorithm.SM4_GCM: 16}


class Aead(Protocol):
    """A cipher with its key. ``associated`` is authenticated with the text and not kept in it."""

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        """Returns the ciphertext with its tag of 16 bytes. The nonce, 12 bytes, is never used twice with one key."""

    def decrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        """Returns the text. Raises ``InvalidTag`` when any of it was changed."""


@dataclass(frozen=True, slots=True)
class Key:
    """A secret and its algorithm, written ``[<algorithm>:]<base64>``; AES-256-GCM where none is named."""

    algorithm: Algorithm
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls, algorithm: Algorithm = Algorithm.AES_256_GCM) -> Self:
        """Returns a new random key."""
        return cls(algorithm, os.urandom(algorithm.key_bytes))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Returns the key that ``str`` has written. Raises ``ValueError``, whose message holds nothing of the key."""
        name, colon, encoded = text.rpartition(":")
        if colon and name not in set(Algorithm):
            raise ValueError(f"the algorithm is one of {', '.join(Algorithm)}")
        algorithm = Algorithm(name) if colon else Algorithm.AES_256_GCM
        secret = decoded(encoded)
        if len(secret) != algorithm.key_bytes:
            raise ValueError(f"{algorithm.key_bytes} bytes are needed, {len(secret)} were given")
        return cls(algorithm, secret)

    def __str__(self) -> str:
        """Returns the secret in the clear, for the places where keys are kept."""
        encoded = base64.b64encode(self.secret).decode()
        return encoded if self.algorithm is Algorithm.AES_256_GCM else f"{self.algorithm}:{encoded}"

    def aead(self) -> Aead:
        """Returns the cipher; threads may share it."""
        return AESGCM(self.secret) if self.algorithm is Algorithm.AES_256_GCM else _Sm4Gcm(self.secret)


def decoded(encoded: str) -> bytes:
    """Returns the bytes of strict Base64. Raises ``ValueError``."""
    try:
        return base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise ValueError("not base64") from None


class _Sm4Gcm:
    """SM4 (GB/T 32907) in Galois/Counter Mode, as RFC 8998 uses it."""

    def __init__(self, key: bytes) -> None:
        self._key = SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        encryptor = Cipher(self._key, GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        if len(data) < TAG_BYTES:
            raise InvalidTag
        decryptor = Cipher(self._key, GCM(nonce, data[-TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(associated)
        return decryptor.update(data[:-TAG_BYTES]) + decryptor.finalize()
