"""Events that are written without a workflow."""

from datetime import UTC, datetime

from domain.actor import Actor, ActorKind
from domain.appointment import Appointment, Party, State
from domain.event import Action, Event
from tests.integration.api.api_stack import CODES


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
