"""What an operator may record of a receipt that contradicts, and what comes of it."""

from typing import Any

import pytest

from domain.appointment import Appointment, Declaration, ExplanationStatus, Outcome, State
from domain.receipt import Receipt, Result
from domain.reversal import check_numbers, recordable, reversal
from states.appointment import permits
from states.configurations import STANDINGS
from tests.unit.domain.builders import appointment, codes, instant

NOTICE = instant("11-30 09:00")
HELD, OTHER = "223320261000000001", "223320261000000002"
TAKEN = (Declaration(number=HELD, outcome=Outcome.MATCHED, at=NOTICE),)
REFUSED, ACCEPTED = ExplanationStatus.REFUSED, ExplanationStatus.ACCEPTED
NEW_NO = "223320260000000099"


def _receipt(result: Result, **changes: Any) -> Receipt:
    no = NEW_NO if result is Result.APPROVED else None
    facts: dict[str, Any] = {
        "receipt_id": "r",
        "pre_entry_no": "202600000000000001",
        "notice_time": NOTICE,
        "application_no": no,
    }
    return Receipt(**(facts | changes), result=result)


def _events(result: Result, state: State, **changes: Any) -> str | None:
    return reversal(appointment(state, **changes), _receipt(result)).event


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.COMPLETED, State.COMPLETED_WITHOUT_FEEDBACK])
def test_an_approval_that_is_withdrawn_returns_the_application(state: State) -> None:
    found = reversal(appointment(state), _receipt(Result.RETURNED, note="误批"))
    assert found == ("withdraw", {"return_reason": "误批", "returned_at": NOTICE})


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.COMPLETED_WITHOUT_FEEDBACK])
def test_an_explanation_accepted_after_all_lifts_the_breach(state: State) -> None:
    assert _events(Result.EXPLANATION_ACCEPTED, state, explained=REFUSED) == "excuse"


def test_another_approval_brings_another_number() -> None:
    found = reversal(appointment(State.SUCCEEDED), _receipt(Result.APPROVED, duty_contact="值班"))
    assert found == (None, {"application_no": NEW_NO, "duty_contact": "值班"})


@pytest.mark.parametrize(
    ("result", "holder"),
    [
        (Result.APPROVED, appointment(State.RETURNED)),
        (Result.RETURNED, appointment(State.RELEASED)),
        (Result.EXPLANATION_REFUSED, appointment(State.RELEASED, explained=ACCEPTED)),
        (Result.CANCEL_CONFIRMED, appointment(State.SUCCEEDED)),
        (Result.RELEASED, appointment(State.COMPLETED)),
    ],
)
def test_whatever_else_contradicts_is_recorded_and_moves_nothing(result: Result, holder: Appointment) -> None:
    assert recordable(holder, _receipt(result))
    assert reversal(holder, _receipt(result)) == (None, {})


@pytest.mark.parametrize(
    ("result", "holder"),
    [
        (Result.RETURNED, appointment(State.SUBMITTED)),
        (Result.RETURNED, appointment(State.CANCELLED)),
        (Result.FEEDBACK_REFUSED, appointment(State.SUCCEEDED)),
        (Result.EXPLANATION_ACCEPTED, appointment(State.SUCCEEDED)),
        *((result, appointment(state)) for result in Result for state in (State.DRAFT, State.DELETED)),
    ],
)
def test_what_contradicts_nothing_is_not_recorded(result: Result, holder: Appointment) -> None:
    assert not recordable(holder, _receipt(result))


@pytest.mark.parametrize(
    ("result", "numbers", "faults"),
    [
        (Result.FEEDBACK_REFUSED, (HELD,), []),
        (Result.FEEDBACK_REFUSED, (), ["field.required"]),
        (Result.FEEDBACK_REFUSED, (HELD, OTHER), ["declaration.not_held"]),
        (Result.RETURNED, (), []),
        (Result.RETURNED, (HELD,), ["field.unknown"]),
    ],
)
def test_numbers_are_named_for_a_refusal_and_for_nothing_else(
    result: Result, numbers: tuple[str, ...], faults: list[str]
) -> None:
    holder = appointment(State.COMPLETED, declarations=TAKEN)
    assert codes(check_numbers(holder, _receipt(result), numbers)) == faults


@pytest.mark.parametrize("result", list(Result))
def test_the_chart_permits_whatever_is_recorded_in_every_standing_there_is(result: Result) -> None:
    for standing in STANDINGS:
        holder = appointment(standing=standing)
        event = reversal(holder, _receipt(result)).event if recordable(holder, _receipt(result)) else None
        assert event is None or permits(standing, event), (standing, event)
