"""The JSON of a story: its answers and its lanes. Nothing in it is personal."""

from typing import Any

from pydantic import Field

from api.appointments.views import AppointmentView
from api.views import Error, Shown, View
from domain.actor import ActorKind
from domain.answers import Question
from domain.appointment import State
from domain.event import Action, MessageType
from domain.receipt import Disposition, Result


class WhoView(View):
    """Sender or actor; ``name`` is that of the login, key or card, ``address`` the last one known before.

    ``address_since`` is the time from which the access log has the address; null if the command itself recorded it.
    """

    kind: ActorKind
    id: str
    name: str | None
    address: str | None
    address_since: Shown | None


class EvidenceView(View):
    """Place in the record that proves an answer, and the rule with what it used."""

    rule: str | None
    source: str | None
    version: int | None
    receipt_id: str | None
    message_id: str | None
    port: str | None
    calendar_day: str | None
    calendar_layer: str | None
    policy_version: str | None


class AnswerView(View):
    """Answer to a question of operators: one ``sentence``, its ``facts`` and its ``evidence``."""

    question: Question
    code: str
    sentence: str
    facts: dict[str, Any]
    errors: list[Error]
    evidence: EvidenceView


class EventItem(View):
    """Event, which made one version; ``has_reason``: it has a text, which is opened with a reason."""

    at: Shown
    version: int
    action: Action
    from_: State | None = Field(serialization_alias="from")
    to: State
    who: WhoView
    due_at: Shown | None
    receipt_id: str | None
    message_id: str | None
    has_reason: bool
    run_id: str


class CommandItem(View):
    """Command: received at ``at`` and decided at ``decided_at``. A refused one has ``errors`` and ``times``.

    ``version`` is the one that it made, for a refused one the version at which it was refused.
    """

    at: Shown
    decided_at: Shown | None
    command: str
    accepted: bool
    version: int
    who: WhoView
    key: str | None
    signature_id: str | None
    times: int
    errors: list[Error]


class DecisionItem(View):
    """Decision with the rules and the facts that it used."""

    at: Shown
    version: int
    accepted: bool
    rules: list[str]
    policy_version: str | None
    facts: dict[str, Any]
    errors: list[Error]


class MessageItem(View):
    """Message to customs; ``sha256`` is null until it was sent."""

    at: Shown
    message_id: str
    message_type: MessageType
    version: int
    sha256: str | None


class DeliveryItem(View):
    """Delivery of a message, from its promise to the acknowledgement; ``reason`` is the refusal of customs."""

    at: Shown
    until: Shown | None
    message_id: str
    message_type: MessageType
    state: str
    attempts: int | None
    reason: str | None


class ReceiptItem(View):
    """Receipt of customs; ``id`` is its place in the inbox, ``times`` how often it came."""

    at: Shown
    id: int
    receipt_id: str | None
    result: Result | None
    notice_time: Shown | None
    outcome: Disposition | None
    reason: str | None
    times: int
    has_note: bool
    settled_at: Shown | None
    dismissed_by: str | None


class SignatureItem(View):
    """Electronic signature; ``signer`` is the customs code of the holder's enterprise."""

    at: Shown
    signature_id: str
    signer: str
    algorithm: str
    version: int | None


class NoticeItem(View):
    """Notification of an enterprise about a version."""

    at: Shown
    version: int
    customs_code: str


class OpeningItem(View):
    """Look of an operator at personal fields."""

    at: Shown
    subject: str
    address: str | None
    what: str


class OperatorActItem(View):
    """Act of an operator on the appointment, a message or a receipt of it, through a worklist.

    ``act`` is the worklist and what was done, ``item`` the key in it. ``outcome`` is null until the act has ended.
    """

    at: Shown
    until: Shown | None
    operator: str
    act: str
    item: str
    outcome: str | None
    detail: str | None


class LanesView(View):
    """Lanes of the story, each oldest first."""

    events: list[EventItem]
    commands: list[CommandItem]
    decisions: list[DecisionItem]
    messages: list[MessageItem]
    deliveries: list[DeliveryItem]
    receipts: list[ReceiptItem]
    signatures: list[SignatureItem]
    notifications: list[NoticeItem]
    openings: list[OpeningItem]
    acts: list[OperatorActItem]


class StoryView(View):
    """Story of one appointment. ``next_cursor`` leads to earlier events; the other lanes are whole."""

    appointment: AppointmentView
    answers: list[AnswerView]
    lanes: LanesView
    next_cursor: str | None


class VersionView(View):
    """Appointment as it was after a version, without personal fields; null when it was erased with its draft.

    ``intact``: the contents are those whose digest is in the chain. ``personal`` names the personal fields that are
    filled in.
    """

    version: int
    at: Shown
    action: Action
    intact: bool
    appointment: AppointmentView | None
    personal: list[str]


class VersionDifferenceView(View):
    """Field that differs; a ``personal`` one is shown without its values."""

    path: str
    personal: bool
    before: Any
    after: Any


class DifferencesView(View):
    """Differences between two versions, in the order of the fields."""

    before: int
    after: int
    items: list[VersionDifferenceView]


class DisplayedView(View):
    """Message with indentation and masked personal fields; ``complaint`` says where it breaks the XSD.

    ``text`` is null for bytes that are no XML, and for a message that was not kept.
    """

    id: str
    sha256: str | None
    size: int | None
    valid: bool
    complaint: str | None
    text: str | None


class JudgementView(View):
    """Judgement of an archived signature, made now by the evidence of its time; ``why`` is null for a good one."""

    signature_id: str
    version: int
    good: bool
    why: str | None
    message: str | None
    signer: str


class OpenedMessage(View):
    """Message byte for byte: ``base64`` has the bytes, ``pretty`` the same with indentation."""

    id: str
    sha256: str
    size: int
    valid: bool
    complaint: str | None
    base64: str
    pretty: str | None


class OpenedReason(View):
    """Reason of an event in the clear."""

    version: int
    action: Action
    text: str


class OpenedView(View):
    """Personal fields in the clear: the appointment, reasons of events, messages out and receipts in."""

    opened_at: Shown
    appointment: AppointmentView | None
    reasons: list[OpenedReason]
    messages: list[OpenedMessage]
    receipts: list[OpenedMessage]
