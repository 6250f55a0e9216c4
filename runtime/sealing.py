"""Seals personal fields one by one where they come in, and opens them only for those entitled and for customs.

A token is ``sealed:v1:<key id>:<base64url(nonce + ciphertext)>``; the key has the algorithm. The place it was sealed
for, ``<pre_entry_no>/<field>``, is authenticated with it: a token moved to another row or field does not open.
"""

import base64
import binascii
import hmac
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.appointment import PERSONAL, Appointment, Attachment, Content
from domain.event import Action
from domain.normalising import mobile
from runtime.ciphers import NONCE_BYTES, TAG_BYTES, Algorithm, InvalidTag, Key, decoded
from runtime.settings import Settings

PREFIX = "sealed:v1:"
FINGERPRINT_BYTES = 32
PROOF = "yuyue"
#: An id among those of seal keys that no seal key can have.
FINGERPRINT_KEY = "#fingerprint"

#: action → the field for which the event's reason was sealed when no receipt brought it.
_REASONS = {Action.CANCELLED: "cancel_reason", Action.RELEASED: "release_reason", Action.REVERSED: "reversal_reason"}

#: Personal field by which appointments are found → how it is normalised.
_FOUND_BY: dict[str, Callable[[str], str]] = {"contact_mobile": mobile}

_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")


class SealError(Exception):
    """A text could not be sealed or opened; the message holds nothing of the text."""


class UnknownKey(SealError):
    """The token was sealed with a key that this process was not given."""


class Tampered(SealError):
    """The token is damaged, or was sealed for another place."""


