"""Declarations that customs knows of an appointment, offered for its feedback: a person confirms them."""

from datetime import date, datetime

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from api.appointments.access import require_visible
from api.context import CallerDep, Context, ContextDep
from api.views import View
from customs.channels import Unavailable
from db import known_declarations
from domain.appointment import OPEN_FOR_FEEDBACK, Appointment
from domain.known_declarations import offered, search_for
from identity.authorization import Right
from runtime.customs_channel import channel, customs_client
from runtime.dispatch.declaration_search import day_of

#: A form waits for the answer.
SEARCH_SECONDS = 3

router = APIRouter(prefix="/api/v1/appointments/{pre_entry_no}", tags=["appointments"])


class KnownDeclarationView(View):
    """报关单 (declaration) that customs knows, and that would be accepted as feedback now."""

    number: str
    declared_on: date


class KnownDeclarations(View):
    """Declarations to offer, the newest first.

    ``asked``: customs has answered just now; otherwise they are those of the last search.
    """

    items: list[KnownDeclarationView]
    asked: bool


@router.get("/known-declarations")
async def list_known_declarations(ctx: ContextDep, caller: CallerDep, pre_entry_no: str) -> KnownDeclarations:
    """Returns the declarations that customs knows and nobody has fed back; feeds back nothing by itself."""
    appointment = await ctx.read(lambda session: require_visible(session, pre_entry_no, caller, Right.DECLARE))
    feedback_by = appointment.deadlines.feedback_by
    if appointment.state not in OPEN_FOR_FEEDBACK or feedback_by is None or feedback_by <= caller.received_at:
        return KnownDeclarations(items=[], asked=False)
    found = await run_in_threadpool(_found, ctx, appointment, caller.received_at)
    days = found if found is not None else await _known(ctx, appointment)
    used = await ctx.read(lambda session: known_declarations.used(session, list(days)))
    unused = sorted(((day, number) for number, day in days.items() if number not in used), reverse=True)
    items = [KnownDeclarationView(number=number, declared_on=day) for day, number in unused]
    return KnownDeclarations(items=items, asked=found is not None)


def _found(ctx: Context, appointment: Appointment, now: datetime) -> dict[str, date] | None:
    """Returns number → day of what customs knows now, None while customs gives no answer. Blocks."""
    wanted = search_for(appointment, now)
    if wanted is None:
        return {}
    try:
        with customs_client(ctx.settings, trust_env=False) as http:
            found = channel(ctx.settings, http, look_up_seconds=SEARCH_SECONDS).search(wanted)
    except Unavailable:
        return None
    return {each.number: day_of(each.declared_on) for each in offered(appointment, found)}


async def _known(ctx: Context, appointment: Appointment) -> dict[str, date]:
    """Returns number → day of what the last search found."""
    number = appointment.pre_entry_no
    known = await ctx.read(lambda session: known_declarations.unused(session, [number]))
    return {each.number: each.declared_on for each in known.get(number, [])}
