"""PKCS#8 under a PIN (RFC 8018: PBKDF2 with SHA-256, AES-256-CBC), for keys that ``cryptography`` cannot hold."""

import os

from asn1crypto.algos import EncryptionAlgorithm
from asn1crypto.keys import EncryptedPrivateKeyInfo
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

ITERATIONS = 600_000
#: The most iterations of a file: more would only cost time.
MAX_ITERATIONS = 5_000_000


def encrypt(plain: bytes, pin: str) -> bytes:
    """Returns ``EncryptedPrivateKeyInfo`` in DER."""
    salt, iv = os.urandom(16), os.urandom(16)
    padder = padding.PKCS7(AES.block_size).padder()
    encryptor = _cipher(pin, salt, iv, ITERATIONS).encryptor()
    sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    made: bytes = EncryptedPrivateKeyInfo(
        {"encryption_algorithm": _algorithm(salt, iv), "encrypted_data": sealed}
    ).dump()
    return made


def decrypt(der: bytes, pin: str) -> bytes:
    """Returns the PKCS#8 inside. Raises ``ValueError`` for a wrong PIN, damage, or another scheme."""
    info = EncryptedPrivateKeyInfo.load(der, strict=True)
    algorithm = info["encryption_algorithm"]
    if (algorithm["algorithm"].native, algorithm.kdf, algorithm.encryption_cipher) != ("pbes2", "pbkdf2", "aes"):
        raise ValueError("not PBES2 with AES")
    iterations = algorithm.kdf_iterations
    if not 1 <= iterations <= MAX_ITERATIONS:
        raise ValueError("too many iterations")
    decryptor = _cipher(pin, algorithm.kdf_salt, algorithm.encryption_iv, iterations).decryptor()
    padded = decryptor.update(info["encrypted_data"].native) + decryptor.finalize()
    unpadder = padding.PKCS7(AES.block_size).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def _algorithm(salt: bytes, iv: bytes) -> EncryptionAlgorithm:
    derivation = {
        "salt": {"specified": salt},
        "iteration_count": ITERATIONS,
        "prf": {"algorithm": "sha256"},
    }
    parameters = {
        "key_derivation_func": {"algorithm": "pbkdf2", "parameters": derivation},
        "encryption_scheme": {"algorithm": "aes256_cbc", "parameters": iv},
    }
    return EncryptionAlgorithm({"algorithm": "pbes2", "parameters": parameters})


def _cipher(pin: str, salt: bytes, iv: bytes, iterations: int) -> Cipher[CBC]:
    key = PBKDF2HMAC(hashes.SHA256(), length=32, salt=salt, iterations=iterations).derive(pin.encode())
    return Cipher(AES(key), CBC(iv))
