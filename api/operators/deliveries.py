"""Messages to customs by state of delivery, and the retry of parked ones."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import Session

from api.appointments.commands import AppointmentCommands, CommandRequest, CommandsDep, Done
from api.appointments.views import AppointmentView, Viewer
from api.context import CallerDep, Context, ContextDep
from api.http.problems import refusal
from api.views import Shown, View
from db import deliveries
from db.deliveries import DeliveryState
from domain.event import MessageType
from identity.authorization import Right
from workflows.contracts import ResumeDelivery

router = APIRouter(prefix="/ops/v1/deliveries", tags=["operators"])


class DeliveryView(View):
    """Message to customs; ``reason`` is the text of customs if it refused the message for good, or why it waits."""

    message_id: str
    message_type: MessageType
    pre_entry_no: str
    version: int
    state: DeliveryState
    promised_at: Shown
    delivered_at: Shown | None
    reason: str | None


class Deliveries(View):
    """Messages to customs, oldest first."""

    items: list[DeliveryView]


@router.get("")
def list_deliveries(
    ctx: ContextDep, state: DeliveryState | None = None, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> Deliveries:
    """Returns the messages to customs, of one state of delivery or all."""
    found = ctx.read_sync(lambda session: deliveries.oldest(session, state, limit=limit))
    return Deliveries(items=[DeliveryView.model_validate(each.model_dump()) for each in found])


@router.post("/{message_id}/retry")
async def retry_delivery(ctx: ContextDep, caller: CallerDep, commands: CommandsDep, message_id: str) -> AppointmentView:
    """Retries a parked message and those that wait behind it."""
    done = await resume(ctx, commands, message_id)
    return Viewer(ctx.sealer, caller).full(done.appointment)


async def resume(ctx: Context, commands: AppointmentCommands, message_id: str) -> Done:
    """Lets the workflow send a parked message again. Raises ``Refusal`` when it is unknown or not parked."""
    number = await ctx.read(lambda session: _appointment_of(session, message_id))
    request = CommandRequest(ResumeDelivery, {}, {"message_id": message_id}, right=Right.INTERVENE)
    return await commands.execute(number, request)


def _appointment_of(session: Session, message_id: str) -> str:
    number = deliveries.appointment_of(session, message_id)
    if number is None:
        raise refusal("not_found")
    return number
