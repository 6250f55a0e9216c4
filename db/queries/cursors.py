"""Cursors of pages: the position where a page ended, as an opaque text that only this system reads."""

import base64
import json
from collections.abc import Sequence
from typing import Any

_LONGEST = 2000


class BadCursor(ValueError):
    """A cursor that this system did not make."""


def write(parts: Sequence[Any]) -> str:
    """Returns the parts of a position, each of which JSON can hold, as URL-safe text."""
    return base64.urlsafe_b64encode(json.dumps(list(parts)).encode()).decode().rstrip("=")


def read(cursor: str) -> list[Any]:
    """Returns the parts of a cursor. Raises ``BadCursor`` when the text holds no list."""
    if len(cursor) > _LONGEST:
        raise BadCursor("not a cursor of this system")
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except ValueError as error:
        raise BadCursor("not a cursor of this system") from error
    if not isinstance(parts, list):
        raise BadCursor("not a cursor of this system")
    return parts
