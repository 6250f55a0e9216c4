"""The answers of the rules: every fault at once, and the facts they used."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.appointment import CreditLevel, Deadlines, Declaration, Party
from domain.model import Model
from domain.problems.kinds import Fault


class Purpose(StrEnum):
    """The purpose of an assessment: a draft is checked loosely, a declaration fully."""

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
    """A declaration number that was not accepted, with all its faults."""

    number: str
    faults: tuple[Fault, ...]


class Judgement(Model):
    """The judgement of each declaration number: accepted, or refused with reasons.

    ``faults`` are those of the list as a whole (none, too many): then no number was judged.
    """

    faults: tuple[Fault, ...] = ()
    accepted: tuple[Declaration, ...] = ()
    refused: tuple[RefusedNumber, ...] = ()
