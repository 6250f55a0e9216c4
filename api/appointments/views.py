"""Views of an appointment: the JSON of the HTTP contract, with personal fields for its parties alone."""

from typing import Any

from api.context import Caller
from api.identity.people import Names
from api.views import Error, PartyView, Shown, View, errors, party
from domain.appointment import (
    LETTERS,
    PERSONAL,
    Appointment,
    Attachment,
    AttachmentPurpose,
    Attention,
    Content,
    CreditLevel,
    Direction,
    ExplanationStatus,
    Outcome,
    ReasonCategory,
    State,
)
from domain.hours import notices
from identity.authorization import Relation, Right, allowed, denial, relation
from runtime.sealing import Sealer
from states.appointment import permitted_actions


class GoodsContent(View):
    """商品 (line of goods) as it was sent."""

    hs_code: str | None
    name: str | None


class GoodsView(GoodsContent):
    """商品 (line of goods) with its sequence number."""

    seq: int


class ContentListed(View):
    """Content without goods."""

    consignee_code: str | None
    contact_name: str | None
    contact_mobile: str | None
    declaration_port: str | None
    entry_exit_port: str | None
    transport_mode: str | None
    direction: Direction | None
    window_start: Shown | None
    reason: str | None
    reason_category: ReasonCategory | None


class ContentView(ContentListed):
    """Content in the form that PUT takes."""

    goods: list[GoodsContent]


class DeadlinesView(View):
    """Deadlines: acts must come at or before ``submit_by``, and strictly before the other two."""

    submit_by: Shown | None
    cancel_before: Shown | None
    feedback_by: Shown | None


class DeclarationView(View):
    """报关单号 (declaration number) that was accepted."""

    number: str
    outcome: Outcome
    at: Shown


class ExplanationView(View):
    """情况说明 (explanation); ``refusal_reason`` is the reason of customs if it was not accepted."""

    status: ExplanationStatus
    sent_at: Shown | None
    text: str | None
    attachment_id: str | None
    refusal_reason: str | None


class AttachmentView(View):
    """Attached PDF; ``size`` in bytes, ``name`` is null for callers who are no party."""

    attachment_id: str
    purpose: AttachmentPurpose
    name: str | None
    size: int
    pages: int
    sha256: str
    attached_at: Shown


class PersonView(View):
    """User, key or card that acted for the caller's own enterprise; ``name`` is its display name."""

    user_id: str
    name: str | None


class AppointmentListed(View):
    """Appointment in a list. ``notices`` tell the parties in words what they should know and do.

    Only the applicant sees ``created_by`` and ``submitted_by`` 经办人; they are null for others.
    """

    pre_entry_no: str
    application_no: str | None
    version: int
    state: State
    state_code: str
    state_label: str
    applicant: PartyView
    consignee: PartyView | None
    content: ContentListed
    window_end: Shown | None
    credit_level: CreditLevel | None
    submitted_at: Shown | None
    approved_at: Shown | None
    cancelled_at: Shown | None
    created_at: Shown
    updated_at: Shown
    deadlines: DeadlinesView
    declarations: list[DeclarationView]
    explanation: ExplanationView
    attachments: list[AttachmentView]
    duty_contact: str | None
    return_reason: str | None
    attention: list[Attention]
    notices: list[Error]
    permitted_actions: list[str]
    blocked_by: str | None
    copied_from: str | None
    created_by: PersonView | None
    submitted_by: PersonView | None
    policy_version: str


class AppointmentView(AppointmentListed):
    """Appointment with its whole content."""

    content: ContentView
    goods: list[GoodsView]


