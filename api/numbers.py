"""预录入编号, derived from applicant and key, so that a repeated request finds the same workflow."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from domain.instants import local_date

DIGITS = 14
#: Numbers to try when one belongs to somebody else; chance alone hardly ever needs a second one.
SALTS = range(4)


def new_key() -> str:
    """Returns a key for a request without one: 128 random bits."""
    return secrets.token_hex(16)


def year_of(received_at: datetime) -> int:
    """Returns the year in Shanghai."""
    return local_date(received_at).year


def derive(year: int, applicant: str, key: str, salt: int = 0) -> str:
    """Returns 18 digits: the year, then 14 of SHA-256 over applicant, key and salt."""
    digest = sha256("\n".join((applicant, str(salt), key)).encode()).digest()
    return f"{year:04d}{int.from_bytes(digest) % 10**DIGITS:0{DIGITS}d}"


def year_before(received_at: datetime) -> int:
    """Returns the year in Shanghai one day earlier."""
    return year_of(received_at - timedelta(days=1))
