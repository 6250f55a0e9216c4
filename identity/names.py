"""The names of users."""

import unicodedata


def canonical(username: str) -> str:
    """One spelling of a name, so that case and width of letters do not matter."""
    return unicodedata.normalize("NFKC", username).strip().casefold()
