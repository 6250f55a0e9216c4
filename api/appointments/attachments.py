"""随附补充材料 and the PDF of 情况说明: uploaded, fetched again by the parties, taken away."""

from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Request, Response, status
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from api.appointments.access import found, sought
from api.appointments.acts import At, Desk
from api.appointments.command_responder import Act, Done, not_permitted
from api.appointments.uploads import FORM, Upload, reading
from api.appointments.views import AppointmentView
from api.context import CallerDep, ContextDep
from api.http.problems import Refusal, refusal, refuse_if
from api.openapi.responses import PDF, answers_file
from api.views import View
from db import documents, queries
from domain import explanation
from domain.appointment import Appointment, Attachment, AttachmentPurpose
from domain.documents import Report, check, check_room
from identity.authorization import Right
from runtime.inspection.pool import Broken, Crowded
from runtime.objects import UNREACHABLE, Damaged, Missing
from states.appointment import ATTACHING, permits
from workflows.contracts import Attach, Detach

router = APIRouter(prefix="/api/v1/appointments/{pre_entry_no}/attachments", tags=["attachments"])

#: A PDF from a stranger is saved, never shown inside our pages; no browser guesses, runs or frames it.
_SAFE = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
RETRY_SECONDS = 2

log = structlog.get_logger("api.attachments")


class Attached(View):
    """A file that was taken; ``size`` in bytes."""

    attachment_id: str
    name: str
    size: int
    pages: int
    sha256: str


class Counter(Desk):
    """Where files are handed in."""

    async def take_in(self, pre_entry_no: str, upload: Upload) -> Attached:
        """Looked at, inspected, stored, and only then referred to."""
        attachment_id = self._attachment_id(pre_entry_no)
        body = {"purpose": upload.purpose.value, "name": upload.name, "sha256": upload.sha256}
        done = await self._done_before(pre_entry_no, body)
        if done is None:
            done = await self._attach(pre_entry_no, attachment_id, upload, body)
        self.show_version(done.appointment)
        return self._answer(done.appointment, attachment_id)

    async def demand_own(self, pre_entry_no: str) -> Appointment:
        """An appointment of the caller's own, before anything is read. ``Refusal``."""
        return await self._ctx.read(lambda session: found(session, pre_entry_no, self._caller, Right.CHANGE))

    async def _done_before(self, pre_entry_no: str, body: dict[str, str]) -> Done | None:
        """The first answer when the key was used before; nothing is inspected for it."""
        if not self._options.chosen:
            return None
        event = await self._ctx.read(lambda session: queries.command_event(session, pre_entry_no, self._options.key))
        return None if event is None else await self.first_answer(event, self.fingerprint(Attach.update, body))

    async def _attach(self, pre_entry_no: str, attachment_id: str, upload: Upload, body: dict[str, str]) -> Done:
        purpose, limit = upload.purpose, self._ctx.policy.documents.max_files
        _demand_room(await self.demand_own(pre_entry_no), purpose, limit)
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
        act = Act(Attach, {"attachment": sealed, "limit": limit}, body, event=ATTACHING[purpose])
        return await self.carry_out(pre_entry_no, act)

    async def _inspected(self, upload: Upload) -> Report:
        """A report without a fault."""
        if self._ctx.inspectors.is_crowded:
            raise refusal("rate.limited", retry_after=RETRY_SECONDS)
        try:
            report = await self._ctx.inspectors.inspect(await upload.read())
        except Crowded:
            raise refusal("rate.limited", retry_after=RETRY_SECONDS) from None
        except Broken as broken:
            raise refusal("temporarily.unavailable") from broken
        refuse_if(check(report, self._ctx.policy.documents))
        return report

    async def _store(self, upload: Upload, size: int) -> None:
        """The row first: from then on nobody collects the file."""
        try:
            await run_in_threadpool(documents.record_upload, self._ctx.engine, upload.sha256, size, datetime.now(UTC))
            await run_in_threadpool(lambda: self._ctx.objects.put(upload.sha256, upload.pieces()))
        except UNREACHABLE as error:
            log.exception("the object store took nothing")
            raise refusal("temporarily.unavailable") from error

    def _attachment_id(self, pre_entry_no: str) -> str:
        """Follows from the command's key, so that asking again speaks of the same file."""
        told = f"{pre_entry_no}\n{self._caller.principal.actor().id}\n{self._options.key}"
        return str(UUID(bytes=sha256(told.encode()).digest()[:16], version=5))

    def _answer(self, appointment: Appointment, attachment_id: str) -> Attached:
        sealed = next((each for each in appointment.attachments if each.attachment_id == attachment_id), None)
        if sealed is None:
            raise refusal("not_found")  # the draft was deleted since, and what it held was erased
        attachment = self._ctx.sealer.open_attachment(sealed, appointment.pre_entry_no)
        return Attached(**{name: getattr(attachment, name) for name in Attached.model_fields})


