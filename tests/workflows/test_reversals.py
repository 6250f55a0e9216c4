"""What customs takes back: numbers that are free again, approvals that are none, and nothing of it in silence."""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from db.engine import reading
from db.projections import rebuild
from db.queries.notifications import Reader, notifications
from db.tables import ClaimRow
from db.verify import verify
from domain.appointment import Attention, Cancellation, State
from domain.declarations import DeclarationRecord, NotFound
from domain.event import Action
from domain.receipt import Disposition, Result
from tests.waiting import until
from tests.workflows.builders import APPLICANT
from tests.workflows.declared import matching
from tests.workflows.harness import Case, Harness, feedback_by
from tests.workflows.refusal import refused
from workflows import policies

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECOND = timedelta(seconds=1)


def claimed(harness: Harness) -> dict[str, str]:
    """number → the appointment that uses it."""
    table = ClaimRow.table()
    with reading(harness.engine) as session:
        return {row.number: row.pre_entry_no for row in session.execute(sa.select(table))}


def agrees(harness: Harness) -> bool:
    """Returns True if events, rows and claims agree, before and after a rebuild from the events."""
    before, found = claimed(harness), list(verify(harness.engine))
    rebuild(harness.engine)
    return not found and claimed(harness) == before and not list(verify(harness.engine))


def news(harness: Harness, case: Case) -> list[Action]:
    """Notifications of the applicant, oldest first."""
    with reading(harness.engine) as session:
        reader = Reader("somebody", APPLICANT, case.row.created_at - timedelta(days=1))
        told = notifications(session, reader, before=None, limit=100)
    return [each.action for each in reversed(told) if each.pre_entry_no == case.number]


async def two(harness: Harness) -> tuple[Case, Case]:
    """Two approved appointments of the same parties, so that one declaration fits both."""
    return await (await harness.case()).approved(), await (await harness.case()).approved()


async def test_a_number_that_customs_refuses_is_free_for_every_appointment(harness: Harness) -> None:
    first, second = await two(harness)
    number = matching(harness, first.row, serial=301)
    await first.feed_back(number)
    assert [each.faults[0].code for each in (await second.feed_back(number)).refused] == ["declaration.used"]
    await first.receive(Result.FEEDBACK_REFUSED, note="查无此单")

    row = first.row
    assert (row.state, row.declarations) == (State.SUCCEEDED, ())
    assert Attention.FEEDBACK_REFUSED in row.attention
    assert news(harness, first)[-1] is Action.FEEDBACK_REFUSED
    taken = await second.feed_back(number)
    assert [each.number for each in taken.accepted] == [number]
    assert claimed(harness) == {number: second.number}
    assert agrees(harness)

    await second.forward_to(feedback_by(second) + SECOND)
    assert await second.handle.result() == State.COMPLETED, "it does not fall overdue"
    await first.forward_to(feedback_by(first) + SECOND)
    await first.reaches(State.COMPLETED_WITHOUT_FEEDBACK)


