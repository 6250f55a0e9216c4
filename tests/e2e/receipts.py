"""Receipts made from the golden sample."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

SAMPLE = Path(__file__).parents[2] / "customs" / "schemas" / "samples" / "receipt.xml"
SAMPLE_IDS = ("0d5c4a0e-0000-4000-8000-000000000002", "7b1de3a2-0000-4000-8000-000000000001", "202600000000000042")


def receipt(number: str, receipt_id: str | None = None) -> bytes:
    """The golden sample, an approval, made out for the appointment."""
    text = SAMPLE.read_text()
    for old, new in zip(SAMPLE_IDS, (str(uuid4()), receipt_id or str(uuid4()), number), strict=True):
        assert old in text
        text = text.replace(old, new)
    return text.replace("2026-11-24T10:14:59.5+08:00", datetime.now(UTC).isoformat(timespec="seconds")).encode()
