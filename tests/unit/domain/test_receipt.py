"""回执: every result in every state, cell by cell."""

from datetime import timedelta
from typing import Any

import pytest

from domain import feedback
from domain.appointment import Appointment, Declaration, ExplanationStatus, Outcome, State
from domain.event import Action
from domain.receipt import Disposed, Disposition, Receipt, Result, dispose
from states.appointment import permits
from states.configurations import STANDINGS
from tests.unit.domain.builders import appointment, instant

NOTICE = instant("11-25 09:00")
OURS = "223320260000000001"
TAKEN = (Declaration(number="223320261000000001", outcome=Outcome.UNVERIFIED, at=NOTICE),)

# The columns: the states by their letters, X is deleted.
COLUMNS = dict(zip("ABCDEFGIJX", State, strict=True))
# a: applied; s: ignored as stale; r: ignored as repeated; c: ignored as cancelled; X: parked as contradiction;
# f: parked, no feedback was sent; e: parked, no explanation was sent.
TABLE = {
    #                              A B C D E F G I J X
    Result.ACCEPTED:             "X a s s s c s s s X",
    Result.RETURNED:             "X a a r X c X X X X",
    Result.APPROVED:             "X a a X r c r r r X",
    Result.FEEDBACK_CONFIRMED:   "X f f f f c f f f X",
    Result.FEEDBACK_REFUSED:     "X f f f f c f f f X",
    Result.CANCEL_CONFIRMED:     "X X X X X a X X X X",
    Result.EXPLANATION_ACCEPTED: "X e e e e c e e e X",
    Result.EXPLANATION_REFUSED:  "X e e e e c e e e X",
    Result.RELEASED:             "X X X X X X X a r X",
}  # fmt: skip
ACTIONS = {
    Result.ACCEPTED: Action.ACCEPTED,
    Result.RETURNED: Action.RETURNED,
    Result.APPROVED: Action.APPROVED,
    Result.CANCEL_CONFIRMED: Action.CANCEL_CONFIRMED,
    Result.RELEASED: Action.RELEASED,
}
WORDS = {
    "s": (Disposition.IGNORED, "stale"),
    "r": (Disposition.IGNORED, "repeated"),
    "c": (Disposition.IGNORED, "cancelled"),
    "X": (Disposition.PARKED, "contradiction"),
    "f": (Disposition.PARKED, "no_feedback"),
    "e": (Disposition.PARKED, "no_explanation"),
}
EVENTS = {
    Action.ACCEPTED: "accept",
    Action.RETURNED: "return_",
    Action.APPROVED: "approve",
    Action.EXPLANATION_ACCEPTED: "explanation_accepted",
    Action.EXPLANATION_REFUSED: "explanation_refused",
    Action.RELEASED: "release",
}


def _receipt(result: Result, **changes: Any) -> Receipt:
    particulars: dict[str, Any] = {
        "receipt_id": "r1",
        "pre_entry_no": "202600000000000001",
        "result": result,
        "notice_time": NOTICE,
        "application_no": OURS if result is Result.APPROVED else None,
    }
    return Receipt(**(particulars | changes))


def _disposed(result: Result, holder: Appointment, **changes: Any) -> Disposed:
    return dispose(appointment=holder, receipt=_receipt(result, **changes))


def _cells() -> list[tuple[Result, State, str]]:
    return [
        (result, state, cell)
        for result, row in TABLE.items()
        for state, cell in zip(COLUMNS.values(), row.split(), strict=True)
    ]


@pytest.mark.parametrize(("result", "state", "cell"), _cells())
def test_every_cell_of_the_table(result: Result, state: State, cell: str) -> None:
    disposition, reason = WORDS.get(cell, (Disposition.APPLIED, None))
    action = ACTIONS[result] if cell == "a" else None
    assert _disposed(result, appointment(state)) == (disposition, reason, action)


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.COMPLETED, State.COMPLETED_WITHOUT_FEEDBACK, State.RELEASED])
def test_a_second_approval_with_another_number_is_a_contradiction(state: State) -> None:
    other = _disposed(Result.APPROVED, appointment(state), application_no="223320260000000002")
    assert other == (Disposition.PARKED, "contradiction", None)


