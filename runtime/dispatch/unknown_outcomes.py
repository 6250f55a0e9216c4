"""Asks workflows about appointments whose row may show more than the workflow knows, until it is certain.

A worker writes what a command did before its workflow task becomes durable. When it dies in between, and the server
too, the command is gone while the row still shows it; sending it again with the same key corrects that, but its sender
may never do so. So every appointment is asked of which a command's outcome is unknown, and at the start of a worker
every one that changed shortly before.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog
from more_itertools import chunked
from sqlalchemy import Engine

from db import queries, unknown_outcomes
from db.engine import reading
from db.unknown_outcomes import UnknownOutcome
from domain.actor import RECONCILER
from domain.appointment import Appointment
from runtime.dispatch.dispatcher import Dispatcher
from runtime.dispatch.failures import Closed, CommandFailed
from workflows.contracts import Answer, TakeBack

#: A worker that starts notes the appointments that changed this long before, and at most so many.
BEFORE_START = timedelta(minutes=10)
MOST = 200
#: Questions at a time: they must not crowd out the commands of users.
AT_A_TIME = 4
#: The code with which the workflow answers that the version of the row is its own.
AGREES = "state.not_permitted"

log = structlog.get_logger("dispatch.unknown_outcomes")


def note_recent_changes(engine: Engine) -> None:
    """Notes what changed shortly before: a worker that died may have left it half way. Blocks."""
    now = datetime.now(UTC)
    with reading(engine) as session:
        recent = queries.recently_changed(session, since=now - BEFORE_START, limit=MOST)
    unknown_outcomes.note(engine, recent, now)


async def clear_up(dispatcher: Dispatcher) -> int:
    """Asks about every noted appointment once, until one cannot answer; returns how many are left."""
    for some in chunked(await dispatcher.read(unknown_outcomes.noted), AT_A_TIME):
        if not all(await asyncio.gather(*(_is_cleared_up(dispatcher, note) for note in some))):
            break
    return len(await dispatcher.read(unknown_outcomes.noted))


async def _is_cleared_up(dispatcher: Dispatcher, note: UnknownOutcome) -> bool:
    try:
        await _ask(dispatcher, note.pre_entry_no)
    except CommandFailed as failed:
        if failed.code != AGREES:
            await dispatcher.outcomes.note(note.pre_entry_no)
            return False
    await asyncio.to_thread(unknown_outcomes.remove, dispatcher.engine, note)
    return True


async def _ask(dispatcher: Dispatcher, pre_entry_no: str) -> None:
    shown = await dispatcher.read(lambda session: queries.appointment(session, pre_entry_no, viewer=None))
    if shown is None:
        return
    try:
        await dispatcher.commands.update(pre_entry_no, TakeBack.update, _command(shown), Answer, uncounted=AGREES)
    except Closed:
        return  # its end was durable before the workflow closed
    log.warning("a version that was never durable is taken back", pre_entry_no=pre_entry_no, version=shown.version)


def _command(shown: Appointment) -> TakeBack:
    key = f"take-back/{shown.version}/{shown.updated_at.isoformat()}"
    return TakeBack(
        key=key,
        body_hash=key,
        received_at=datetime.now(UTC),
        actor=RECONCILER,
        version=shown.version,
        at=shown.updated_at,
    )
