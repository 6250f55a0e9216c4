"""What the office demands of those who call it: a client certificate, a bearer token, a signature by RFC 9421.

No library checks the signature: the code shows each step to people who build the real receiving side.
"""

import base64
import hmac
import re
import time
from collections.abc import Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from fastapi import Request
from pydantic import BaseModel, ConfigDict

#: A signature made longer ago, or further ahead, is not accepted.
SIGNED_WITHIN_SECONDS = 300
#: What a signature has to cover; ``content-type`` and ``idempotency-key`` where the request has them.
_DEMANDED = {"@method", "@authority", "@path", "content-digest"}
_INPUT = re.compile(r'([a-z][a-z0-9_.-]*)=(\(((?:"[a-z@-]+" ?)*)\)((?:;[a-z]+=(?:"[!#-\[\]-~]*"|[0-9]+))*))')


class Demands(BaseModel):
    """Credentials of which a call needs each that is set; ``keys`` has public keys in PEM by their names."""

    model_config = ConfigDict(extra="forbid")

    client_certificate: bool = False
    tokens: list[str] | None = None
    keys: dict[str, str] | None = None


class NotAccepted(Exception):
    """The caller did not prove who it is; the text says what is missing."""


def check(demands: Demands, request: Request, body: bytes) -> None:
    """Raises ``NotAccepted`` unless the request has every credential that is demanded."""
    if demands.client_certificate and request.url.scheme != "https":
        raise NotAccepted("client certificate")  # the TLS port lets nobody in without one
    if demands.tokens is not None:
        _check_token(demands.tokens, request.headers.get("authorization", ""))
    if demands.keys is not None:
        try:
            _check_signature(demands.keys, request, body)
        except (KeyError, ValueError, InvalidSignature) as error:
            raise NotAccepted(f"signature: {type(error).__name__} {error}") from error


def _check_token(tokens: list[str], given: str) -> None:
    if not any(hmac.compare_digest(given.encode(), f"Bearer {token}".encode()) for token in tokens):
        raise NotAccepted("token")


def _check_signature(keys: Mapping[str, str], request: Request, body: bytes) -> None:
    found = _INPUT.fullmatch(request.headers["signature-input"])
    if found is None:
        raise ValueError("signature-input")
    label, signed_params, names, params = found.groups()
    covered = re.findall(r'"([^"]+)"', names)
    _demand_covered(covered, request)
    _demand_recent(params)
    digest = f"sha-256=:{base64.b64encode(sha256(body).digest()).decode()}:"
    if digest not in request.headers["content-digest"].split(", "):
        raise ValueError("content-digest")
    lines = [f'"{name}": {_component(name, request)}' for name in covered]
    base = "\n".join([*lines, f'"@signature-params": {signed_params}'])
    signature = _signature(label, request.headers["signature"])
    _verify(keys[_param(params, "keyid")], signature, base.encode())


def _demand_covered(covered: list[str], request: Request) -> None:
    wanted = _DEMANDED | ({"content-type", "idempotency-key"} & set(request.headers))
    wanted |= {"@query"} if request.url.query else set()
    if missing := wanted - set(covered):
        raise ValueError(f"does not cover {sorted(missing)}")


def _demand_recent(params: str) -> None:
    if abs(time.time() - int(_param(params, "created"))) > SIGNED_WITHIN_SECONDS:
        raise ValueError("created")


def _component(name: str, request: Request) -> str:
    derived = {
        "@method": request.method,
        "@authority": request.headers["host"].lower(),
        "@path": request.url.path,
        "@query": f"?{request.url.query}",
    }
    return derived[name] if name.startswith("@") else request.headers[name].strip()


def _param(params: str, name: str) -> str:
    found: dict[str, str] = dict(re.findall(r';([a-z]+)="?([^";]*)', params))
    return found[name]


def _signature(label: str, header: str) -> bytes:
    found = re.fullmatch(rf"{re.escape(label)}=:([A-Za-z0-9+/=]+):", header)
    if found is None:
        raise ValueError("signature")
    return base64.b64decode(found[1], validate=True)


def _verify(pem: str, signature: bytes, base: bytes) -> None:
    key = load_pem_public_key(pem.encode())
    if isinstance(key, Ed25519PublicKey):
        key.verify(signature, base)
    elif isinstance(key, EllipticCurvePublicKey):
        half = len(signature) // 2  # r and s, one after the other (RFC 9421, 3.3.4)
        r, s = (int.from_bytes(part) for part in (signature[:half], signature[half:]))
        key.verify(encode_dss_signature(r, s), base, ECDSA(SHA256() if key.key_size == 256 else SHA384()))
    else:
        raise InvalidSignature("key of another kind")
