"""What several messages share: a party's four fields, the two numbers, a reference to an attachment."""

from lxml.etree import _Element as Element

from customs.xml import leaf, node
from domain.appointment import Appointment, Attachment, Party


def party(name: str, who: Party | None) -> Element | None:
    """申报单位 or 收发货人; None for a party that is not known."""
    if who is None:
        return None
    return node(
        name,
        leaf("code", who.code),
        leaf("uscc", who.uscc or None),
        leaf("ciq_code", who.ciq_code or None),
        leaf("name", who.name),
    )


def numbers(appointment: Appointment) -> tuple[Element | None, Element | None]:
    """预录入编号, and 申请编号 once customs has given one."""
    return leaf("pre_entry_no", appointment.pre_entry_no), leaf("application_no", appointment.application_no)


def attachment(of: Attachment | None) -> Element | None:
    """A reference to a document, with what tells it from any other: name, size in bytes, pages, digest."""
    if of is None:
        return None
    return node(
        "attachment",
        leaf("attachment_id", of.attachment_id),
        leaf("name", of.name),
        leaf("size", str(of.size)),
        leaf("pages", str(of.pages)),
        leaf("sha256", of.sha256),
    )
