"""Receipts of customs, parsed from raw bytes."""

import hashlib
import json
from datetime import UTC

from customs.wire import receipt as wire
from customs.wire.envelope import unwrap
from customs.xml import MAX_BYTES, Unusable
from domain.receipt import Receipt

__all__ = ["MAX_BYTES", "Unusable", "content_digest", "parse_receipt"]


def parse_receipt(raw: bytes) -> Receipt:
    """Returns a receipt in the clear; ``notice_time`` in UTC.

    Raises ``Unusable`` whose ``reason`` is one of ``too_large`` (over 1 MiB), ``not_xml``, ``doctype``,
    ``schema``, ``wrong_type`` (a valid message that is no receipt), ``incomplete`` (an approval with no number).
    """
    return wire.read(unwrap(raw, wire.TYPE).body)


def content_digest(receipt: Receipt) -> str:
    """Returns 64 hexadecimal digits of the receipt's content: one ``receipt_id`` with two digests is a conflict.

    The envelope does not count. The fields are listed so that a field added later leaves old digests alone.
    """
    content: list[object] = [
        receipt.pre_entry_no,
        receipt.result.value,
        receipt.notice_time.astimezone(UTC).isoformat(),
        receipt.application_no,
        receipt.note,
        receipt.duty_contact,
    ]
    if receipt.declaration_numbers:
        content.append(sorted(receipt.declaration_numbers))
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
