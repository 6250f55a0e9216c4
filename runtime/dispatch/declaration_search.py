"""Asks customs again and again for the declarations of appointments whose feedback is open, until one is known."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import structlog

from customs.channels import DeclarationSource, Unavailable
from db import known_declarations
from db.engine import writing
from domain.appointment import Appointment
from domain.instants import local_date
from domain.known_declarations import offered, search_for
from runtime.dispatch.dispatcher import Dispatcher

#: Appointments of one round, and seconds between two.
AT_A_TIME = 50
ROUND_SECONDS = 60.0
#: What was found is kept for longer than any feedback is open.
_KEPT = timedelta(days=60)

log = structlog.get_logger("dispatch.declarations")


async def search_again(dispatcher: Dispatcher, customs: DeclarationSource) -> int:
    """Searches for the declarations of appointments that are due; returns how many were found.

    The first appointment about which customs gives no answer ends the round: the next one begins with it.
    """
    now, every = datetime.now(UTC), dispatcher.settings.declarations_every
    due = await dispatcher.read(
        lambda session: known_declarations.due(session, now, every=every, limit=AT_A_TIME),
    )
    found = 0
    try:
        for each in due:
            found += await asyncio.to_thread(_search, dispatcher, customs, each, now)
    except Unavailable as error:
        log.info("declarations cannot be searched for", reason=error.reason)
    await asyncio.to_thread(_sweep, dispatcher, now)
    return found


def _search(dispatcher: Dispatcher, customs: DeclarationSource, appointment: Appointment, now: datetime) -> int:
    wanted = search_for(appointment, now)
    records = offered(appointment, customs.search(wanted)) if wanted else []
    days = {each.number: day_of(each.declared_on) for each in records}
    known_declarations.add(dispatcher.engine, appointment, days, now)
    return len(days)


def day_of(declared: date | datetime) -> date:
    """Returns the day in Shanghai on which a declaration was made."""
    return local_date(declared) if isinstance(declared, datetime) else declared


def _sweep(dispatcher: Dispatcher, now: datetime) -> None:
    with writing(dispatcher.engine) as session:
        known_declarations.sweep(session, now - _KEPT)
