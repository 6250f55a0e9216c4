"""The main line of the manual, played through."""

from datetime import timedelta

import pytest

from domain.appointment import Content, ExplanationStatus, Outcome, State
from domain.receipt import Disposition, Result
from tests.workflows.builders import CONSIGNEE, content, window_start
from tests.workflows.declared import matching, number
from tests.workflows.harness import ENTERPRISE, Harness
from tests.workflows.refusal import refused
from workflows.contracts import Command

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_from_draft_to_completed_within_the_history_budget(harness: Harness) -> None:
    case = await harness.case(Content(consignee_code=CONSIGNEE))
    await case.save(content(reason=None))
    await case.save(content())
    await case.submit()
    await case.receive(Result.ACCEPTED)
    await case.receive(Result.APPROVED, application_no="223320260000000001")
    assert case.row.application_no == "223320260000000001"
    wanted = matching(harness, case.row, serial=1)
    await case.feed_back(wanted)
    await case.receive(Result.FEEDBACK_CONFIRMED)
    row = case.row
    assert row.state is State.COMPLETED
    assert [(each.number, each.outcome) for each in row.declarations] == [(wanted, Outcome.MATCHED)]
    assert harness.office.types() == ["APPOINTMENT_APPLY", "APPOINTMENT_FEEDBACK"]
    events = (await case.history()).events
    assert len(events) <= 90
    assert not [event for event in events if event.marker_recorded_event_attributes.marker_name == "core_patch"]


async def test_customs_may_approve_directly(harness: Harness) -> None:
    case = await harness.case()
    await case.submit()
    await case.receive(Result.APPROVED)
    assert case.row.state is State.SUCCEEDED
    late = await case.receive(Result.ACCEPTED)
    assert late.disposition is Disposition.IGNORED
    assert case.row.state is State.SUCCEEDED


async def test_returned_is_final_and_keeps_the_reason(harness: Harness) -> None:
    case = await harness.case()
    await case.submit()
    await case.receive(Result.RETURNED, note="材料不全")
    assert case.row.state is State.RETURNED
    assert case.row.return_reason == "材料不全"
    assert await case.handle.result() == State.RETURNED


async def test_a_deleted_draft_leaves_number_and_nothing_else(harness: Harness) -> None:
    case = await harness.case()
    await case.delete()
    assert await case.handle.result() == State.DELETED


async def test_a_draft_only_is_deleted(harness: Harness) -> None:
    case = await harness.case()
    await case.submit()
    with refused("state.not_permitted") as refusal:
        await case.delete()
    assert refusal.state == State.SUBMITTED


async def test_an_incomplete_draft_is_refused_with_all_faults_and_stays(harness: Harness) -> None:
    case = await harness.case(Content())
    with refused("field.required") as refusal:
        await case.submit()
    assert refusal.code == "validation.failed"
    assert len(refusal.faults) >= 10
    assert case.row.state is State.DRAFT
    assert case.row.version == 1


async def test_a_draft_and_its_submit_in_one_call_are_two_events_in_one_transaction(harness: Harness) -> None:
    case = await harness.declared()
    assert harness.timeline(case.number) == ["created", "submitted"]
    history = await case.history()
    local = [event for event in history.events if event.HasField("marker_recorded_event_attributes")]
    assert len(local) == 2, "one assessment, one projection"


async def test_a_submit_that_came_with_its_draft_submits_no_other_draft(harness: Harness) -> None:
    case = await harness.case(key="own")
    at = await case.now()
    other = Command(key="other", body_hash="draft", received_at=at, actor=ENTERPRISE)
    changed = Command(key="own", body_hash="changed", received_at=at, actor=ENTERPRISE)
    with refused("number.taken"):
        await case.submit(created=other)
    with refused("idempotency.conflict"):
        await case.submit(created=changed)
    assert case.row.version == 1
    await case.submit(created=changed.model_copy(update={"body_hash": "draft"}))
    assert case.row.state is State.SUBMITTED


async def test_a_stale_version_is_refused(harness: Harness) -> None:
    case = await harness.case()
    await case.save(content(contact_name="李四"), expected_version=1)
    with refused("version.stale"):
        await case.save(content(), expected_version=1)


async def test_each_number_is_judged_by_itself(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    good = matching(harness, case.row, serial=2)
    wrong = matching(harness, case.row, serial=3, consignee="3122260004")
    answer = await case.feed_back(good, wrong, number(case.row, serial=4), "123")
    assert [each.number for each in answer.accepted] == [good]
    assert [(each.number, each.faults[0].code) for each in answer.refused] == [
        (wrong, "declaration.mismatch"),
        (number(case.row, serial=4), "declaration.not_found"),
        ("123", "declaration.invalid"),
    ]
    assert case.row.state is State.COMPLETED


async def test_a_number_is_used_once_across_appointments(harness: Harness) -> None:
    first = await (await harness.case()).approved()
    second = await (await harness.case()).approved()
    shared = matching(harness, first.row, serial=5)
    await first.feed_back(shared)
    answer = await second.feed_back(shared)
    assert [each.faults[0].code for each in answer.refused] == ["declaration.used"]
    assert second.row.state is State.SUCCEEDED


async def test_at_most_fifty_numbers_in_all(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    numbers = [matching(harness, case.row, serial=100 + each) for each in range(51)]
    with refused("feedback.too_many"):
        await case.feed_back(*numbers)
    assert case.row.state is State.SUCCEEDED
    await case.feed_back(*numbers[:50])
    with refused("feedback.too_many"):
        await case.feed_back(numbers[50])


async def test_a_number_taken_while_the_look_up_is_down_is_judged_when_it_is_back(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    wanted = matching(harness, case.row, serial=6)
    harness.office.down = True
    answer = await case.feed_back(wanted)
    assert [each.outcome for each in answer.accepted] == [Outcome.UNVERIFIED]
    assert case.row.state is State.SUCCEEDED
    harness.office.down = False
    await case.forward_to(await case.now() + timedelta(minutes=5))
    row = await case.reaches(State.COMPLETED)
    assert [each.outcome for each in row.declarations] == [Outcome.MATCHED]


async def test_a_number_handed_in_while_customs_is_asked_about_another_is_not_lost(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    first, second = (matching(harness, case.row, serial=serial) for serial in (30, 31))
    harness.office.down = True
    await case.feed_back(first)
    await case.feed_back(second)
    harness.office.down = False
    row = await case.becomes(lambda row: [each.outcome for each in row.declarations] == [Outcome.MATCHED] * 2)
    assert [each.number for each in row.declarations] == [first, second]
    assert row.state is State.COMPLETED


async def test_an_explanation_accepted_in_time_prevents_the_breach(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    await case.explain()
    await case.receive(Result.EXPLANATION_ACCEPTED)
    assert case.row.state is State.RELEASED
    assert await case.handle.result() == State.RELEASED


async def test_a_refused_explanation_leaves_the_breach_to_an_officer(harness: Harness) -> None:
    case = await (await harness.case()).approved()
    await case.explain()
    await case.receive(Result.EXPLANATION_REFUSED, note="说明不充分")
    assert case.row.explanation is not None
    assert case.row.explanation.refusal_reason == "说明不充分"
    await case.forward_to(window_start() + timedelta(days=7))
    await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)
    with refused("explanation.already_sent"):
        await case.explain()
    await case.release()
    row = case.row
    assert row.state is State.RELEASED
    assert row.standing.explanation is ExplanationStatus.REFUSED
