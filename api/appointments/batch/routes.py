"""批量 (batch): the route for acts on many appointments, with an answer for each."""

from dataclasses import dataclass
from hashlib import sha256
from itertools import count

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from api.appointments.acts import RefusedNumberView, refused_numbers
from api.appointments.batch.bodies import AnyItem, BatchBody, CreateItem
from api.appointments.batch.execution import Batch, ItemOutcome
from api.appointments.batch.unreadable import all_faults
from api.appointments.viewing import own_viewer
from api.appointments.views import AppointmentListed, DeclarationView, Viewer
from api.context import Caller, CallerDep, CommandOptions, CommandOptionsDep, Context, ContextDep
from api.http.lenient_body import RequestBody
from api.http.problems import Refusal, refusal
from api.views import Error, View, errors
from db import batches
from domain.problems import CATALOGUE

router = APIRouter(prefix="/api/v1/appointments", tags=["appointments"])


class ItemView(View):
    """Answer to one item; ``status`` and ``code`` are those of the single call.

    ``appointment`` is null if nothing was saved; it comes together with a ``code`` if a draft was saved but not
    submitted. ``accepted`` and ``refused`` list the declaration numbers of a feedback.
    """

    index: int
    action: str
    client_key: str | None
    status: int
    pre_entry_no: str | None
    code: str | None = None
    errors: list[Error] = []
    appointment: AppointmentListed | None = None
    accepted: list[DeclarationView] = []
    refused: list[RefusedNumberView] = []


class BatchView(View):
    """Answers in the order of the request; ``failed`` of them have a ``code``."""

    items: list[ItemView]
    done: int
    failed: int


@router.post("/batch")
async def run_batch(
    ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep, body: RequestBody[BatchBody]
) -> BatchView:
    """批量: creates, submits, cancels, feeds back. Each item is done or refused on its own, with status 200.

    A batch with an item that cannot be read is refused as a whole: 422 names every fault of every item, and nothing is
    done.

    Send it again with the same ``Idempotency-Key`` when the answer is lost or ``outcome.unknown``: each item has one
    effect.
    """
    if body.faults:
        raise Refusal(await ctx.read(lambda session: all_faults(session, ctx, caller, body)))
    items = body.partial.items
    await _refuse_other_body(ctx, caller, options, body.partial)
    outcomes = await Batch(ctx, caller, options).execute(items)
    shown = [each.done.appointment for each in outcomes if each.done]
    viewer = await ctx.read(lambda session: own_viewer(session, ctx, caller, shown))
    answers = _Answers(viewer, caller)
    views = [answers.item(*each) for each in zip(count(), items, outcomes)]
    failed = sum(view.code is not None for view in views)
    return BatchView(items=views, done=len(views) - failed, failed=failed)


async def _refuse_other_body(ctx: Context, caller: Caller, options: CommandOptions, body: BatchBody) -> None:
    """Raises ``idempotency.conflict`` when the key came with another body before; then no item is done."""
    if not options.chosen:
        return
    mine = ctx.sealer.fingerprint(["batch", caller.code, body.model_dump(mode="json")])
    key_hash = sha256(options.key.encode()).hexdigest()
    first = await run_in_threadpool(
        lambda: batches.first_body(ctx.engine, caller.code, key_hash, body_hash=mine, at=caller.received_at)
    )
    if first != mine:
        raise refusal("idempotency.conflict", "Idempotency-Key")


@dataclass(frozen=True, slots=True)
class _Answers:
    viewer: Viewer
    caller: Caller

    def item(self, place: int, item: AnyItem, outcome: ItemOutcome) -> ItemView:
        done, refused, language = outcome.done, outcome.refused, self.caller.language
        asked = None if isinstance(item, CreateItem) else item.pre_entry_no
        return ItemView(
            index=place,
            action=item.action,
            client_key=item.client_key,
            status=_status(item, refused),
            pre_entry_no=done.appointment.pre_entry_no if done else asked,
            code=refused.code if refused else None,
            errors=errors(refused.faults, language) if refused else [],
            appointment=self.viewer.listed(done.appointment) if done else None,
            accepted=[DeclarationView(**dict(each)) for each in done.accepted] if done else [],
            refused=refused_numbers(done, language) if done else [],
        )


def _status(item: AnyItem, refused: Refusal | None) -> int:
    if refused is not None:
        return CATALOGUE[refused.code].status
    return 201 if isinstance(item, CreateItem) else 200
