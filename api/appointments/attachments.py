"""Routes of attachments 随附补充材料 and of the PDF of an explanation 情况说明: upload, download, delete."""

from itertools import chain
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Request, Response, status
from fastapi.responses import StreamingResponse

from api.appointments.access import find_visible, require_visible
from api.appointments.attachment_uploads import Attached, AttachmentUploadsDep
from api.appointments.command_responder import ResponderDep
from api.appointments.commands import CommandRequest
from api.appointments.uploads import FORM, received_attachment
from api.appointments.views import AppointmentView
from api.context import CallerDep, ContextDep
from api.http.problems import refusal
from api.openapi.responses import PDF, answers_file
from identity.authorization import Right
from runtime.objects import UNREACHABLE, Damaged, Missing
from states.appointment import ATTACHING
from workflows.contracts import Detach

router = APIRouter(prefix="/api/v1/appointments/{pre_entry_no}/attachments", tags=["attachments"])

#: A browser saves the PDF: it neither shows it inside a page of this origin nor guesses its type, runs or frames it.
_SAFE = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

log = structlog.get_logger("api.attachments")


@router.post("", status_code=status.HTTP_201_CREATED, openapi_extra=FORM)
async def upload_attachment(
    *, uploads: AttachmentUploadsDep, responder: ResponderDep, ctx: ContextDep, pre_entry_no: str, request: Request
) -> Attached:
    """上传 PDF: up to five for a draft's application, and one for the explanation while it may be sent."""
    await uploads.require_own(pre_entry_no)
    async with received_attachment(request, ctx.policy.documents.max_file_bytes) as upload:
        appointment, attached = await uploads.attach(pre_entry_no, upload)
    responder.set_etag(appointment)
    return attached


@router.get("/{attachment_id}", response_class=Response, responses=answers_file(PDF))
def download_attachment(ctx: ContextDep, caller: CallerDep, pre_entry_no: str, attachment_id: str) -> Response:
    """下载附件: returns a file to the parties of the appointment. A damaged file ends before its announced length."""
    appointment = ctx.read_sync(lambda session: require_visible(session, pre_entry_no, caller, Right.OPEN))
    sealed = next((each for each in appointment.attachments if each.attachment_id == attachment_id), None)
    if sealed is None:
        raise refusal("not_found")
    content = ctx.objects.read(sealed.sha256)
    try:
        first = next(content)
    except (Missing, Damaged, *UNREACHABLE) as error:
        log.exception("an attached file cannot be read", pre_entry_no=pre_entry_no)
        raise refusal("temporarily.unavailable") from error
    name = ctx.sealer.open_attachment(sealed, pre_entry_no).name
    headers = _SAFE | {"Content-Disposition": disposition(name), "Content-Length": str(sealed.size)}
    return StreamingResponse(chain([first], content), media_type=PDF, headers=headers)


@router.delete("/{attachment_id}")
async def delete_attachment(
    *, responder: ResponderDep, ctx: ContextDep, caller: CallerDep, pre_entry_no: str, attachment_id: str
) -> AppointmentView:
    """删除附件: removes a file, as long as it could be uploaded."""
    known = await ctx.read(lambda session: find_visible(session, pre_entry_no, caller, Right.CHANGE))
    purpose = known and next((each.purpose for each in known.attachments if each.attachment_id == attachment_id), None)
    body = {"attachment_id": attachment_id}
    event = ATTACHING[purpose] if purpose else None
    return await responder.respond(pre_entry_no, CommandRequest(Detach, body, body, event=event))


def disposition(name: str) -> str:
    """Returns ``attachment`` with the name twice (RFC 6266): in ASCII for old programs, and unchanged."""
    plain = "".join(each if each.isascii() and (each.isalnum() or each in "._- ") else "_" for each in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
