"""Pure functions from the record of an appointment to answers: no rule is applied again, only its record is read."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from domain.actor import Actor
from domain.answers.kinds import AppointmentRecord, CustomsMessage, EventSummary, Evidence, Question, QuestionAnswer
from domain.event import Action
from domain.instants import shown
from domain.problems.catalogue import CATALOGUE
from domain.problems.kinds import Fault
from domain.refused_command import RefusedCommand

#: Codes of limits of time.
_TOO_LATE = frozenset({"cutoff.passed", "cancellation.closed", "feedback.closed", "window.past"})
#: Actions that may take the last counting number away after the deadline.
_TAKE_BACK = (Action.FEEDBACK_REFUSED, Action.RECHECKED, Action.REVERSED)


def answers(record: AppointmentRecord) -> list[QuestionAnswer]:
    """Returns the answer to every question that the record raises, those about the outcome first."""
    return [answer for rule in _RULES for answer in rule(record)]


def _refused(record: AppointmentRecord) -> Iterator[QuestionAnswer]:
    """Yields why each command was refused, the newest first."""
    for each in record.refused:
        late = next((fault for fault in each.faults if fault.code in _TOO_LATE), None)
        yield _late(record, each, late) if late else _broken(record, each)


def _late(record: AppointmentRecord, refused: RefusedCommand, fault: Fault) -> QuestionAnswer:
    facts = {**fault.facts, **_sent(record, refused)}
    code = "too_late_to_submit" if "submit_by" in fault.facts else "too_late"
    return QuestionAnswer(
        question=Question.TOO_LATE, code=code, facts=facts, faults=refused.faults, evidence=_by_rule(refused, fault)
    )


def _broken(record: AppointmentRecord, refused: RefusedCommand) -> QuestionAnswer:
    (fault, *_), facts = refused.faults, _sent(record, refused)
    return QuestionAnswer(
        question=Question.REFUSED,
        code="refused",
        facts=facts,
        faults=refused.faults,
        evidence=_by_rule(refused, fault),
    )


def _sent(record: AppointmentRecord, refused: RefusedCommand) -> dict[str, Any]:
    return {
        "command": refused.command,
        "who": _who(record, refused.actor),
        "received_at": shown(refused.received_at),
        "policy_version": refused.policy_version,
    }


def _by_rule(refused: RefusedCommand, fault: Fault) -> Evidence:
    facts, problem = fault.facts, CATALOGUE.get(fault.code)
    return Evidence(
        rule=fault.code,
        source=problem.source if problem else None,
        version=refused.version,
        port=facts.get("port"),
        calendar_day=facts.get("calendar_day"),
        calendar_layer=facts.get("calendar_layer"),
        policy_version=refused.policy_version,
    )


def _numbers(record: AppointmentRecord) -> Iterator[QuestionAnswer]:
    """Yields why declaration numbers were refused in a feedback that was accepted otherwise."""
    for event in record.events:
        refused = event.decision.get("refused") if event.action in {Action.FED_BACK, Action.RECHECKED} else None
        for each in refused or ():
            faults = tuple(Fault.model_validate(fault) for fault in each["faults"])
            rule = faults[0].code if faults else None
            yield QuestionAnswer(
                question=Question.REFUSED,
                code="number_refused",
                facts={"number": each["number"], "received_at": _when(event)},
                faults=faults,
                evidence=Evidence(rule=rule, source=CATALOGUE[rule].source if rule else None, version=event.version),
            )


def _returned(record: AppointmentRecord) -> Iterator[QuestionAnswer]:
    for event in record.events:
        if event.action is Action.RETURNED:
            yield _of(event, Question.RETURNED, "returned", notice_time=event.decision.get("notice_time"))
        elif event.action is Action.LAPSED:
            yield _of(event, Question.RETURNED, "lapsed")
        elif event.action is Action.REVERSED and event.decision.get("result") == "RETURNED":
            yield _of(event, Question.RETURNED, "approval_withdrawn", who=_who(record, event.actor))


def _cancelled(record: AppointmentRecord) -> Iterator[QuestionAnswer]:
    for event in record.events:
        if event.action is Action.CANCELLED:
            confirmed = record.appointment.cancel_confirmed_at
            code = "cancelled_confirmed" if confirmed else "cancelled"
            facts = {
                "who": _who(record, event.actor),
                "state": event.before and event.before.value,
                "cancel_before": _shown(record.appointment.deadlines.cancel_before),
                "confirmed_at": _shown(confirmed),
            }
            yield _of(event, Question.CANCELLED, code, **facts)


def _overdue(record: AppointmentRecord) -> Iterator[QuestionAnswer]:
    """Yields why the appointment became overdue: no number by the deadline, or the last one was taken back after it."""
    for event in record.events:
        if event.action is Action.OVERDUE:
            facts = {"window_end": _shown(record.appointment.window_end), "reading": _reading(record)}
            answer = _of(event, Question.OVERDUE, "overdue", **facts)
            policy = record.appointment.policy_version
            yield answer.model_copy(
                update={"evidence": answer.evidence.model_copy(update={"policy_version": policy, "rule": "feedback"})}
            )
        elif event.action in _TAKE_BACK and event.decision.get("overdue"):
            feedback_by = _shown(record.appointment.deadlines.feedback_by)
            numbers = event.decision.get("numbers") or [each["number"] for each in event.decision.get("refused", ())]
            yield _of(event, Question.OVERDUE, "overdue_afterwards", feedback_by=feedback_by, numbers=numbers)


def _reading(record: AppointmentRecord) -> str | None:
    """Returns the reading of the feedback period that the submission was decided by."""
    decided = (event.decision.get("feedback_reading") for event in record.events if event.action is Action.SUBMITTED)
    return next(decided, None)


def _released(record: AppointmentRecord) -> Iterator[QuestionAnswer]:
    for event in record.events:
        if event.action is Action.RELEASED:
            yield _of(event, Question.RELEASED, "released", who=_who(record, event.actor))
        elif event.action is Action.EXPLANATION_ACCEPTED:
            yield _of(event, Question.RELEASED, "explanation_accepted")


def _undecided(record: AppointmentRecord) -> Iterator[QuestionAnswer]:
    found = [event for event in record.events if event.action is Action.UNDECIDED]
    yield from (_of(event, Question.UNDECIDED, "undecided") for event in found)


def _delivered(record: AppointmentRecord) -> Iterator[QuestionAnswer]:
    """Yields for each message to customs whether it arrived, the newest first."""
    for message in reversed(record.messages):
        yield QuestionAnswer(
            question=Question.DELIVERED,
            code=_delivery_code(message),
            facts={
                "message": message.message_type.value,
                "promised_at": shown(message.promised_at),
                "delivered_at": _shown(message.delivered_at),
                "attempts": message.attempts,
                "reason": message.reason,
            },
            evidence=Evidence(message_id=message.message_id, version=message.version),
        )


def _delivery_code(message: CustomsMessage) -> str:
    if message.state == "delivered":
        return "delivered_after" if (message.attempts or 0) > 1 else "delivered"
    return "delivery_stuck" if message.state == "stuck" else "delivery_pending"


def _opened(record: AppointmentRecord) -> Iterator[QuestionAnswer]:
    """Yields who looked at personal fields: the newest look and their count, or that no operator did."""
    looks = sorted(record.openings, key=lambda look: look.at)
    if not looks:
        yield QuestionAnswer(question=Question.OPENED, code="not_opened", facts={}, evidence=Evidence())
        return
    who = list(dict.fromkeys(look.subject for look in reversed(looks)))
    facts = {"count": len(looks), "who": who, "last": looks[-1].subject, "last_at": shown(looks[-1].at)}
    yield QuestionAnswer(question=Question.OPENED, code="opened", facts=facts, evidence=Evidence())


def _of(event: EventSummary, question: Question, code: str, **facts: Any) -> QuestionAnswer:
    told = {"at": shown(event.at), "received_at": _when(event), "due_at": _shown(event.due_at)}
    evidence = Evidence(
        version=event.version, receipt_id=event.receipt_id, policy_version=event.decision.get("policy_version")
    )
    known = {"receipt_id": event.receipt_id, **told, **facts}
    return QuestionAnswer(
        question=question,
        code=code,
        facts={name: value for name, value in known.items() if value is not None},
        evidence=evidence,
    )


def _when(event: EventSummary) -> str:
    return shown(event.received_at or event.at)


def _shown(instant: datetime | None) -> str | None:
    return None if instant is None else shown(instant)


def _who(record: AppointmentRecord, actor: Actor) -> str:
    """Returns the enterprise or office and, if it is known, the user, key or card that acted for it."""
    name = record.names.get(actor.user_id) if actor.user_id else None
    own = actor.id if actor.id != record.appointment.applicant.code else record.appointment.applicant.name
    return f"{own}（{name}）" if name else own


_RULES: tuple[Callable[[AppointmentRecord], Iterator[QuestionAnswer]], ...] = (
    _overdue,
    _released,
    _returned,
    _cancelled,
    _undecided,
    _refused,
    _numbers,
    _delivered,
    _opened,
)