CounterAt = Annotated[Counter, Depends(Counter)]


@router.post("", status_code=status.HTTP_201_CREATED, openapi_extra=FORM)
async def upload_attachment(counter: CounterAt, ctx: ContextDep, pre_entry_no: str, request: Request) -> Attached:
    """上传 PDF: up to five for the application, while it is a draft; one for the explanation, while one may be sent."""
    await counter.demand_own(pre_entry_no)
    async with reading(request, ctx.policy.documents.max_file_bytes) as upload:
        return await counter.take_in(pre_entry_no, upload)


@router.get("/{attachment_id}", response_class=Response, responses=answers_file(PDF))
def download_attachment(ctx: ContextDep, caller: CallerDep, pre_entry_no: str, attachment_id: str) -> Response:
    """下载附件: for the appointment's parties. What is damaged further on breaks off, for it was announced whole."""
    appointment = ctx.look(lambda session: found(session, pre_entry_no, caller, Right.OPEN))
    sealed = next((each for each in appointment.attachments if each.attachment_id == attachment_id), None)
    if sealed is None:
        raise refusal("not_found")
    content = ctx.objects.read(sealed.sha256)
    try:
        first = next(content)
    except (Missing, Damaged, *UNREACHABLE) as error:
        log.exception("a file that is referred to cannot be had", pre_entry_no=pre_entry_no)
        raise refusal("temporarily.unavailable") from error
    name = ctx.sealer.open_attachment(sealed, pre_entry_no).name
    headers = _SAFE | {"Content-Disposition": disposition(name), "Content-Length": str(sealed.size)}
    return StreamingResponse(chain([first], content), media_type=PDF, headers=headers)


@router.delete("/{attachment_id}")
async def delete_attachment(
    *, desk: At, ctx: ContextDep, caller: CallerDep, pre_entry_no: str, attachment_id: str
) -> AppointmentView:
    """删除附件: as long as it could be uploaded."""
    known = await ctx.read(lambda session: sought(session, pre_entry_no, caller, Right.CHANGE))
    purpose = known and next((each.purpose for each in known.attachments if each.attachment_id == attachment_id), None)
    body = {"attachment_id": attachment_id}
    return await desk.act(pre_entry_no, Act(Detach, body, body, event=ATTACHING[purpose] if purpose else None))


def disposition(name: str) -> str:
    """``attachment`` with the name twice (RFC 6266): in ASCII for old programs, whole for all others."""
    plain = "".join(each if each.isascii() and (each.isalnum() or each in "._- ") else "_" for each in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _demand_room(known: Appointment, purpose: AttachmentPurpose, limit: int) -> None:
    """What the workflow would refuse as well, before anybody looks into the file. ``Refusal``."""
    if purpose is AttachmentPurpose.EXPLANATION:
        refuse_if(explanation.check(appointment=known))
    if not permits(known.standing, ATTACHING[purpose]):
        raise Refusal([not_permitted(known)])
    refuse_if(check_room([each.purpose for each in known.attachments], purpose, limit))