@pytest.mark.parametrize("missing", [None, ""])
def test_an_approval_without_its_number_is_parked(missing: str | None) -> None:
    for state in (State.SUBMITTED, State.ACCEPTED, State.SUCCEEDED):
        disposed = _disposed(Result.APPROVED, appointment(state), application_no=missing)
        assert disposed == (Disposition.PARKED, "application_no_missing", None)


def test_an_approval_of_what_lapsed_is_left_to_a_person_even_with_our_number() -> None:
    for number in (OURS, None):
        disposed = _disposed(Result.APPROVED, appointment(State.RETURNED, application_no=number))
        assert disposed == (Disposition.PARKED, "contradiction", None)


@pytest.mark.parametrize("result", [Result.FEEDBACK_CONFIRMED, Result.FEEDBACK_REFUSED])
@pytest.mark.parametrize("state", [State.SUCCEEDED, State.COMPLETED, State.COMPLETED_WITHOUT_FEEDBACK, State.RELEASED])
def test_feedback_that_was_sent_is_answered_each_time(result: Result, state: State) -> None:
    disposed = _disposed(result, appointment(state, declarations=TAKEN))
    assert disposed == (Disposition.APPLIED, None, Action(result.value.lower()))


FIRST, SECOND_NO, THIRD = (f"2233202610000000{serial}" for serial in ("11", "12", "13"))


def _taken(number: str, minute: int, *, confirmed: bool = False) -> Declaration:
    at = NOTICE + timedelta(minutes=minute)
    return Declaration(number=number, outcome=Outcome.MATCHED, at=at, confirmed_at=at if confirmed else None)


@pytest.mark.parametrize(
    ("declarations", "named", "refused"),
    [
        ((_taken(FIRST, 1),), (), {FIRST}),
        ((_taken(FIRST, 1), _taken(SECOND_NO, 1)), (), {FIRST, SECOND_NO}),
        ((_taken(FIRST, 1, confirmed=True), _taken(SECOND_NO, 2)), (), {SECOND_NO}),
        ((_taken(FIRST, 1, confirmed=True),), (), {FIRST}),
        ((_taken(FIRST, 1), _taken(SECOND_NO, 2)), (), None),
        ((_taken(FIRST, 1, confirmed=True), _taken(SECOND_NO, 2, confirmed=True)), (), None),
        ((_taken(FIRST, 1), _taken(SECOND_NO, 2)), (SECOND_NO,), {SECOND_NO}),
        ((_taken(FIRST, 1), _taken(SECOND_NO, 1)), (SECOND_NO, THIRD), {SECOND_NO}),
        ((_taken(FIRST, 1),), (THIRD,), set()),
    ],
)
def test_which_numbers_a_refusal_means_is_never_guessed(
    declarations: tuple[Declaration, ...], named: tuple[str, ...], refused: set[str] | None
) -> None:
    holder = appointment(State.COMPLETED, declarations=declarations)
    assert feedback.refused(holder, named) == refused
    disposed = _disposed(Result.FEEDBACK_REFUSED, holder, declaration_numbers=named)
    if refused is None:
        assert disposed == (Disposition.PARKED, "ambiguous", None)
    else:
        applied = (Disposition.APPLIED, None, Action.FEEDBACK_REFUSED)
        assert disposed == (applied if refused else (Disposition.IGNORED, "stale", None))


