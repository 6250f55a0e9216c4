"""Elements of several messages: a party, the two numbers, a reference to an attachment."""

from lxml.etree import _Element as Element

from customs.xml import leaf, node
from domain.appointment import Appointment, Attachment, Party


def party(name: str, who: Party | None) -> Element | None:
    """Returns the element of an 申报单位 or 收发货人; None for an unknown party."""
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
    """Returns the elements of the 预录入编号 and, once customs has given one, the 申请编号."""
    return leaf("pre_entry_no", appointment.pre_entry_no), leaf("application_no", appointment.application_no)


def attachment(of: Attachment | None) -> Element | None:
    """Returns a reference to a document: name, size in bytes, pages, digest."""
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
