"""The appointment 预约申请: one frozen model for a command's answer, an event row and a message to customs.

Fields are only ever added: a snapshot written years ago must still load.
Personal fields (``contact_name``, ``contact_mobile``, every free text) hold sealed tokens everywhere
but in the HTTP API and in the message to customs.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from domain.model import Model


class State(StrEnum):
    """申请状态. Only the letter I is official; the others are ours (see ``LETTERS``)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    COMPLETED_WITHOUT_FEEDBACK = "completed_without_feedback"
    RELEASED = "released"
    DELETED = "deleted"


#: state → (letter, Chinese label, English label): the one table of letters.
LETTERS: dict[State, tuple[str, str, str]] = {
    State.DRAFT: ("A", "暂存", "Draft"),
    State.SUBMITTED: ("B", "已申报", "Submitted"),
    State.ACCEPTED: ("C", "海关已受理", "Accepted by customs"),
    State.RETURNED: ("D", "退单", "Returned"),
    State.SUCCEEDED: ("E", "预约成功", "Appointment succeeded"),
    State.CANCELLED: ("F", "已取消", "Cancelled"),
    State.COMPLETED: ("G", "通关完成已反馈", "Completed, fed back"),
    State.COMPLETED_WITHOUT_FEEDBACK: ("I", "通关完成未反馈", "Completed without feedback"),
    State.RELEASED: ("J", "违约已解除", "Breach released"),
    State.DELETED: ("-", "已删除", "Deleted"),
}


#: Customs has no message about the application.
UNKNOWN_TO_CUSTOMS = (State.DRAFT, State.DELETED)
#: Customs has not decided.
UNDECIDED = (State.SUBMITTED, State.ACCEPTED)
#: The window is booked or asked for, and nothing has come of it yet: a change of the port's hours matters.
AWAITED = (*UNDECIDED, State.SUCCEEDED)
#: Customs approved, and neither a cancellation nor an officer has ended it.
APPROVED = (State.SUCCEEDED, State.COMPLETED, State.COMPLETED_WITHOUT_FEEDBACK)
#: 取消 is possible before the window starts.
CANCELLABLE = (State.ACCEPTED, State.SUCCEEDED)
#: 反馈 is possible before its deadline.
OPEN_FOR_FEEDBACK = (State.SUCCEEDED, State.COMPLETED)
#: 情况说明 is possible once: no number counts.
EXPLAINABLE = (State.SUCCEEDED, State.COMPLETED_WITHOUT_FEEDBACK)
#: No command and no deadline of its own changes the state; after feedback only customs can.
FINAL = (State.DELETED, State.RETURNED, State.CANCELLED, State.COMPLETED, State.RELEASED)
#: All others: something is still to happen, so a workflow must run.
OPEN = tuple(state for state in State if state not in FINAL)
#: Nothing was cleared under the appointment, so it uses no declaration number.
WITHOUT_NUMBERS = (State.CANCELLED, State.RETURNED, State.RELEASED)


class Cancellation(StrEnum):
    """The time to cancel, open or over. The chart decides whether the state allows a cancellation."""

    OPEN = "open"
    CLOSED = "closed"


class Feedback(StrEnum):
    """The time in which declaration numbers are accepted: from approval to the deadline."""

    UNOPENED = "unopened"
    OPEN = "open"
    CLOSED = "closed"


class ExplanationStatus(StrEnum):
    """情况说明: once per appointment, for ever."""

    UNAVAILABLE = "unavailable"
    AVAILABLE = "available"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Attention(StrEnum):
    """A reason for an operator to look at an appointment."""

    OVERDUE = "overdue"
    UNDECIDED = "undecided"
    DELIVERY_STUCK = "delivery_stuck"
    UNVERIFIED = "unverified"
    FEEDBACK_REFUSED = "feedback_refused"
    CANCEL_UNCONFIRMED = "cancel_unconfirmed"
    HOURS_CHANGED = "hours_changed"
    NUMBER_MISMATCHED = "number_mismatched"
    REVERSED = "reversed"


class AttachmentPurpose(StrEnum):
    """随附补充材料 of the application, or the one PDF of the explanation 情况说明."""

    APPLICATION = "application"
    EXPLANATION = "explanation"


class Direction(StrEnum):
    """进出口标识."""

    IMPORT = "I"
    EXPORT = "E"


