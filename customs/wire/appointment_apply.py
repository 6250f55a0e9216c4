"""APPOINTMENT_APPLY 预约通关申请: the whole application."""

from datetime import datetime

from lxml.etree import _Element as Element

from customs.wire.parts import attachment, party
from customs.xml import leaf, node
from domain.appointment import Appointment, AttachmentPurpose, Content, GoodsLine
from domain.instants import shown


def body(appointment: Appointment, at: datetime) -> Element:
    """Returns the element; ``at`` is the submission's instant where the appointment names none."""
    content = appointment.content
    return node(
        "appointment_apply",
        leaf("pre_entry_no", appointment.pre_entry_no),
        leaf("submitted_at", shown(appointment.submitted_at or at)),
        party("applicant", appointment.applicant),
        party("consignee", appointment.consignee),
        *_contact_and_ports(content),
        leaf("window_start", _instant(content.window_start)),
        leaf("window_end", _instant(appointment.window_end)),
        *_reason_and_goods(content),
        node("attachments", *_attachments(appointment)),
        leaf("credit_level", appointment.credit_level),
        leaf("policy_version", appointment.policy_version),
    )


def declared(appointment: Appointment) -> tuple[Element | None, ...]:
    """Returns the elements that the enterprise filled in and attached, as they are in the body."""
    content = appointment.content
    return (
        *_contact_and_ports(content),
        leaf("window_start", _instant(content.window_start)),
        *_reason_and_goods(content),
        node("attachments", *_attachments(appointment)),
    )


def _contact_and_ports(content: Content) -> tuple[Element | None, ...]:
    return (
        leaf("contact_name", content.contact_name),
        leaf("contact_mobile", content.contact_mobile),
        leaf("declaration_port", content.declaration_port),
        leaf("entry_exit_port", content.entry_exit_port),
        leaf("transport_mode", content.transport_mode),
        leaf("direction", content.direction),
    )


def _attachments(appointment: Appointment) -> list[Element | None]:
    return [attachment(each) for each in appointment.attachments if each.purpose is AttachmentPurpose.APPLICATION]


def _reason_and_goods(content: Content) -> tuple[Element | None, ...]:
    return (
        leaf("reason", content.reason),
        leaf("reason_category", content.reason_category),
        node("goods", *[_line(seq, line) for seq, line in enumerate(content.goods, 1)]),
    )


def _line(seq: int, line: GoodsLine) -> Element:
    return node("line", leaf("seq", str(seq)), leaf("hs_code", line.hs_code), leaf("name", line.name))


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else shown(instant)
