"""Receipts as customs writes them."""

from datetime import UTC, datetime
from uuid import uuid4


def receipt(number: str, result: str, receipt_id: str | None = None, note: str = "") -> bytes:
    """A receipt as customs writes one."""
    said = f"<note>{note}</note>" if note else ""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<message xmlns="urn:yuyue:customs:1">
  <message_id>{uuid4()}</message_id><message_type>RECEIPT</message_type><version>1.0</version>
  <sender_id>CUSTOMS</sender_id><receiver_id>YUYUE</receiver_id><send_time>{now}</send_time>
  <body><receipt><receipt_id>{receipt_id or uuid4()}</receipt_id><pre_entry_no>{number}</pre_entry_no>
  <result>{result}</result><notice_time>2026-11-24T10:14:59+08:00</notice_time>{said}</receipt></body>
</message>""".encode()


def approval(number: str) -> bytes:
    told = f"</notice_time><application_no>{number}</application_no>".encode()
    return receipt(number, "APPROVED").replace(b"</notice_time>", told)
