"""Attaches and detaches files: 随附补充材料 of a draft, and the PDF of an explanation while one may be sent.

Only references are recorded here; the API has inspected and stored the file before.
"""

from domain.appointment import Attachment, AttachmentPurpose
from domain.documents import check_room
from domain.event import Action
from domain.problems import Fault
from states.appointment import ATTACHING
from workflows.command_handler import CommandHandler
from workflows.contracts import Attach, Command, Detach
from workflows.refusals import refuse, refuse_if


class Attachments:
    """Commands on the attachments of one appointment."""

    def __init__(self, handler: CommandHandler) -> None:
        self._handler = handler

    def may_attach(self, command: Attach) -> None:
        """Refuses when the state does not permit the file or there are too many."""
        if not self._known(command):
            self._require_room(command)

    async def attach(self, command: Attach) -> None:
        """Attaches the file. It checks again, as another file may have taken the last place."""
        self._require_room(command)
        held = (*self._held, command.attachment)
        self._write(Action.ATTACHED, command, command.attachment, held)

    def may_detach(self, command: Detach) -> None:
        """Refuses when the state does not permit it or no attachment has that id."""
        if not self._known(command):
            self._leaving(command)

    async def detach(self, command: Detach) -> None:
        """Detaches the file."""
        leaving = self._leaving(command)
        held = tuple(each for each in self._held if each.attachment_id != leaving.attachment_id)
        self._write(Action.DETACHED, command, leaving, held)

    @property
    def _held(self) -> tuple[Attachment, ...]:
        return self._handler.aggregate.appointment.attachments

    def _known(self, command: Command) -> bool:
        self._handler.validate(command)
        return self._handler.is_settled(command)

    def _require_room(self, command: Attach) -> None:
        purpose = command.attachment.purpose
        self._permitted(command, purpose)
        room = check_room([each.purpose for each in self._held], purpose, command.limit)
        refuse_if(room, self._handler.aggregate.appointment)

    def _leaving(self, command: Detach) -> Attachment:
        leaving = next((each for each in self._held if each.attachment_id == command.attachment_id), None)
        if leaving is None:
            refuse([Fault(code="not_found")])
        self._permitted(command, leaving.purpose)
        return leaving

    def _permitted(self, command: Command, purpose: AttachmentPurpose) -> None:
        self._handler.permitted(ATTACHING[purpose], command.received_at)

    def _write(self, action: Action, command: Command, which: Attachment, held: tuple[Attachment, ...]) -> None:
        decision = {"attachment_id": which.attachment_id, "purpose": str(which.purpose)}
        self._handler.write(action, command, {"attachments": held}, decision=decision)
