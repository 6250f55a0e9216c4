"""The bearer token in a file."""

import re
import time
from pathlib import Path

from runtime.credentials.kept import CredentialError

MOST_BYTES = 8192
#: A token without a line end may still be on its way into the file; after this pause it is complete.
SETTLED_SECONDS = 2.0
#: ``token68`` of RFC 9110.
_TOKEN = re.compile(rb"[A-Za-z0-9\-._~+/]+=*")


def read_token(path: Path) -> str:
    """Returns the token. Raises ``CredentialError`` when the file is empty, half written or holds something else."""
    age = time.time() - path.stat().st_mtime
    raw = path.read_bytes()
    token = raw.strip()
    if not token:
        raise CredentialError(f"{path}: empty")
    if len(raw) > MOST_BYTES or not _TOKEN.fullmatch(token):
        raise CredentialError(f"{path}: not a bearer token on one line")
    if not raw.endswith(b"\n") and 0 <= age < SETTLED_SECONDS:
        raise CredentialError(f"{path}: it may still be written, as no line end follows")
    return token.decode()
