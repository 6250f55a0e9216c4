"""Answers to commands: the caller's view of the appointment, with its version as ETag."""

from typing import Annotated

from fastapi import Depends, Response

from api.appointments.commands import CommandRequest, CommandsDep
from api.appointments.viewing import own_viewer
from api.appointments.views import AppointmentView
from api.context import CallerDep, ContextDep
from api.http import etags
from domain.appointment import Appointment


class CommandResponder:
    """Executes the commands of one request by ``commands``, and writes its answer."""

    def __init__(self, ctx: ContextDep, caller: CallerDep, commands: CommandsDep, response: Response) -> None:
        self.commands = commands
        self._ctx = ctx
        self._caller = caller
        self._response = response

    async def respond(self, pre_entry_no: str, request: CommandRequest) -> AppointmentView:
        """Executes the command and returns the view after it. Raises Refusal when the command is refused."""
        return await self.view((await self.commands.execute(pre_entry_no, request)).appointment)

    async def view(self, appointment: Appointment) -> AppointmentView:
        """Returns the caller's view of the appointment and sets its ETag."""
        self.set_etag(appointment)
        viewer = await self._ctx.read(lambda session: own_viewer(session, self._ctx, self._caller, [appointment]))
        return viewer.full(appointment)

    def set_etag(self, appointment: Appointment) -> None:
        """Sets the ETag of the answer to the appointment's version."""
        self._response.headers["ETag"] = etags.of(appointment.version)

    def set_location(self, address: str) -> None:
        """Sets the ``Location`` of the answer."""
        self._response.headers["Location"] = address


ResponderDep = Annotated[CommandResponder, Depends(CommandResponder)]