@pytest.mark.parametrize(
    ("declarations", "named", "confirmed"),
    [
        ((_taken(FIRST, 1),), (), {FIRST}),
        ((_taken(FIRST, 1, confirmed=True), _taken(SECOND_NO, 2)), (), {FIRST, SECOND_NO}),
        ((_taken(FIRST, 1), _taken(SECOND_NO, 2)), (), set()),
        ((_taken(FIRST, 1), _taken(SECOND_NO, 2)), (SECOND_NO,), {SECOND_NO}),
    ],
)
def test_a_confirmation_is_noted_where_it_is_certain(
    declarations: tuple[Declaration, ...], named: tuple[str, ...], confirmed: set[str]
) -> None:
    found = feedback.confirmed(appointment(State.COMPLETED, declarations=declarations), named, NOTICE)
    assert {each.number for each in found if each.confirmed_at} == confirmed


@pytest.mark.parametrize(
    ("minutes", "expected"), [(-1, (Disposition.IGNORED, "stale")), (1, (Disposition.PARKED, "contradiction"))]
)
def test_what_was_returned_and_is_accepted_after_that_is_for_a_person(
    minutes: int, expected: tuple[Disposition, str]
) -> None:
    returned = appointment(State.RETURNED, returned_at=NOTICE)
    accepted = _disposed(Result.ACCEPTED, returned, notice_time=NOTICE + timedelta(minutes=minutes))
    assert accepted == (*expected, None)


def test_feedback_of_a_cancelled_appointment_no_longer_matters() -> None:
    disposed = _disposed(Result.FEEDBACK_CONFIRMED, appointment(State.CANCELLED, declarations=TAKEN))
    assert disposed == (Disposition.IGNORED, "cancelled", None)


def test_a_cancellation_is_confirmed_once() -> None:
    confirmed = appointment(State.CANCELLED, cancel_confirmed_at=NOTICE)
    assert _disposed(Result.CANCEL_CONFIRMED, confirmed) == (Disposition.IGNORED, "repeated", None)


ACCEPTED, REFUSED = Result.EXPLANATION_ACCEPTED, Result.EXPLANATION_REFUSED


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.COMPLETED, State.COMPLETED_WITHOUT_FEEDBACK])
def test_an_explanation_that_was_sent_is_answered(state: State) -> None:
    sent = appointment(state, explained=ExplanationStatus.SENT)
    assert _disposed(ACCEPTED, sent) == (Disposition.APPLIED, None, Action.EXPLANATION_ACCEPTED)
    assert _disposed(REFUSED, sent) == (Disposition.APPLIED, None, Action.EXPLANATION_REFUSED)


def test_an_answer_after_the_release_is_stale() -> None:
    released = appointment(State.RELEASED, explained=ExplanationStatus.SENT)
    for result in (ACCEPTED, REFUSED):
        assert _disposed(result, released) == (Disposition.IGNORED, "stale", None)


@pytest.mark.parametrize(
    ("status", "result", "expected"),
    [
        (ExplanationStatus.ACCEPTED, ACCEPTED, (Disposition.IGNORED, "repeated", None)),
        (ExplanationStatus.REFUSED, REFUSED, (Disposition.IGNORED, "repeated", None)),
        (ExplanationStatus.ACCEPTED, REFUSED, (Disposition.PARKED, "contradiction", None)),
        (ExplanationStatus.REFUSED, ACCEPTED, (Disposition.PARKED, "contradiction", None)),
        (ExplanationStatus.AVAILABLE, ACCEPTED, (Disposition.PARKED, "no_explanation", None)),
    ],
)
def test_a_second_answer_to_an_explanation(status: ExplanationStatus, result: Result, expected: Disposed) -> None:
    holder = appointment(State.COMPLETED_WITHOUT_FEEDBACK, explained=status)
    assert _disposed(result, holder) == expected


@pytest.mark.parametrize("result", list(Result))
def test_the_chart_permits_whatever_is_applied_in_every_standing_there_is(result: Result) -> None:
    for standing in STANDINGS:
        for declarations in ((), TAKEN):
            disposed = _disposed(result, appointment(standing=standing, declarations=declarations))
            event = EVENTS.get(disposed.action) if disposed.action else None
            assert event is None or permits(standing, event), (standing, disposed)
