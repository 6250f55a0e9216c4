"""What each act does to one item of a worklist: the same as the single call on it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from fastapi.concurrency import run_in_threadpool
from temporalio.service import RPCError

from api.appointments.commands import AppointmentCommands
from api.commands import passing
from api.context import Caller, CommandOptions, Context
from api.http.problems import Refusal, refusal
from api.operators import deliveries, receipts
from api.operators.releasing import Releasing
from api.operators.two_persons import ApprovalView
from db import system_counts
from db.queries import WorklistKind
from db.system_counts import CountName
from domain.receipt import Disposition
from runtime.dispatch.reviving import RevivalOutcome, Reviver

Act = Literal["release", "retry", "dismiss", "record", "revive"]

_DIGITS_OF_A_ROW = 18


class ActOutcome(StrEnum):
    """Outcome of one item: the act took effect, changed nothing, or was refused."""

    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ActResult:
    """The outcome, the state that the item is in now, and why the act was refused."""

    outcome: ActOutcome
    state: str | None = None
    refused: Refusal | None = None


@dataclass(frozen=True, slots=True)
class WorklistItem:
    """One item to act on; ``options`` have the key of its own command."""

    ctx: Context
    caller: Caller
    options: CommandOptions
    key: str
    reason: str

    @property
    def commands(self) -> AppointmentCommands:
        """Returns the sender of its command."""
        return AppointmentCommands(self.ctx, self.caller, self.options)

    @property
    def receipt(self) -> int:
        """Returns the row of the receipt. Raises ``not_found`` for a key that is none."""
        found = row_id(self.key)
        if found is None:
            raise refusal("not_found")
        return found


def row_id(key: str) -> int | None:
    """Returns the number of a row; None for a key that is none."""
    return int(key) if key.isascii() and key.isdigit() and len(key) <= _DIGITS_OF_A_ROW else None


async def _release(item: WorklistItem) -> ActResult:
    """Releases, or asks a second operator where policy wants two persons: nothing has changed then."""
    done = await Releasing(item.ctx, item.caller, item.options).release_or_ask(item.key, item.reason)
    if isinstance(done, ApprovalView):
        return ActResult(ActOutcome.UNCHANGED, "awaiting_confirmation")
    return ActResult(ActOutcome.DONE, done.state)


async def _retry_delivery(item: WorklistItem) -> ActResult:
    await deliveries.resume(item.ctx, item.commands, item.key)
    return ActResult(ActOutcome.DONE, "pending")


async def _retry_receipt(item: WorklistItem) -> ActResult:
    row = await receipts.retry(item.ctx, item.receipt)
    outcome = ActOutcome.UNCHANGED if row.outcome is Disposition.PARKED else ActOutcome.DONE
    return ActResult(outcome, row.outcome)


async def _dismiss_receipt(item: WorklistItem) -> ActResult:
    await run_in_threadpool(receipts.dismiss, item.ctx, item.caller, item.receipt, item.reason)
    return ActResult(ActOutcome.DONE, "dismissed")


async def _record_receipt(item: WorklistItem) -> ActResult:
    said = receipts.ReversalBody(reason=item.reason)
    done = await receipts.record(item.ctx, item.caller, item.commands, kept=item.receipt, said=said)
    return ActResult(ActOutcome.DONE, done.appointment.state)


async def _revive(item: WorklistItem) -> ActResult:
    reviver = Reviver(item.ctx.client, item.ctx.engine, item.ctx.settings.task_queue)
    sealed = item.ctx.sealer.seal(item.reason, context=f"{item.key}/reason")
    try:
        outcome = await reviver.revive(item.key, sealed, by=item.caller.principal.name, at=item.caller.received_at)
    except RPCError as error:
        raise refusal("temporarily.unavailable") from error
    except RuntimeError as error:
        raise passing(error) from error
    if outcome is RevivalOutcome.UNKNOWN:
        raise refusal("not_found")
    if outcome is RevivalOutcome.DOUBTFUL:
        raise refusal("records.unsound")
    await run_in_threadpool(system_counts.settle, item.ctx.engine, CountName.MISSING_WORKFLOWS, item.key)
    return ActResult(ActOutcome.DONE if outcome is RevivalOutcome.REVIVED else ActOutcome.UNCHANGED, outcome)


HANDLERS: dict[tuple[WorklistKind, Act], Callable[[WorklistItem], Awaitable[ActResult]]] = {
    ("overdue", "release"): _release,
    ("deliveries", "retry"): _retry_delivery,
    ("receipts", "retry"): _retry_receipt,
    ("receipts", "dismiss"): _dismiss_receipt,
    ("receipts", "record"): _record_receipt,
    ("missing", "revive"): _revive,
}
