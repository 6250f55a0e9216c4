"""配对码 (pairing code): the secret that a page needs to call this program; made once, readable by its owner only."""

import os
import secrets
from pathlib import Path

BYTES = 18


def pairing_code(path: Path) -> str:
    """Returns the code in the file, and makes the file if it is missing.

    Raises ``ValueError`` when the file has no code, ``OSError`` when it cannot be read or made.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        code = secrets.token_urlsafe(BYTES)
        file.write(code + "\n")
    return code


def _read(path: Path) -> str:
    code = path.read_text("ascii").strip()
    if len(code) < BYTES:
        raise ValueError(f"{path} holds no pairing code")
    return code
