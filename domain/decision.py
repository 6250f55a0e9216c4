"""What a rule's answer looks like: every fault at once, and what was found out on the way."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.appointment import CreditLevel, Deadlines, Declaration, Party
from domain.model import Model
from domain.problems.kinds import Fault


class Purpose(StrEnum):
    """How strictly an application is read: drafts loosely, declarations fully."""

    CREATE = "create"
    SAVE = "save"
    SUBMIT = "submit"


class Decision(Model):
    """The answer of ``domain.assessment.assess``: refused when there is any fault.

    ``facts`` keeps the calendar day and instants, the credit table and the readings that were used.
    """

    faults: tuple[Fault, ...] = ()
    applicant: Party | None = None
    consignee: Party | None = None
    credit_level: CreditLevel | None = None
    window_end: datetime | None = None
    deadlines: Deadlines = Deadlines()
    policy_version: str
    facts: dict[str, Any] = {}


class RefusedNumber(Model):
    """A declaration number that was not taken, and everything that is wrong with it."""

    number: str
    faults: tuple[Fault, ...]


class Judgement(Model):
    """Each declaration number judged by itself: what is taken stays, the others are refused with reasons.

    ``faults`` are those of the list as a whole (none, too many): then no number was judged.
    """

    faults: tuple[Fault, ...] = ()
    accepted: tuple[Declaration, ...] = ()
    refused: tuple[RefusedNumber, ...] = ()
