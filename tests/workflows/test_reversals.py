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
from tests.workflows.bench import Bench, Case
from tests.workflows.declared import matching
from tests.workflows.refusal import refused
from tests.workflows.test_deadlines import feedback_by
from tests.workflows.world import APPLICANT
from workflows import policies

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECOND = timedelta(seconds=1)


def claimed(bench: Bench) -> dict[str, str]:
    """number → the appointment that uses it."""
    table = ClaimRow.table()
    with reading(bench.engine) as session:
        return {row.number: row.pre_entry_no for row in session.execute(sa.select(table))}


def agrees(bench: Bench) -> bool:
    """Whether events, rows and claims agree, before and after all is made from the events again."""
    before, found = claimed(bench), list(verify(bench.engine))
    rebuild(bench.engine)
    return not found and claimed(bench) == before and not list(verify(bench.engine))


def news(bench: Bench, case: Case) -> list[Action]:
    """What the applicant is told of, oldest first."""
    with reading(bench.engine) as session:
        reader = Reader("somebody", APPLICANT, case.row.created_at - timedelta(days=1))
        told = notifications(session, reader, before=None, limit=100)
    return [each.action for each in reversed(told) if each.pre_entry_no == case.number]


async def two(bench: Bench) -> tuple[Case, Case]:
    """Two approved appointments of the same parties, so that one declaration fits both."""
    return await (await bench.case()).approved(), await (await bench.case()).approved()


async def test_a_number_that_customs_refuses_is_free_for_every_appointment(bench: Bench) -> None:
    first, second = await two(bench)
    number = matching(bench, first.row, serial=301)
    await first.feed_back(number)
    assert [each.faults[0].code for each in (await second.feed_back(number)).refused] == ["declaration.used"]
    await first.receive(Result.FEEDBACK_REFUSED, note="查无此单")

    row = first.row
    assert (row.state, row.declarations) == (State.SUCCEEDED, ())
    assert Attention.FEEDBACK_REFUSED in row.attention
    assert news(bench, first)[-1] is Action.FEEDBACK_REFUSED
    taken = await second.feed_back(number)
    assert [each.number for each in taken.accepted] == [number]
    assert claimed(bench) == {number: second.number}
    assert agrees(bench)

    await second.forward_to(feedback_by(second) + SECOND)
    assert await second.handle.result() == State.COMPLETED, "it does not fall overdue"
    await first.forward_to(feedback_by(first) + SECOND)
    await first.reaches(State.COMPLETED_WITHOUT_FEEDBACK)


async def test_the_one_that_was_refused_may_feed_back_the_right_number_or_the_same_again(bench: Bench) -> None:
    case = await (await bench.case()).approved()
    wrong, right = (matching(bench, case.row, serial=serial) for serial in (305, 306))
    await case.feed_back(wrong)
    await case.receive(Result.FEEDBACK_REFUSED)
    await case.feed_back(right, wrong)
    assert case.row.state is State.COMPLETED
    assert set(claimed(bench)) == {right, wrong}
    assert agrees(bench)


async def test_of_two_feedbacks_only_the_refused_one_is_taken_back(bench: Bench) -> None:
    case = await (await bench.case()).approved()
    good, bad = (matching(bench, case.row, serial=serial) for serial in (310, 311))
    await case.feed_back(good)
    await case.receive(Result.FEEDBACK_CONFIRMED)
    await case.feed_back(bad)
    await case.receive(Result.FEEDBACK_REFUSED)
    assert [each.number for each in case.row.declarations] == [good]
    assert case.row.state is State.COMPLETED
    assert set(claimed(bench)) == {good}


async def test_a_refusal_that_may_mean_two_feedbacks_is_left_to_a_person(bench: Bench) -> None:
    case = await (await bench.case()).approved()
    first, second = (matching(bench, case.row, serial=serial) for serial in (315, 316))
    await case.feed_back(first)
    await case.feed_back(second)
    answer = await case.receive(Result.FEEDBACK_REFUSED, receipt_id="unclear")
    assert (answer.disposition, answer.reason) == (Disposition.PARKED, "ambiguous")
    with refused("field.required"):
        await case.record(Result.FEEDBACK_REFUSED, receipt_id="unclear")
    await case.record(Result.FEEDBACK_REFUSED, first, receipt_id="unclear")
    assert [each.number for each in case.row.declarations] == [second]
    assert set(claimed(bench)) == {second}
    assert news(bench, case)[-1] is Action.REVERSED
    with refused("state.not_permitted"):
        await case.record(Result.FEEDBACK_REFUSED, second, receipt_id="unclear")
    assert agrees(bench)


async def test_refused_after_the_deadline_nothing_was_ever_fed_back(bench: Bench) -> None:
    case = await (await bench.case()).approved()
    number = matching(bench, case.row, serial=320)
    await case.feed_back(number)
    await case.receive(Result.FEEDBACK_REFUSED, received_at=feedback_by(case) + SECOND)
    row = case.row
    assert (row.state, row.declarations) == (State.COMPLETED_WITHOUT_FEEDBACK, ())
    assert set(row.attention) == {Attention.OVERDUE, Attention.FEEDBACK_REFUSED}
    await case.explain()
    await case.receive(Result.EXPLANATION_ACCEPTED)
    assert case.row.state is State.RELEASED
    assert agrees(bench)