class KeyringError(ValueError):
    """The keys in the settings cannot be used; the message names what is wrong, never a key."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """``keys`` by id, the first seals; ``fingerprint`` is separate, so that rotation changes no hash."""

    keys: Mapping[str, Key]
    fingerprint: bytes = field(repr=False)

    @classmethod
    def parse(cls, keys: str, fingerprint: str) -> Self:
        """Returns the keyring of pairs for ``parse_keys``, and a Base64 key. Raises ``KeyringError``."""
        return cls(parse_keys(keys), _fingerprint_key(fingerprint.strip()))


def parse_keys(text: str) -> dict[str, Key]:
    """Returns keys by id from ``kid:[algorithm:]base64``, separated by commas or blanks. Raises ``KeyringError``."""
    pairs = [_pair(each) for each in text.replace(",", " ").split()]
    if not pairs:
        raise KeyringError("seal keys: none given")
    if len(dict(pairs)) != len(pairs):
        raise KeyringError("seal keys: a key id stands twice")
    return dict(pairs)


def new_key(algorithm: Algorithm = Algorithm.AES_256_GCM) -> str:
    """Returns a new key in the form of the settings, without its id."""
    return str(Key.new(algorithm))


def mark(kid: str) -> str:
    """Returns the beginning of every token that the key seals."""
    return f"{PREFIX}{kid}:"


def kid_of(token: str) -> str:
    """Returns the id of the key that sealed a token. Raises ``Tampered`` when it is no token."""
    return _split(token, "token")[0]


class Sealer:
    """Seals with the first key of the keyring, and opens with any."""

    def __init__(self, keyring: Keyring) -> None:
        self._keys = keyring.keys
        self._ciphers = {kid: key.aead() for kid, key in keyring.keys.items()}
        self._first = next(iter(keyring.keys))
        self._fingerprint = keyring.fingerprint
        self._digest_key = self.derived("personal digests", FINGERPRINT_BYTES)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Returns a sealer with the keys of the settings. Raises ``KeyringError`` when they cannot be used."""
        keys = settings.seal_key_file.read_text("ascii") if settings.seal_key_file else ""
        if settings.seal_keys:
            keys = f"{settings.seal_keys.get_secret_value()} {keys}"
        if settings.fingerprint_key is None:
            raise KeyringError("fingerprint key: set YUYUE_FINGERPRINT_KEY")
        if not keys.strip():
            raise KeyringError("seal keys: set YUYUE_SEAL_KEYS or YUYUE_SEAL_KEY_FILE")
        return cls(Keyring.parse(keys, settings.fingerprint_key.get_secret_value()))

    @property
    def key_ids(self) -> list[str]:
        """Ids of the keys; the first one seals."""
        return list(self._ciphers)

    @property
    def algorithm(self) -> Algorithm:
        """The algorithm of the key that seals."""
        return self._keys[self._first].algorithm

    def algorithm_of(self, kid: str) -> Algorithm:
        """Returns the algorithm of a key."""
        return self._keys[kid].algorithm

    def proofs(self) -> dict[str, str]:
        """Returns a proof for each key id: it differs from that of another key with this id, and reveals nothing."""
        sealed = {kid: self._seal_with(kid, PROOF, f"seal_keys/{kid}") for kid in self._ciphers}
        return sealed | {FINGERPRINT_KEY: self.fingerprint(PROOF)}

    def has(self, kid: str) -> bool:
        """Returns True if there is a key with that id."""
        return kid == FINGERPRINT_KEY or kid in self._ciphers

    def proves(self, kid: str, proof: str) -> bool:
        """Returns True if the key with that id is the one that made the proof."""
        if kid == FINGERPRINT_KEY:
            return hmac.compare_digest(proof, self.fingerprint(PROOF))
        try:
            return proof.startswith(mark(kid)) and self.open(proof, context=f"seal_keys/{kid}") == PROOF
        except SealError:
            return False

    def seal(self, text: str, *, context: str) -> str:
        """Returns a token that opens for the same context only."""
        return self._seal_with(self._first, text, context)

    def _seal_with(self, kid: str, text: str, context: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[kid].encrypt(nonce, text.encode(), context.encode())
        return f"{mark(kid)}{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, token: str, *, context: str) -> str:
        """Returns the text. Raises ``UnknownKey`` or ``Tampered``."""
        kid, sealed = _split(token, context)
        cipher = self._ciphers.get(kid)
        if cipher is None:
            raise UnknownKey(f"{context}: sealed with key {kid}, which is not in the keyring")
        try:
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode()).decode()
        except InvalidTag:
            raise Tampered(f"{context}: damaged, or sealed for another place") from None

    def fingerprint(self, value: Any) -> str:
        """Returns HMAC-SHA256 over canonical JSON: equal for equal values; guessing a value needs the key."""
        canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hmac.new(self._fingerprint, canonical.encode(), sha256).hexdigest()

    def derived(self, purpose: str, length: int) -> bytes:
        """Returns a key for one purpose that no rotation changes: HKDF-SHA256 of the fingerprint key."""
        return HKDF(SHA256(), length, salt=None, info=f"yuyue {purpose}".encode()).derive(self._fingerprint)

    def digest(self, field: str, text: str) -> str:
        """Returns the keyed hash by which appointments with this value of a personal field are found."""
        value = f"{field}/{_FOUND_BY[field](text)}"
        return hmac.new(self._digest_key, value.encode(), sha256).hexdigest()

    def digests(self, appointment: Appointment) -> dict[str, str]:
        """Returns the digest of each personal field by which appointments are found; none for one that does not open.

        Raises nothing: an event is written although a field is damaged. ``verify`` tells what is missing once it opens.
        """
        found = {name: self._opened(appointment, name) for name in _FOUND_BY}
        return {name: self.digest(name, text) for name, text in found.items() if text}

    def _opened(self, appointment: Appointment, name: str) -> str | None:
        try:
            return self.open_optional(getattr(appointment.content, name), appointment.pre_entry_no, name)
        except SealError:
            return None

    def seal_content(self, content: Content, pre_entry_no: str) -> Content:
        """Returns the content with its personal fields sealed for one appointment."""
        return _each_personal(content, lambda name, text: self.seal(text, context=f"{pre_entry_no}/{name}"))

    def open_content(self, content: Content, pre_entry_no: str) -> Content:
        """Returns the content with its personal fields opened."""
        return _each_personal(content, lambda name, token: self.open(token, context=f"{pre_entry_no}/{name}"))

    def open_appointment(self, appointment: Appointment) -> Appointment:
        """Returns the appointment in the clear; a receipt's note and duty contact have contexts of their own."""
        number, explanation = appointment.pre_entry_no, appointment.explanation
        if explanation is not None:
            texts = {
                "text": self.open_optional(explanation.text, number, "explanation"),
                "refusal_reason": self.open_optional(explanation.refusal_reason, number, "note"),
            }
            explanation = explanation.model_copy(update=texts)
        opened = {
            "content": self.open_content(appointment.content, number),
            "explanation": explanation,
            "duty_contact": self.open_optional(appointment.duty_contact, number, "duty_contact"),
            "return_reason": self.open_optional(appointment.return_reason, number, "note"),
            "attachments": tuple(self.open_attachment(each, number) for each in appointment.attachments),
        }
        return appointment.model_copy(update=opened)

    def seal_attachment(self, attachment: Attachment, pre_entry_no: str) -> Attachment:
        """Returns the attachment with its name sealed for one appointment."""
        name = self.seal(attachment.name, context=_place_of(attachment, pre_entry_no))
        return attachment.model_copy(update={"name": name})

    def open_attachment(self, attachment: Attachment, pre_entry_no: str) -> Attachment:
        """Returns the attachment with its name opened."""
        name = self.open(attachment.name, context=_place_of(attachment, pre_entry_no))
        return attachment.model_copy(update={"name": name})

    def open_reason(self, token: str | None, pre_entry_no: str, *, action: Action, by_receipt: bool) -> str | None:
        """Returns the reason of an event: that of a command, or the note of a receipt."""
        noted = by_receipt and action is not Action.REVERSED
        return self.open_optional(token, pre_entry_no, "note" if noted else _REASONS.get(action, "reason"))

    def seal_optional(self, text: str | None, pre_entry_no: str, name: str) -> str | None:
        """Seals a field of an appointment; None stays None."""
        return None if text is None else self.seal(text, context=f"{pre_entry_no}/{name}")

    def open_optional(self, token: str | None, pre_entry_no: str, name: str) -> str | None:
        """Opens a field of an appointment; None stays None."""
        return None if token is None else self.open(token, context=f"{pre_entry_no}/{name}")