class ReasonCategory(StrEnum):
    """Categories of goods that may be cleared outside working hours (announcement 2018/109)."""

    RELIEF_OR_DANGEROUS = "relief_or_dangerous"
    PERISHABLE = "perishable"
    OTHER_URGENT = "other_urgent"


class CreditLevel(StrEnum):
    """The level of a customs credit grade for the cut-off; ``domain.credit`` has the tables."""

    ADVANCED = "advanced"
    GENERAL = "general"
    FORBIDDEN = "forbidden"


class Outcome(StrEnum):
    """The result of the customs look-up for an accepted declaration number."""

    MATCHED = "matched"
    UNVERIFIED = "unverified"


class Party(Model):
    """申报单位 or 收发货人, its four fields filled in from the register."""

    code: str
    uscc: str | None = None
    ciq_code: str | None = None
    name: str


class GoodsLine(Model):
    """商品; its sequence number is its place in the list, from 1."""

    hs_code: str | None = None
    name: str | None = None


class Content(Model):
    """The fields that the applicant fills in. All are optional in a draft."""

    consignee_code: str | None = None
    contact_name: str | None = None
    contact_mobile: str | None = None
    declaration_port: str | None = None
    entry_exit_port: str | None = None
    transport_mode: str | None = None
    direction: Direction | None = None
    window_start: AwareDatetime | None = None
    reason: str | None = None
    reason_category: ReasonCategory | None = None
    goods: tuple[GoodsLine, ...] = ()


#: The fields of ``Content`` that say something of a person.
PERSONAL = ("contact_name", "contact_mobile", "reason")


class Standing(Model):
    """The states of the chart's four regions: the main line and three beside it."""

    state: State = State.DRAFT
    cancellation: Cancellation = Cancellation.OPEN
    feedback: Feedback = Feedback.UNOPENED
    explanation: ExplanationStatus = ExplanationStatus.UNAVAILABLE


class Deadlines(Model):
    """Instants in UTC. At or before ``submit_by``; strictly before ``cancel_before`` and ``feedback_by``.

    ``submit_by_before``: ``submit_by`` as it was when the draft was saved, if it has changed since.
    """

    submit_by: datetime | None = None
    submit_by_before: datetime | None = None
    cancel_before: datetime | None = None
    feedback_by: datetime | None = None


class Declaration(Model):
    """A declaration number 报关单号 that was accepted as feedback at ``at``.

    Numbers that were fed back together have the same ``at``. ``confirmed_at``: the time of confirmation by customs;
    None too in records from before it was kept.
    """

    number: str
    outcome: Outcome
    at: datetime
    confirmed_at: datetime | None = None


class Explanation(Model):
    """The 情况说明 that was sent; ``text`` and ``refusal_reason``, which customs gave, are sealed."""

    sent_at: datetime
    text: str | None = None
    attachment_id: str | None = None
    refusal_reason: str | None = None


class Attachment(Model):
    """A PDF in the object store under its ``sha256``; ``name`` is sealed, ``size`` is in bytes."""

    attachment_id: str
    purpose: AttachmentPurpose
    name: str
    size: int
    pages: int
    sha256: str
    attached_at: datetime


class Appointment(Model):
    """One application, one appointment, one window; the state after its ``version``-th event.

    ``hours_changed_at``: the time of the change of hours that put its window into working time.
    ``created_by`` and ``submitted_by`` are the ``user_id`` of the actors. ``returned_at``: the time that customs names
    in the receipt that returned the application.
    """

    pre_entry_no: str
    version: Annotated[int, Field(ge=1)]
    standing: Standing = Standing()
    application_no: str | None = None
    applicant: Party
    consignee: Party | None = None
    content: Content = Content()
    window_end: datetime | None = None
    credit_level: CreditLevel | None = None
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None = None
    approved_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_confirmed_at: datetime | None = None
    deadlines: Deadlines = Deadlines()
    declarations: tuple[Declaration, ...] = ()
    explanation: Explanation | None = None
    attachments: tuple[Attachment, ...] = ()
    hours_changed_at: datetime | None = None
    duty_contact: str | None = None
    return_reason: str | None = None
    returned_at: datetime | None = None
    attention: tuple[Attention, ...] = ()
    copied_from: str | None = None
    created_by: str | None = None
    submitted_by: str | None = None
    policy_version: str

    @property
    def state(self) -> State:
        """The state of the main line."""
        return self.standing.state
