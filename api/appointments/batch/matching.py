"""批量反馈 (feedback of many numbers): finds the open appointments that declaration numbers belong to."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api.bodies import Body, Code
from api.context import CallerDep, Context, ContextDep
from api.views import Error, Shown, View, errors, party
from customs.channels import Unavailable
from db import queries
from domain.appointment import Appointment
from domain.declarations import LookUp
from domain.matching import Match, match
from domain.problems.kinds import Language
from runtime.credentials.customs import customs_client
from runtime.customs_channel import channel

MAX_NUMBERS = 200
#: A user waits for the answer; without customs, the match uses the number alone.
LOOK_UP_SECONDS = 3
_EIGHTEEN = 18

router = APIRouter(prefix="/api/v1/appointments", tags=["appointments"])


class NumberBody(Body):
    """Declaration number; ``belongs_to`` is the pre-entry or application number given with it."""

    declaration_number: Code
    belongs_to: Code | None = None


class NumbersBody(Body):
    """Declaration numbers, at most 200."""

    items: Annotated[list[NumberBody], Field(min_length=1, max_length=MAX_NUMBERS)]


class CandidateView(View):
    """Appointment that the number may belong to."""

    pre_entry_no: str
    version: int
    application_no: str | None
    consignee_name: str | None
    window_start: Shown | None
    feedback_by: Shown | None
    goods: list[str]


class MatchView(View):
    """Match of a number; ``verified``: customs knows the declaration. With several candidates the user chooses."""

    declaration_number: str
    verified: bool
    candidates: list[CandidateView]
    errors: list[Error]


class MatchesView(View):
    """Matches in the order of the request, each number once."""

    items: list[MatchView]


@router.post("/match-declarations")
async def match_declarations(ctx: ContextDep, caller: CallerDep, body: NumbersBody) -> MatchesView:
    """Returns each number with the appointments to which it may be fed back. Changes nothing."""
    now, since = caller.received_at, caller.received_at - ctx.policy.feedback.period - timedelta(days=2)
    open_ = await ctx.read(lambda session: queries.open_for_feedback(session, caller.code, now=now, since=since))
    wanted = dict(_pair(each, _own_numbers(open_)) for each in body.items)
    answers = await run_in_threadpool(_looked_up, ctx, list(wanted)) if open_ else {}
    found = [match(number, answers, open_, belongs_to) for number, belongs_to in wanted.items()]
    return MatchesView(items=[_view(each, caller.language) for each in found])


def _own_numbers(appointments: Sequence[Appointment]) -> frozenset[str | None]:
    return frozenset(number for each in appointments for number in (each.pre_entry_no, each.application_no))


def _pair(given: NumberBody, own: frozenset[str | None]) -> tuple[str, str | None]:
    """Returns the declaration number and the number it belongs to, also if the list has them in the other order."""
    number, belongs_to = given.declaration_number, given.belongs_to
    is_swapped = belongs_to is not None and number in own and belongs_to not in own
    return (belongs_to or "", number) if is_swapped else (number, belongs_to)


def _looked_up(ctx: Context, numbers: Sequence[str]) -> dict[str, LookUp]:
    """Returns the answers of customs, an empty dict while customs cannot be asked. Blocks."""
    sound = [number for number in numbers if len(number) == _EIGHTEEN and number.isdecimal()]
    if not sound:
        return {}
    try:
        with customs_client(ctx.settings, trust_env=False) as http:
            return dict(channel(ctx.settings, http, look_up_seconds=LOOK_UP_SECONDS).look_up(sound))
    except Unavailable:
        return {}


def _view(found: Match, language: Language) -> MatchView:
    return MatchView(
        declaration_number=found.number,
        verified=found.verified,
        candidates=[_candidate(each) for each in found.candidates],
        errors=errors(found.faults, language),
    )


def _candidate(appointment: Appointment) -> CandidateView:
    content = appointment.content
    return CandidateView(
        pre_entry_no=appointment.pre_entry_no,
        version=appointment.version,
        application_no=appointment.application_no,
        consignee_name=party(appointment.consignee).name if appointment.consignee else None,
        window_start=content.window_start,
        feedback_by=appointment.deadlines.feedback_by,
        goods=[line.name or "" for line in content.goods[:3]],
    )
