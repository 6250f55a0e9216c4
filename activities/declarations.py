"""``judge_``, ``recheck_`` and ``release_declarations``. Each number is judged by itself and used only once."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import Engine
from temporalio import activity

from activities.contracts import JUDGE, RECHECK, RELEASE, Judge, Recheck, ReleaseDeclarations
from customs.channels import Unavailable
from db import claims
from domain import declarations
from domain.appointment import Appointment, Declaration
from domain.decision import Judgement, RefusedNumber
from domain.declarations import DeclarationRecord, NotFound, Unverifiable
from domain.policy import Policy

UNVERIFIABLE = Unverifiable()


class LookUp(Protocol):
    """The look-up of declarations at customs."""

    def look_up(self, numbers: Sequence[str]) -> Mapping[str, DeclarationRecord | NotFound]:
        """Returns an answer for each number. Raises ``Unavailable`` when customs cannot be asked."""


class Declarations:
    """``quick`` gives up after seconds, so that feedback does not wait; ``patient`` is for the recheck."""

    def __init__(self, engine: Engine, policy: Policy, *, quick: LookUp, patient: LookUp) -> None:
        self._engine = engine
        self._policy = policy
        self._quick = quick
        self._patient = patient

    @activity.defn(name=JUDGE, no_thread_cancel_exception=True)
    def judge(self, request: Judge) -> Judgement:
        """Returns the same judgement when it is retried: a claim of this appointment does not count as used."""
        faults = declarations.check_list(request.numbers, request.appointment, self._policy)
        if faults:
            return Judgement(faults=faults)
        answers = self._ask(request)
        judged = _judge_each(request.numbers, request.appointment, answers, request.received_at)
        self._give_back(request.appointment, judged)
        return self._claim(request.appointment.pre_entry_no, judged)

    @activity.defn(name=RELEASE, no_thread_cancel_exception=True)
    def release(self, request: ReleaseDeclarations) -> None:
        """Gives the claims back; a retry changes nothing."""
        claims.release(self._engine, request.pre_entry_no, request.numbers)

    @activity.defn(name=RECHECK, no_thread_cancel_exception=True)
    def recheck(self, request: Recheck) -> Judgement:
        """Returns the final judgement. Raises ``Unavailable`` when the look-up is down, for a retry."""
        numbers = [each.number for each in request.declarations]
        answers = self._patient.look_up(numbers)
        bare = request.appointment.model_copy(update={"declarations": ()})
        return _judge_each(numbers, bare, answers, datetime.now(UTC))

    def _ask(self, request: Judge) -> Mapping[str, DeclarationRecord | NotFound]:
        sound = [each for each in request.numbers if not declarations.check_number(each, request.appointment)]
        try:
            return self._quick.look_up(sound) if sound else {}
        except Unavailable:
            return {}

    def _give_back(self, appointment: Appointment, judged: Judgement) -> None:
        # An attempt whose answer was lost may have claimed a number that is refused now.
        taken = {each.number for each in appointment.declarations}
        if refused := {each.number for each in judged.refused} - taken:
            claims.release(self._engine, appointment.pre_entry_no, refused)

    def _claim(self, pre_entry_no: str, judged: Judgement) -> Judgement:
        wanted = [each.number for each in judged.accepted]
        used = claims.claim(self._engine, pre_entry_no, wanted) if wanted else frozenset()
        return Judgement(
            accepted=tuple(each for each in judged.accepted if each.number not in used),
            refused=judged.refused + tuple(_used(number) for number in wanted if number in used),
        )


def _judge_each(
    numbers: Sequence[str],
    appointment: Appointment,
    answers: Mapping[str, DeclarationRecord | NotFound],
    at: datetime,
) -> Judgement:
    taken = {each.number for each in appointment.declarations}
    accepted: list[Declaration] = []
    refused: list[RefusedNumber] = []
    for number in dict.fromkeys(numbers):
        answer = answers.get(number, UNVERIFIABLE)
        if number in taken:
            refused.append(_used(number))
        elif faults := declarations.judge(number=number, appointment=appointment, answer=answer):
            refused.append(RefusedNumber(number=number, faults=faults))
        else:
            accepted.append(Declaration(number=number, outcome=declarations.outcome(answer), at=at))
    return Judgement(accepted=tuple(accepted), refused=tuple(refused))


def _used(number: str) -> RefusedNumber:
    return RefusedNumber(number=number, faults=(declarations.used(number),))
