"""Names of users: the one they log in with, and the one that people read."""

import unicodedata

from runtime.sealing import Sealer


def canonical_name(username: str) -> str:
    """Returns the one spelling of a name: its case and the width of its letters do not matter."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def seal_name(sealer: Sealer, user_id: str, name: str) -> str:
    """Returns a display name 姓名 sealed for one user."""
    return sealer.seal(name, context=_place(user_id))


def open_name(sealer: Sealer, user_id: str, token: str) -> str:
    """Returns the display name in the clear. Raises ``SealError`` for a token of somebody else."""
    return sealer.open(token, context=_place(user_id))


def _place(user_id: str) -> str:
    return f"{user_id}/display_name"
