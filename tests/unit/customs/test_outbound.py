"""Messages to customs: equal to the golden samples, and valid with any text."""

from datetime import UTC, datetime

import pytest
from lxml import etree

from customs.outbound import render
from customs.xml import Unusable, parse
from domain.appointment import Appointment, Explanation
from domain.event import MessageType, Outgoing
from tests.unit.customs.samples import sample

AT = datetime(2026, 11, 30, 2, tzinfo=UTC)
EXPLANATION = Explanation(sent_at=AT, text="航班取消", attachment_id="0d5c4a0e-0000-4000-8000-000000000007")
MESSAGE_ID = "0d5c4a0e-0000-4000-8000-000000000001"


def rendered(appointment: Appointment, message_type: MessageType, reason: str | None = "船期改动") -> bytes:
    return render(
        outgoing=Outgoing(message_id=MESSAGE_ID, message_type=message_type),
        appointment=appointment,
        at=AT,
        reason=reason,
        declarations=appointment.declarations,
        sender_id="YUYUE",
        receiver_id="CUSTOMS",
    )


def canonical(xml: bytes) -> bytes:
    root = etree.fromstring(xml, etree.XMLParser(remove_blank_text=True))
    return etree.tostring(root, method="c14n")


def with_content(appointment: Appointment, **changes: object) -> Appointment:
    return appointment.model_copy(update={"content": appointment.content.model_copy(update=changes)})


def text(xml: bytes, name: str) -> str | None:
    return parse(xml).findtext(f".//{{*}}{name}")


@pytest.mark.parametrize("message_type", MessageType)
def test_a_message_equals_its_golden_sample(appointment: Appointment, message_type: MessageType) -> None:
    assert canonical(rendered(appointment, message_type)) == canonical(sample(message_type.lower()))


@pytest.mark.parametrize("message_type", MessageType)
def test_a_retry_repeats_itself_byte_for_byte(appointment: Appointment, message_type: MessageType) -> None:
    assert rendered(appointment, message_type) == rendered(appointment, message_type)


def test_before_an_approval_a_cancellation_has_no_application_number(appointment: Appointment) -> None:
    xml = rendered(appointment.model_copy(update={"application_no": None}), MessageType.CANCEL, reason=None)
    assert (text(xml, "application_no"), text(xml, "reason")) == (None, None)


@pytest.mark.parametrize("changes", [{"text": None}, {"attachment_id": None}])
def test_an_explanation_needs_only_one_of_text_and_attachment(
    appointment: Appointment,
    changes: dict[str, object],
) -> None:
    explained = appointment.model_copy(update={"explanation": EXPLANATION.model_copy(update=changes)})
    assert parse(rendered(explained, MessageType.EXPLANATION)) is not None


def test_an_application_carries_no_file_of_the_explanation(appointment: Appointment) -> None:
    xml = parse(rendered(appointment, MessageType.APPLY))
    assert [each.text for each in xml.iterfind(".//{*}attachment/{*}name")] == ["原产地证书.pdf"]


def test_an_explanation_with_neither_is_not_valid(appointment: Appointment) -> None:
    with pytest.raises(Unusable, match="schema: appointment_explanation"):
        parse(rendered(appointment.model_copy(update={"explanation": None}), MessageType.EXPLANATION))


@pytest.mark.parametrize("illegal", ["\x00", "\x08", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_a_character_xml_cannot_carry_is_replaced_visibly(appointment: Appointment, illegal: str) -> None:
    xml = rendered(with_content(appointment, reason=f"前{illegal}后"), MessageType.APPLY)
    assert text(xml, "reason") == "前\ufffd后"


@pytest.mark.parametrize("legal", ["\t", "\n", "\r\n", "\x7f", "\x85", "\u2028", "\ue000", "\U0001f41f", "]]>", "<!--"])
def test_a_character_xml_can_carry_arrives_unchanged(appointment: Appointment, legal: str) -> None:
    xml = rendered(with_content(appointment, reason=f"前{legal}后"), MessageType.APPLY)
    assert text(xml, "reason") == f"前{legal}后"


def test_five_hundred_code_points_of_reason_are_valid_and_one_more_is_not(appointment: Appointment) -> None:
    parse(rendered(with_content(appointment, reason="\U0001f41f" * 500), MessageType.APPLY))
    with pytest.raises(Unusable, match="schema: reason "):
        parse(rendered(with_content(appointment, reason="\U0001f41f" * 501), MessageType.APPLY))


@pytest.mark.parametrize("missing", ["contact_name", "declaration_port", "direction", "window_start", "reason"])
def test_an_incomplete_application_renders_and_the_schema_refuses_it(appointment: Appointment, missing: str) -> None:
    with pytest.raises(Unusable, match="schema"):
        parse(rendered(with_content(appointment, **{missing: None}), MessageType.APPLY))


def test_a_refusal_by_the_schema_never_quotes_what_was_there(appointment: Appointment) -> None:
    with pytest.raises(Unusable) as refusal:
        parse(rendered(with_content(appointment, contact_mobile="12345secret"), MessageType.APPLY))
    assert str(refusal.value) == "schema: contact_mobile SCHEMAV_CVC_PATTERN_VALID"