def _place_of(attachment: Attachment, pre_entry_no: str) -> str:
    return f"{pre_entry_no}/attachment_name/{attachment.attachment_id}"


def _each_personal(content: Content, change: Callable[[str, str], str]) -> Content:
    values = {name: getattr(content, name) for name in PERSONAL}
    return content.model_copy(update={name: change(name, value) for name, value in values.items() if value is not None})


def _split(token: str, context: str) -> tuple[str, bytes]:
    if not token.startswith(PREFIX):
        raise Tampered(f"{context}: not a sealed token")
    kid, _, encoded = token.removeprefix(PREFIX).partition(":")
    try:
        sealed = base64.b64decode(encoded, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise Tampered(f"{context}: damaged, or sealed for another place") from None
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise Tampered(f"{context}: damaged, or sealed for another place")
    return kid, sealed


def _pair(text: str) -> tuple[str, Key]:
    kid, _, key = text.partition(":")
    if not _KEY_ID.fullmatch(kid):
        raise KeyringError("seal keys: each is <key id>:[<algorithm>:]<base64>, the id of letters, digits and ._-")
    try:
        return kid, Key.parse(key)
    except ValueError as error:
        raise KeyringError(f"seal key {kid}: {error}") from None


def _fingerprint_key(text: str) -> bytes:
    try:
        key = decoded(text)
    except ValueError as error:
        raise KeyringError(f"fingerprint key: {error}") from None
    if len(key) < FINGERPRINT_BYTES:
        raise KeyringError(f"fingerprint key: {FINGERPRINT_BYTES} bytes are needed, {len(key)} were given")
    return key
