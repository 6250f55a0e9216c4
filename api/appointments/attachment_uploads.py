"""Upload of a file to an appointment: inspects and stores the file, then attaches it by a command."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import Depends
from fastapi.concurrency import run_in_threadpool

from api.appointments.access import require_visible
from api.appointments.commands import CommandRequest, CommandsDep, Done, not_permitted
from api.appointments.uploads import Upload
from api.context import CallerDep, CommandOptionsDep, ContextDep
from api.http.problems import Refusal, refusal, refuse_if
from api.views import View
from db import documents, queries
from db.queries import RecordedEvent
from domain import explanation
from domain.appointment import Appointment, Attachment, AttachmentPurpose
from domain.documents import InspectionReport, check, check_room
from identity.authorization import Right
from runtime.inspection.pool import Broken, InspectorsBusy
from runtime.objects import UNREACHABLE
from states.appointment import ATTACHING, permits
from workflows.contracts import Attach

RETRY_SECONDS = 2

log = structlog.get_logger("api.attachments")


class Attached(View):
    """Attached file; ``size`` in bytes."""

    attachment_id: str
    name: str
    size: int
    pages: int
    sha256: str


class AttachmentUploads:
    """Uploads the file of one request; ``commands`` attaches it."""

    def __init__(self, ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep, commands: CommandsDep) -> None:
        self._ctx = ctx
        self._caller = caller
        self._options = options
        self._commands = commands

    async def attach(self, pre_entry_no: str, upload: Upload) -> tuple[Appointment, Attached]:
        """Inspects and stores the file, then attaches it; returns the appointment and the file.

        Raises Refusal when the file or the state of the appointment does not allow it.
        """
        attachment_id = self._attachment_id(pre_entry_no)
        body = {"purpose": upload.purpose.value, "name": upload.name, "sha256": upload.sha256}
        done = await self._done_before(pre_entry_no, body)
        if done is None:
            done = await self._attach(pre_entry_no, attachment_id, upload, body)
        return done.appointment, self._answer(done.appointment, attachment_id)

    async def require_own(self, pre_entry_no: str) -> Appointment:
        """Returns an appointment that the caller may change. Raises ``not_found`` when it is not the caller's own."""
        return await self._ctx.read(lambda session: require_visible(session, pre_entry_no, self._caller, Right.CHANGE))

    async def _done_before(self, pre_entry_no: str, body: dict[str, str]) -> Done | None:
        """Returns the first answer when the key was used before; the file is not inspected again."""
        if not self._options.chosen:
            return None
        event = await self._ctx.read(lambda session: queries.command_event(session, pre_entry_no, self._options.key))
        return None if event is None else await self._first_answer(event, body)

    async def _first_answer(self, event: RecordedEvent, body: dict[str, str]) -> Done:
        return await self._commands.first_answer(event, self._commands.fingerprint(Attach.update, body))

    async def _attach(self, pre_entry_no: str, attachment_id: str, upload: Upload, body: dict[str, str]) -> Done:
        purpose, limit = upload.purpose, self._ctx.policy.documents.max_files
        _require_room(await self.require_own(pre_entry_no), purpose, limit)
        report = await self._inspected(upload)
        await self._store(upload, report.size)
        attachment = Attachment(
            attachment_id=attachment_id,
            purpose=purpose,
            name=upload.name,
            size=report.size,
            pages=len(report.pages),
            sha256=upload.sha256,
            attached_at=self._caller.received_at,
        )
        sealed = self._ctx.sealer.seal_attachment(attachment, pre_entry_no)
        fields = {"attachment": sealed, "limit": limit}
        request = CommandRequest(Attach, fields, body, event=ATTACHING[purpose])
        return await self._commands.execute(pre_entry_no, request)

    async def _inspected(self, upload: Upload) -> InspectionReport:
        """Returns the report of the inspection. Raises Refusal when the file is at fault or cannot be inspected now."""
        if self._ctx.inspectors.is_crowded:
            raise refusal("rate.limited", retry_after=RETRY_SECONDS)
        try:
            report = await self._ctx.inspectors.inspect(await upload.read())
        except InspectorsBusy:
            raise refusal("rate.limited", retry_after=RETRY_SECONDS) from None
        except Broken as broken:
            raise refusal("temporarily.unavailable") from broken
        refuse_if(check(report, self._ctx.policy.documents))
        return report

    async def _store(self, upload: Upload, size: int) -> None:
        """Stores the file, its row first: a file without a row may be collected at any time."""
        try:
            await run_in_threadpool(documents.record_upload, self._ctx.engine, upload.sha256, size, datetime.now(UTC))
            await run_in_threadpool(lambda: self._ctx.objects.put(upload.sha256, upload.pieces()))
        except UNREACHABLE as error:
            log.exception("the object store took nothing")
            raise refusal("temporarily.unavailable") from error

    def _attachment_id(self, pre_entry_no: str) -> str:
        """Returns an id derived from the command's key, so that a repeated request names the same file."""
        source = f"{pre_entry_no}\n{self._caller.principal.actor().id}\n{self._options.key}"
        return str(UUID(bytes=sha256(source.encode()).digest()[:16], version=5))

    def _answer(self, appointment: Appointment, attachment_id: str) -> Attached:
        sealed = next((each for each in appointment.attachments if each.attachment_id == attachment_id), None)
        if sealed is None:
            raise refusal("not_found")  # the draft was deleted meanwhile, and its content was erased
        attachment = self._ctx.sealer.open_attachment(sealed, appointment.pre_entry_no)
        return Attached(**{name: getattr(attachment, name) for name in Attached.model_fields})


AttachmentUploadsDep = Annotated[AttachmentUploads, Depends(AttachmentUploads)]


def _require_room(known: Appointment, purpose: AttachmentPurpose, limit: int) -> None:
    """Raises Refusal when the workflow would refuse the file as well; so it is not inspected for nothing."""
    if purpose is AttachmentPurpose.EXPLANATION:
        refuse_if(explanation.check(appointment=known))
    if not permits(known.standing, ATTACHING[purpose]):
        raise Refusal([not_permitted(known)])
    refuse_if(check_room([each.purpose for each in known.attachments], purpose, limit))
