"""Events that are written without a workflow."""

from datetime import UTC, datetime, timedelta

from domain.actor import Actor, ActorKind
from domain.appointment import Appointment, Party, Standing, State
from domain.event import Action, Event
from tests.integration.api.api_stack import CODES

SUBMITTED = Standing(state=State.SUBMITTED)


def event(number: str) -> Event:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    applicant = Party(code=CODES["general"], name="示例")
    return Event(
        version=1,
        at=at,
        actor=Actor(kind=ActorKind.ENTERPRISE, id=applicant.code),
        action=Action.CREATED,
        before=None,
        after=State.DRAFT,
        appointment=Appointment(
            pre_entry_no=number, version=1, applicant=applicant, created_at=at, updated_at=at, policy_version="p"
        ),
        run_id="run",
    )


def lost(shown: Appointment, standing: Standing = SUBMITTED) -> Event:
    """A version that was recorded and never became durable."""
    at = shown.updated_at + timedelta(microseconds=1)
    changes = {"version": shown.version + 1, "updated_at": at, "standing": standing}
    after = shown.model_copy(update=changes)
    return Event(
        version=after.version,
        at=at,
        actor=Actor(kind=ActorKind.ENTERPRISE, id=CODES["general"]),
        action=Action.SUBMITTED,
        before=shown.state,
        after=after.state,
        appointment=after,
        command_key="lost",
        command_hash="lost",
        run_id="lost",
    )
