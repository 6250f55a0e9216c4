"""Messages outside the page: for which event, when they leave, and in which words."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from domain.appointment import Content, Deadlines, Standing, State
from domain.event import Action
from domain.instants import SHANGHAI
from domain.notifications import CODES
from domain.notifications.channels import INVITATION, TEST, ChannelType, Topic, event_codes, offered, topic_of
from domain.notifications.messages import TITLES, MessageSubject, compose, reminder_facts
from domain.notifications.reminders import LEADS, Deadline, begun
from domain.notifications.timing import LATE_AFTER, MessageTimes, is_late, pause_after, planned
from domain.notifications.troubles import Trouble, explain_trouble
from domain.problems.kinds import Fault
from tests.integration.db.stories import BROKER, IMPORTER, NOON, NUMBER, appointment, event

HOUR = timedelta(hours=1)


def clock(text: str) -> datetime:
    """An instant of 2026-11-30 in Shanghai."""
    return datetime.combine(datetime(2026, 11, 30).date(), time.fromisoformat(text), SHANGHAI)  # noqa: DTZ001


NIGHT = MessageTimes(quiet_from=time(22), quiet_until=time(7))
LUNCH = MessageTimes(quiet_from=time(12), quiet_until=time(13, 30))
DAILY = MessageTimes(digest_at=time(18))


@pytest.mark.parametrize(
    ("due", "times", "leaves", "held"),
    [
        ("10:00", MessageTimes(), clock("10:00"), False),
        ("21:59", NIGHT, clock("21:59"), False),
        ("22:00", NIGHT, clock("07:00") + 24 * HOUR, True),
        ("03:00", NIGHT, clock("07:00"), True),
        ("07:00", NIGHT, clock("07:00"), False),
        ("12:30", LUNCH, clock("13:30"), True),
        ("17:00", DAILY, clock("18:00"), True),
        ("18:01", DAILY, clock("18:00") + 24 * HOUR, True),
        ("17:00", MessageTimes(quiet_from=time(17, 30), quiet_until=time(8), digest_at=time(18)), None, True),
    ],
)
def test_a_message_waits_for_the_end_of_the_quiet_hours_and_for_the_digest(
    due: str, times: MessageTimes, leaves: datetime | None, held: bool
) -> None:
    assert planned(clock(due), times) == (leaves or clock("08:00") + 24 * HOUR, held)


def test_what_would_be_pointless_after_the_quiet_hours_leaves_at_once() -> None:
    assert planned(clock("23:00"), NIGHT, expires_at=clock("06:59") + 24 * HOUR) == (clock("23:00"), False)
    assert planned(clock("23:00"), NIGHT, expires_at=clock("07:01") + 24 * HOUR).held
    assert planned(clock("19:00"), DAILY, expires_at=clock("17:00") + 24 * HOUR) == (clock("19:00"), False)


def test_a_message_is_late_by_the_time_at_which_it_should_have_left() -> None:
    assert not is_late(NOON, NOON + LATE_AFTER)
    assert is_late(NOON, NOON + LATE_AFTER + timedelta(seconds=1))
    pauses = [pause_after(attempts) for attempts in range(1, 9)]
    assert pauses == sorted(pauses)
    assert pauses[-1] <= timedelta(minutes=1), "soon after the server is back"


def test_reminders_of_feedback_begin_three_days_one_day_and_three_hours_before_and_never_after() -> None:
    by = NOON + timedelta(days=9)
    approved = appointment(state=State.SUCCEEDED, deadlines=Deadlines(feedback_by=by), content=_content(None))
    leads = [timedelta(days=3), timedelta(days=1), 3 * HOUR]
    assert list(LEADS[Deadline.FEEDBACK]) == leads
    for lead in leads:
        (step,) = begun(approved, by - lead)
        assert (step.due, step.at, step.lead) == (Deadline.FEEDBACK, by, lead)
    assert list(begun(approved, by - timedelta(days=3, seconds=1))) == []
    assert list(begun(approved, by)) == []
    fed_back = approved.model_copy(update={"standing": Standing(state=State.COMPLETED)})
    assert list(begun(fed_back, by - HOUR)) == []


def test_a_draft_is_reminded_of_its_cut_off_and_an_approved_window_of_its_beginning() -> None:
    by, start = NOON + 40 * HOUR, NOON + 50 * HOUR
    draft = appointment(deadlines=Deadlines(submit_by=by), content=_content(start))
    assert [(step.due, step.lead) for step in begun(draft, by - 2 * HOUR)] == [(Deadline.CUTOFF, 3 * HOUR)]
    booked = appointment(state=State.SUCCEEDED, content=_content(start))
    assert [step.due for step in begun(booked, start - 20 * HOUR)] == [Deadline.WINDOW]
    assert list(begun(appointment(state=State.CANCELLED, content=_content(start)), start - HOUR)) == []


def _content(start: datetime | None) -> Content:
    return appointment().content.model_copy(update={"window_start": start})


def test_every_change_of_state_is_told_to_those_it_concerns() -> None:
    def told(state: State, action: Action, before: State, **changes: Any) -> dict[str, tuple[str, ...]]:
        return event_codes(event(appointment(version=3, state=state, **changes), action, before))

    applicant, both = (BROKER,), (BROKER, IMPORTER)
    assert told(State.SUBMITTED, Action.SUBMITTED, State.DRAFT) == {"submitted": applicant}
    assert told(State.ACCEPTED, Action.ACCEPTED, State.SUBMITTED) == {"accepted": applicant}
    assert told(State.RETURNED, Action.RETURNED, State.ACCEPTED) == {"returned": both}
    assert told(State.COMPLETED, Action.FED_BACK, State.SUCCEEDED) == {"completed": both}
    assert told(State.COMPLETED, Action.FED_BACK, State.COMPLETED) == {}
    assert told(State.DRAFT, Action.SAVED, State.DRAFT) == {}
    decided: dict[str, Any] = {"approved_at": NOON}
    assert told(State.SUCCEEDED, Action.APPROVED, State.ACCEPTED, **decided) == {"approved": both, INVITATION: both}
    assert told(State.CANCELLED, Action.CANCELLED, State.SUCCEEDED, **decided) == {"cancelled": both, INVITATION: both}
    assert told(State.CANCELLED, Action.CANCELLED, State.ACCEPTED) == {"cancelled": both}
    assert told(State.CANCELLED, Action.CANCEL_CONFIRMED, State.CANCELLED, **decided) == {}
    assert INVITATION in told(State.SUCCEEDED, Action.HOURS_CHANGED, State.SUCCEEDED, **decided)


def test_every_kind_has_a_title_a_topic_and_words_in_both_languages() -> None:
    own = {"submitted", "accepted", "cancelled", "completed", "window_near", INVITATION, TEST}
    assert set(TITLES) == set(CODES) | own
    for code in TITLES:
        notice = MessageSubject(fault=Fault(code=code, facts=reminder_facts(NOON)), appointment=appointment())
        for language in ("zh", "en"):
            assert "{" not in "".join(compose([notice], language))
    assert topic_of("overdue") is Topic.TROUBLE
    assert topic_of("approved") is Topic.PROGRESS
    assert {topic_of(code) for code in TITLES} == set(Topic)
    assert Topic.INVITATION not in offered(ChannelType.WECOM)
    for trouble in Trouble:
        assert explain_trouble(trouble, "zh") != explain_trouble(trouble, "en")


def test_a_subject_has_the_number_and_nothing_of_anybody() -> None:
    notice = MessageSubject(fault=Fault(code="returned", facts={}), appointment=appointment(), late_since=NOON)
    message = compose([notice], "zh", link="https://yuyue.example")
    assert message.subject == f"预约通关 退单 {NUMBER}"
    assert "（迟发，应于 2026-11-24 12:00 发出）" in message.text
    assert "海关退单。" in message.text
    assert message.text.endswith("详情：https://yuyue.example")
    both = compose([notice, notice], "en")
    assert both.subject == "Customs appointment 2 messages"
    for text in (*message, *both):
        assert "企业" not in text
        assert "sealed:" not in text
