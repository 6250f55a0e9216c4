"""复制 (copy): the content of a draft that copies an appointment."""

from fastapi.concurrency import run_in_threadpool

from api.appointments.access import require_visible
from api.appointments.creation import Draft
from api.context import Caller, Context
from api.http.problems import refusal
from db import documents
from domain.appointment import AttachmentPurpose
from identity.authorization import Right


async def copied(ctx: Context, caller: Caller, pre_entry_no: str) -> Draft:
    """Returns the content and the files of the caller's appointment in plain text; the files are kept for the copy.

    A window that has begun is left out: the user must choose another one. Raises ``Refusal`` when the caller may not
    copy the appointment, or when a file was deleted meanwhile.
    """
    source = await ctx.read(lambda session: require_visible(session, pre_entry_no, caller, Right.COPY))
    opened = ctx.sealer.open_appointment(source)
    files = tuple(each for each in opened.attachments if each.purpose is AttachmentPurpose.APPLICATION)
    at = caller.received_at
    if await run_in_threadpool(documents.touch, ctx.engine, {each.sha256 for each in files}, at):
        raise refusal("temporarily.unavailable")  # the next attempt reads the appointment again, without that file
    start = opened.content.window_start
    is_over = start is not None and start <= at
    content = opened.content.model_copy(update={"window_start": None}) if is_over else opened.content
    return Draft(content, {"copied_from": pre_entry_no}, pre_entry_no, files)
