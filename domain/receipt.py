"""A receipt 回执 of customs, and what may become of one."""

from datetime import datetime
from enum import StrEnum

from domain.appointment import Model


class Result(StrEnum):
    """What customs says."""

    ACCEPTED = "ACCEPTED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    FEEDBACK_CONFIRMED = "FEEDBACK_CONFIRMED"
    FEEDBACK_REFUSED = "FEEDBACK_REFUSED"
    CANCEL_CONFIRMED = "CANCEL_CONFIRMED"
    EXPLANATION_ACCEPTED = "EXPLANATION_ACCEPTED"
    EXPLANATION_REFUSED = "EXPLANATION_REFUSED"
    RELEASED = "RELEASED"


class Receipt(Model):
    """One receipt; ``note`` and ``duty_contact`` are free text, sealed outside the customs adapter and the API."""

    receipt_id: str
    pre_entry_no: str
    result: Result
    notice_time: datetime
    application_no: str | None = None
    note: str | None = None
    duty_contact: str | None = None


class Disposition(StrEnum):
    """No receipt is ever lost: applied, ignored with a recorded reason, or parked for an operator."""

    APPLIED = "applied"
    IGNORED = "ignored"
    PARKED = "parked"