async def test_a_late_mismatch_frees_the_number_and_asks_for_attention(bench: Bench) -> None:
    first, second = await two(bench)
    number = matching(bench, first.row, serial=325, applicant="3122260009")
    bench.office.down = True
    await first.feed_back(number)
    assert claimed(bench) == {number: first.number}
    bench.office.down = False
    row = await first.becomes(lambda each: not each.declarations)
    assert row.attention == (Attention.NUMBER_MISMATCHED,)
    assert news(bench, first)[-1] is Action.RECHECKED
    matching(bench, first.row, serial=325)  # customs has put it right since
    assert [each.number for each in (await second.feed_back(number)).accepted] == [number]
    assert agrees(bench)


async def test_of_twelve_that_want_the_refused_number_at_once_one_gets_it(bench: Bench) -> None:
    holder = await (await bench.case()).approved()
    number = matching(bench, holder.row, serial=330)
    await holder.feed_back(number)
    others = await asyncio.gather(*(_approved(bench) for _ in range(6)))

    async def insist(case: Case) -> bool:
        """Feeds back until somebody has it."""
        while claimed(bench).get(number) in {None, holder.number}:
            if (await case.feed_back(number)).accepted:
                return True
        return False

    wanting = asyncio.gather(*(insist(case) for case in others))
    await holder.receive(Result.FEEDBACK_REFUSED)
    got = await wanting
    assert got.count(True) == 1
    winner = others[got.index(True)]
    assert claimed(bench) == {number: winner.number}
    assert [case.number for case in others if case.row.declarations] == [winner.number]
    assert holder.row.declarations == ()
    assert agrees(bench)


async def _approved(bench: Bench) -> Case:
    return await (await bench.case()).approved()


class Slow:
    """A look-up that breaks for the quick attempts and answers the durable one only when the test says so."""

    def __init__(self, bench: Bench) -> None:
        self.asked, self.answer = threading.Event(), threading.Event()
        self._breaks = policies.QUICK_RETRY.maximum_attempts
        self._look_up = bench.office.look_up

    def look_up(self, numbers: Sequence[str]) -> Mapping[str, DeclarationRecord | NotFound]:
        if self._breaks:
            self._breaks -= 1
            raise RuntimeError("the look-up breaks for the test")
        self.asked.set()
        assert self.answer.wait(5)
        return self._look_up(numbers)


async def test_what_was_claimed_for_a_feedback_that_is_refused_after_all_is_free(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await two(bench)
    number, slow = matching(bench, first.row, serial=335), Slow(bench)
    monkeypatch.setattr(bench.office, "look_up", slow.look_up)
    version = first.row.version
    feeding = asyncio.create_task(first.feed_back(number, expected_version=version))
    await until(slow.asked.is_set)
    # The port changes its hours while customs is being asked: the version that was meant is no longer the newest.
    await first.hours(1, conflict=True)
    slow.answer.set()
    with refused("version.stale"):
        await feeding
    assert claimed(bench) == {}
    assert [each.number for each in (await second.feed_back(number)).accepted] == [number]
    assert agrees(bench)


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.COMPLETED, State.COMPLETED_WITHOUT_FEEDBACK])
async def test_an_approval_that_is_withdrawn_returns_the_application_once_it_is_recorded(
    bench: Bench, state: State
) -> None:
    case = await (await bench.case()).approved()
    number = matching(bench, case.row, serial=340)
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
    assert news(bench, case)[-1] is Action.REVERSED
    assert claimed(bench) == {}
    assert await case.handle.result() == State.RETURNED
    assert agrees(bench)


async def test_an_explanation_accepted_after_all_lifts_the_breach(bench: Bench) -> None:
    case = await (await bench.case()).approved()
    await case.explain()
    await case.receive(Result.EXPLANATION_REFUSED)
    assert (await case.receive(Result.EXPLANATION_ACCEPTED)).disposition is Disposition.PARKED
    await case.forward_to(feedback_by(case) + SECOND)
    await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)
    await case.record(Result.EXPLANATION_ACCEPTED)
    assert case.row.state is State.RELEASED
    assert await case.handle.result() == State.RELEASED


async def test_another_contradiction_is_recorded_and_moves_nothing(bench: Bench) -> None:
    case = await (await bench.case()).approved()
    await case.record(Result.CANCEL_CONFIRMED)
    row = case.row
    assert (row.state, row.attention) == (State.SUCCEEDED, (Attention.REVERSED,))
    assert news(bench, case)[-1] is Action.REVERSED


async def test_what_contradicts_nothing_is_not_recorded_and_leaves_nothing(bench: Bench) -> None:
    case = await bench.case()
    await case.submit()
    with refused("state.not_permitted"):
        await case.record(Result.RETURNED)
    assert bench.timeline(case.number) == [Action.CREATED, Action.SUBMITTED]
