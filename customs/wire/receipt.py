"""RECEIPT 回执: what customs says of an appointment."""

from datetime import UTC, datetime

from lxml.etree import _Element as Element

from customs.xml import Unusable, children, required_text, text_of
from domain.receipt import Receipt, Result

TYPE = "RECEIPT"


def read(body: Element) -> Receipt:
    """Returns the receipt; ``notice_time`` in UTC, ``note`` and ``duty_contact`` as customs wrote them.

    Raises ``Unusable("incomplete")`` when an approval has no 申请编号, which XSD 1.0 cannot demand.
    """
    receipt = Receipt(
        receipt_id=required_text(body, "receipt_id"),
        pre_entry_no=required_text(body, "pre_entry_no"),
        result=Result(required_text(body, "result")),
        notice_time=datetime.fromisoformat(required_text(body, "notice_time")).astimezone(UTC),
        application_no=text_of(body, "application_no"),
        note=text_of(body, "note"),
        duty_contact=text_of(body, "duty_contact"),
        declaration_numbers=tuple(each.text or "" for each in children(body, "declaration_number")),
    )
    if receipt.result is Result.APPROVED and receipt.application_no is None:
        raise Unusable("incomplete", "application_no")
    return receipt
