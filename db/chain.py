"""The hash chain of an appointment's events: SHA-256 over the canonical row, its contents and the row before.

Contents count by their digest only. So they can be erased and the chain still proves who did what and when.
A field that is None is left out: a column added later leaves the hashes of older rows as they are.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from db.tables.columns import canonical_json

Row = TypeVar("Row", bound=Mapping[str, Any])

#: ``previous_hash`` of the first event.
GENESIS = "0" * 64

#: The columns that are hashed; the row's number in the table is not.
FIELDS = (
    "pre_entry_no",
    "version",
    "at",
    "actor_kind",
    "actor_id",
    "action",
    "before",
    "after",
    "received_at",
    "due_at",
    "decision",
    "command_key",
    "command_hash",
    "receipt_id",
    "message_id",
    "message_type",
    "run_id",
    "signature_id",
    "actor_user_id",
    "content_digest",
    "previous_hash",
)


def current(rows: Iterable[Row]) -> list[Row]:
    """Returns the rows that count, of the rows of one appointment in the order of writing.

    A later row with the same or a lower version makes a row void: it belongs to an attempt of the workflow that was
    lost before it became durable and was repeated with another result.
    """
    counting: list[Row] = []
    for row in rows:
        counting = [one for one in counting if one["version"] < row["version"]]
        counting.append(row)
    return counting


def content_digest(appointment: str, reason: str | None) -> str:
    """Returns the digest of the texts exactly as they are stored."""
    return _sha256(canonical_json([appointment, reason]))


def row_hash(row: Mapping[str, Any]) -> str:
    """Returns the hash of a row whose ``content_digest`` and ``previous_hash`` are set."""
    return digest_of({field: row[field] for field in FIELDS})


def digest_of(values: Mapping[str, Any]) -> str:
    """Returns the digest of these values without those that are None, so that a column can be added later."""
    return _sha256(canonical_json({name: _plain(value) for name, value in values.items() if value is not None}))


def _plain(value: Any) -> Any:
    """Returns an instant as UTC text with microseconds, regardless of its zone; other values as they are."""
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