class Viewer:
    """Makes the views of appointments for one caller: decrypted for a party, masked for an operator.

    ``blocks`` are the numbers that block the caller, oldest first; ``names`` are those of the caller's own people.
    """

    def __init__(
        self, sealer: Sealer, caller: Caller, blocks: tuple[str, ...] = (), names: Names | None = None
    ) -> None:
        self._sealer = sealer
        self._language = caller.language
        self._principal = caller.principal
        self._blocked_by = next(iter(blocks), None)
        self._names = names or {}

    def full(self, appointment: Appointment) -> AppointmentView:
        """Returns the view with goods."""
        return self._whole(self._opened(appointment))

    def opened(self, appointment: Appointment) -> AppointmentView:
        """Returns the view in the clear, for an operator whose look at it is on record."""
        return self._whole(self._sealer.open_appointment(appointment))

    def _whole(self, opened: Appointment) -> AppointmentView:
        goods = [line.model_dump() for line in opened.content.goods]
        return AppointmentView(
            **self._fields(opened),
            content=ContentView(**_content(opened.content), goods=[GoodsContent(**line) for line in goods]),
            goods=[GoodsView(seq=number, **line) for number, line in enumerate(goods, 1)],
        )

    def listed(self, appointment: Appointment) -> AppointmentListed:
        """Returns the view without goods."""
        opened = self._opened(appointment)
        return AppointmentListed(**self._fields(opened), content=ContentListed(**_content(opened.content)))

    def _opened(self, appointment: Appointment) -> Appointment:
        may_open = denial(self._principal, Right.OPEN, appointment) is None
        return self._sealer.open_appointment(appointment) if may_open else masked(appointment)

    def _fields(self, appointment: Appointment) -> dict[str, Any]:
        letter, zh, en = LETTERS[appointment.state]
        mine = relation(self._principal, appointment) is Relation.APPLICANT
        plain = (
            *("pre_entry_no", "application_no", "version", "state", "window_end", "credit_level", "submitted_at"),
            *("approved_at", "cancelled_at", "created_at", "updated_at", "duty_contact", "return_reason"),
            *("copied_from", "policy_version"),
        )
        return {name: getattr(appointment, name) for name in plain} | {
            "state_code": letter,
            "state_label": zh if self._language == "zh" else en,
            "applicant": party(appointment.applicant),
            "consignee": party(appointment.consignee) if appointment.consignee else None,
            "deadlines": DeadlinesView(**dict(appointment.deadlines)),
            "declarations": [DeclarationView(**dict(each)) for each in appointment.declarations],
            "explanation": _explanation(appointment),
            "attachments": [_attachment(each) for each in appointment.attachments],
            "attention": list(appointment.attention),
            "notices": errors(notices(appointment), self._language),
            "created_by": self._person(appointment.created_by) if mine else None,
            "submitted_by": self._person(appointment.submitted_by) if mine else None,
            "permitted_actions": self._actions(appointment),
            "blocked_by": self._blocked_by if mine and appointment.state is State.DRAFT else None,
        }

    def _person(self, user_id: str | None) -> PersonView | None:
        return person(user_id, self._names)

    def _actions(self, appointment: Appointment) -> list[str]:
        """Returns the caller's actions: none for the consignee, those of officers alone for an operator."""
        own = permitted_actions(appointment.standing)
        if denial(self._principal, Right.CHANGE, appointment) is None:
            return allowed(self._principal, own, appointment)
        if denial(self._principal, Right.INTERVENE, appointment) is not None:
            return []
        return [each for each in permitted_actions(appointment.standing, officer=True) if each not in own]


def person(user_id: str | None, names: Names) -> PersonView | None:
    """Returns the person with that id and, if it is known, the name."""
    return None if user_id is None else PersonView(user_id=user_id, name=names.get(user_id))


def masked(appointment: Appointment) -> Appointment:
    """Returns the appointment without personal fields and free text, for operators."""
    gone = dict.fromkeys(PERSONAL)
    sent = appointment.explanation
    return appointment.model_copy(
        update={
            "content": appointment.content.model_copy(update=gone),
            "explanation": sent and sent.model_copy(update={"text": None, "refusal_reason": None}),
            "duty_contact": None,
            "return_reason": None,
            "attachments": tuple(each.model_copy(update={"name": ""}) for each in appointment.attachments),
        }
    )


def _content(content: Content) -> dict[str, Any]:
    return content.model_dump(exclude={"goods"})


def _attachment(attachment: Attachment) -> AttachmentView:
    return AttachmentView(**attachment.model_dump() | {"name": attachment.name or None})


def _explanation(appointment: Appointment) -> ExplanationView:
    sent = appointment.explanation
    return ExplanationView(
        status=appointment.standing.explanation,
        sent_at=sent.sent_at if sent else None,
        text=sent.text if sent else None,
        attachment_id=sent.attachment_id if sent else None,
        refusal_reason=sent.refusal_reason if sent else None,
    )
