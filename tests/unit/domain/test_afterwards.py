"""What may be done with an appointment after it was approved: cancel, feed back, explain."""

from datetime import UTC, timedelta

import pytest

from domain import cancellation, explanation, feedback
from domain.appointment import Deadlines, Declaration, Explanation, ExplanationStatus, Outcome, State
from domain.policy import FeedbackPolicy, Policy
from domain.problems import explain
from tests.unit.domain.builders import MICROSECOND, POLICY, appointment, codes, instant

SENT = instant("11-29 09:00")


@pytest.mark.parametrize(
    ("window_end", "deadline"),
    [
        ("11-28 22:00", "12-04 00:00"),
        ("11-28 23:59:59.999999", "12-04 00:00"),
        ("11-29 00:00", "12-05 00:00"),
        ("11-29 00:30", "12-05 00:00"),
        ("12-29 22:00", "2027-01-04 00:00"),
        ("02-26 22:00", "03-04 00:00"),
    ],
)
def test_feedback_ends_at_24_00_of_the_fifth_natural_day(window_end: str, deadline: str) -> None:
    end = instant(window_end)
    assert feedback.deadline(end, POLICY) == instant(deadline)
    assert feedback.deadline(end.astimezone(UTC), POLICY) == instant(deadline)
    assert feedback.deadline(end, POLICY).tzinfo is UTC


def test_exact_hours_count_from_the_end_of_the_window() -> None:
    for period in (timedelta(seconds=20), timedelta(days=5)):
        policy = Policy(feedback=FeedbackPolicy(reading="exact_hours", period=period))
        assert feedback.deadline(instant("11-28 22:00"), policy) == instant("11-28 22:00") + period


def test_natural_days_never_end_before_as_many_exact_days() -> None:
    exact = Policy(feedback=FeedbackPolicy(reading="exact_hours"))
    for minutes in range(0, 2880, 7):
        end = instant("11-28 00:00") + timedelta(minutes=minutes)
        assert feedback.deadline(end, POLICY) >= feedback.deadline(end, exact)


def test_feedback_is_taken_strictly_before_the_deadline() -> None:
    deadline = instant("12-04 00:00")
    assert feedback.check_open(appointment(), deadline - MICROSECOND) == ()
    for late in (deadline, deadline + MICROSECOND):
        [fault] = feedback.check_open(appointment(State.COMPLETED_WITHOUT_FEEDBACK), late)
        assert (fault.code, fault.facts["feedback_by"]) == ("feedback.closed", "2026-12-04T00:00:00+08:00")
        assert "情况说明" in explain(fault, "zh")["remedy"]


def test_before_approval_the_state_refuses_feedback_not_the_time() -> None:
    draft = appointment(State.DRAFT, deadlines=Deadlines())
    assert feedback.check_open(draft, instant("12-31 00:00")) == ()


def test_cancelling_is_in_time_strictly_before_the_window() -> None:
    start = instant("11-28 20:00")
    assert cancellation.check(appointment(), start - MICROSECOND) == ()
    for late in (start, start + MICROSECOND):
        [fault] = cancellation.check(appointment(), late)
        assert (fault.code, fault.facts["cancel_before"]) == ("cancellation.closed", "2026-11-28T20:00:00+08:00")


def test_the_stored_instant_counts_and_the_window_when_none_is_stored() -> None:
    moved = appointment(deadlines=Deadlines(cancel_before=instant("11-28 21:00")))
    assert cancellation.check(moved, instant("11-28 20:30")) == ()
    assert codes(cancellation.check(appointment(deadlines=Deadlines()), instant("11-28 20:00"))) == [
        "cancellation.closed"
    ]


AVAILABLE = ExplanationStatus.AVAILABLE


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.COMPLETED_WITHOUT_FEEDBACK])
def test_an_approved_appointment_without_feedback_takes_an_explanation(state: State) -> None:
    assert explanation.check(appointment(state, explained=AVAILABLE)) == ()


def test_a_number_that_nobody_could_verify_does_not_bar_the_explanation() -> None:
    for outcome, faults in ((Outcome.UNVERIFIED, []), (Outcome.MATCHED, ["explanation.unavailable"])):
        taken = (Declaration(number="223320261000000001", outcome=outcome, at=SENT),)
        assert codes(explanation.check(appointment(explained=AVAILABLE, declarations=taken))) == faults


_APPROVED = {State.SUCCEEDED, State.COMPLETED, State.COMPLETED_WITHOUT_FEEDBACK}


def test_once_completed_there_is_nothing_to_explain() -> None:
    assert codes(explanation.check(appointment(State.COMPLETED))) == ["explanation.unavailable"]


@pytest.mark.parametrize("state", sorted(set(State) - _APPROVED))
def test_in_any_other_state_it_is_the_state_that_refuses(state: State) -> None:
    late = instant("12-31 00:00")
    assert explanation.check(appointment(state)) == ()
    assert feedback.check_open(appointment(state), late) == ()
    if state is not State.ACCEPTED:
        assert cancellation.check(appointment(state), late) == ()


def test_before_approval_there_is_nothing_to_explain() -> None:
    assert codes(explanation.check(appointment(State.SUCCEEDED))) == ["explanation.unavailable"]


@pytest.mark.parametrize("status", [ExplanationStatus.SENT, ExplanationStatus.ACCEPTED, ExplanationStatus.REFUSED])
def test_an_explanation_is_sent_once_for_ever(status: ExplanationStatus) -> None:
    for state in (State.SUCCEEDED, State.COMPLETED_WITHOUT_FEEDBACK, State.RELEASED):
        assert codes(explanation.check(appointment(state, explained=status))) == ["explanation.already_sent"]
    sent = appointment(explained=AVAILABLE, explanation=Explanation(sent_at=SENT, text="sealed"))
    assert codes(explanation.check(sent)) == ["explanation.already_sent"]


@pytest.mark.parametrize(
    ("text", "attachment_id", "empty"),
    [
        (None, None, True),
        ("", "", True),
        (" \n", None, True),
        ("说明", None, False),
        (None, "a1", False),
        ("说明", "a1", False),
    ],
)
def test_text_or_attachment_at_least_one(text: str | None, attachment_id: str | None, empty: bool) -> None:
    faults = explanation.check_given(text=text, attachment_id=attachment_id)
    assert codes(faults) == (["explanation.empty"] if empty else [])