async def test_the_one_that_was_refused_may_feed_back_the_right_number_or_the_same_again(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    wrong, right = (matching(harness, case.row, serial=serial) for serial in (305, 306))
    await case.feed_back(wrong)
    await case.receive(Result.FEEDBACK_REFUSED)
    await case.feed_back(right, wrong)
    assert case.row.state is State.COMPLETED
    assert set(claimed(harness)) == {right, wrong}
    assert agrees(harness)


async def test_of_two_feedbacks_only_the_refused_one_is_taken_back(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    good, bad = (matching(harness, case.row, serial=serial) for serial in (310, 311))
    await case.feed_back(good)
    await case.receive(Result.FEEDBACK_CONFIRMED)
    await case.feed_back(bad)
    await case.receive(Result.FEEDBACK_REFUSED)
    assert [each.number for each in case.row.declarations] == [good]
    assert case.row.state is State.COMPLETED
    assert set(claimed(harness)) == {good}


async def test_a_refusal_that_may_mean_two_feedbacks_is_left_to_a_person(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    first, second = (matching(harness, case.row, serial=serial) for serial in (315, 316))
    await case.feed_back(first)
    await case.feed_back(second)
    answer = await case.receive(Result.FEEDBACK_REFUSED, receipt_id="unclear")
    assert (answer.disposition, answer.reason) == (Disposition.PARKED, "ambiguous")
    with refused("field.required"):
        await case.record(Result.FEEDBACK_REFUSED, receipt_id="unclear")
    await case.record(Result.FEEDBACK_REFUSED, first, receipt_id="unclear")
    assert [each.number for each in case.row.declarations] == [second]
    assert set(claimed(harness)) == {second}
    assert news(harness, case)[-1] is Action.REVERSED
    with refused("state.not_permitted"):
        await case.record(Result.FEEDBACK_REFUSED, second, receipt_id="unclear")
    assert agrees(harness)


async def test_refused_after_the_deadline_nothing_was_ever_fed_back(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    number = matching(harness, case.row, serial=320)
    await case.feed_back(number)
    await case.receive(Result.FEEDBACK_REFUSED, received_at=feedback_by(case) + SECOND)
    row = case.row
    assert (row.state, row.declarations) == (State.COMPLETED_WITHOUT_FEEDBACK, ())
    assert set(row.attention) == {Attention.OVERDUE, Attention.FEEDBACK_REFUSED}
    await case.explain()
    await case.receive(Result.EXPLANATION_ACCEPTED)
    assert case.row.state is State.RELEASED
    assert agrees(harness)


async def test_a_late_mismatch_frees_the_number_and_asks_for_attention(harness: Harness) -> None:
    first, second = await two(harness)
    number = matching(harness, first.row, serial=325, applicant="3122260009")
    harness.office.down = True
    await first.feed_back(number)
    assert claimed(harness) == {number: first.number}
    harness.office.down = False
    row = await first.becomes(lambda each: not each.declarations)
    assert row.attention == (Attention.NUMBER_MISMATCHED,)
    assert news(harness, first)[-1] is Action.RECHECKED
    matching(harness, first.row, serial=325)  # customs has put it right since
    assert [each.number for each in (await second.feed_back(number)).accepted] == [number]
    assert agrees(harness)


async def test_of_twelve_that_want_the_refused_number_at_once_one_gets_it(harness: Harness) -> None:
    holder = await (await harness.case()).approved()
    number = matching(harness, holder.row, serial=330)
    await holder.feed_back(number)
    others = await asyncio.gather(*(_approved(harness) for _ in range(6)))

    async def insist(case: Case) -> bool:
        """Feeds back until somebody has it."""
        while claimed(harness).get(number) in {None, holder.number}:
            if (await case.feed_back(number)).accepted:
                return True
        return False

    wanting = asyncio.gather(*(insist(case) for case in others))
    await holder.receive(Result.FEEDBACK_REFUSED)
    got = await wanting
    assert got.count(True) == 1
    winner = others[got.index(True)]
    assert claimed(harness) == {number: winner.number}
    assert [case.number for case in others if case.row.declarations] == [winner.number]
    assert holder.row.declarations == ()
    assert agrees(harness)


async def _approved(harness: Harness) -> Case:
    return await (await harness.case()).approved()


class Slow:
    """A look-up that breaks for the quick attempts and answers the durable one only when the test says so."""

    def __init__(self, harness: Harness) -> None:
        self.asked, self.answer = threading.Event(), threading.Event()
        self._breaks = policies.QUICK_RETRY.maximum_attempts
        self._look_up = harness.office.look_up

    def look_up(self, numbers: Sequence[str]) -> Mapping[str, DeclarationRecord | NotFound]:
        if self._breaks:
            self._breaks -= 1
            raise RuntimeError("the look-up breaks for the test")
        self.asked.set()
        assert self.answer.wait(60)
        return self._look_up(numbers)


async def test_what_was_claimed_for_a_feedback_that_is_refused_after_all_is_free(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await two(harness)
    number, slow = matching(harness, first.row, serial=335), Slow(harness)
    monkeypatch.setattr(harness.office, "look_up", slow.look_up)
    version = first.row.version
    feeding = asyncio.create_task(first.feed_back(number, expected_version=version))
    await until(slow.asked.is_set)
    # The port changes its hours while customs is being asked: the version that was meant is no longer the newest.
    await first.hours(1, conflict=True)
    slow.answer.set()
    with refused("version.stale"):
        await feeding
    assert claimed(harness) == {}
    assert [each.number for each in (await second.feed_back(number)).accepted] == [number]
    assert agrees(harness)


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.COMPLETED, State.COMPLETED_WITHOUT_FEEDBACK])
async def test_an_approval_that_is_withdrawn_returns_the_application_once_it_is_recorded(
    harness: Harness, state: State
) -> None:
    case = await (await harness.case()).approved()
    number = matching(harness, case.row, serial=340)
    if state is State.COMPLETED:
        await case.feed_back(number)
    if state is State.COMPLETED_WITHOUT_FEEDBACK:
        await case.forward_to(feedback_by(case) + SECOND)
        await case.reaches(state)
    parked = await case.receive(Result.RETURNED, note="误批", receipt_id="withdrawn")
    assert (parked.disposition, parked.reason) == (Disposition.PARKED, "contradiction")
    assert case.row.state is state, "nothing happens by itself"

    await case.record(Result.RETURNED, note="误批", receipt_id="withdrawn")
    row = case.row
    assert (row.state, row.return_reason) == (State.RETURNED, "误批")
    assert row.standing.cancellation is Cancellation.CLOSED
    assert Attention.REVERSED in row.attention
    assert news(harness, case)[-1] is Action.REVERSED
    assert claimed(harness) == {}
    assert await case.handle.result() == State.RETURNED
    assert agrees(harness)


async def test_an_explanation_accepted_after_all_lifts_the_breach(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    await case.explain()
    await case.receive(Result.EXPLANATION_REFUSED)
    assert (await case.receive(Result.EXPLANATION_ACCEPTED)).disposition is Disposition.PARKED
    await case.forward_to(feedback_by(case) + SECOND)
    await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)
    await case.record(Result.EXPLANATION_ACCEPTED)
    assert case.row.state is State.RELEASED
    assert await case.handle.result() == State.RELEASED


async def test_another_contradiction_is_recorded_and_moves_nothing(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    await case.record(Result.CANCEL_CONFIRMED)
    row = case.row
    assert (row.state, row.attention) == (State.SUCCEEDED, (Attention.REVERSED,))
    assert news(harness, case)[-1] is Action.REVERSED


async def test_what_contradicts_nothing_is_not_recorded_and_leaves_nothing(harness: Harness) -> None:
    case = await harness.case()
    await case.submit()
    with refused("state.not_permitted"):
        await case.record(Result.RETURNED)
    assert harness.timeline(case.number) == [Action.CREATED, Action.SUBMITTED]
