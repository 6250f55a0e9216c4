"""The coroutines that run beside the commands: one projects events, one delivers messages, one rechecks numbers."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.contracts import Deliver, Project, Recheck
    from domain.carried import OutboxMessage
    from domain.decision import Judgement
    from domain.due import unverified
    from domain.event import Outgoing
    from workflows import effects
    from workflows.aggregate import AppointmentAggregate

# One payload must stay well under Temporal's 2 MB: this many events at most in one projection.
BATCH = 20


def raise_failure(helpers: Sequence["asyncio.Task[None]"]) -> None:
    """Raises RuntimeError when one of them has ended, which fails the workflow task until the code is repaired.

    A helper never ends by itself. Its own exception could end the appointment for good.
    """
    for helper in helpers:
        if helper.done():
            raise RuntimeError("a helper of the workflow ended") from helper.exception()


def cancel(helpers: Sequence["asyncio.Task[None]"]) -> None:
    """Cancels all helpers."""
    for helper in helpers:
        helper.cancel()


async def keep_projecting(aggregate: AppointmentAggregate) -> None:
    """Projects every pending event into the database, in order."""
    while True:
        await workflow.wait_condition(lambda: aggregate.is_ready_to_project)
        batch = Project(events=tuple(aggregate.pending_events[:BATCH]))
        await effects.project(batch, durable=aggregate.must_be_durable(batch.events))
        aggregate.mark_projected(batch.events[-1].version)


async def keep_delivering(aggregate: AppointmentAggregate, park: Callable[[Outgoing, str], None]) -> None:
    """Sends the outbox to customs in order; stops at a message that customs refuses for good, for an operator."""
    while True:
        await workflow.wait_condition(lambda: bool(aggregate.outbox) and not aggregate.outbox[0].parked)
        outgoing = aggregate.outbox[0].outgoing
        try:
            await effects.deliver(_request(aggregate.outbox[0]))
        except FailureError as error:
            park(outgoing, _reason(error))
        else:
            aggregate.mark_delivered(outgoing)


async def keep_rechecking(aggregate: AppointmentAggregate, settle: Callable[[Judgement], None]) -> None:
    """Asks customs again about numbers that were accepted while its look-up was down."""
    while True:
        await workflow.wait_condition(partial(_has_unverified, aggregate))
        asked = unverified(aggregate.appointment)
        settle(await effects.recheck(Recheck(appointment=aggregate.appointment, declarations=asked)))


def _has_unverified(aggregate: AppointmentAggregate) -> bool:
    return bool(unverified(aggregate.appointment))


def _request(message: OutboxMessage) -> Deliver:
    return Deliver(
        outgoing=message.outgoing,
        appointment=message.appointment,
        at=message.at,
        reason=message.reason,
        declarations=message.declarations,
        signature_id=message.signature_id,
    )


def _reason(error: FailureError) -> str:
    cause = error.cause or error
    return (cause.type or "unknown") if isinstance(cause, ApplicationError) else type(cause).__name__
