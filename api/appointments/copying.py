"""复制: the draft that a copy of an appointment begins with."""

from fastapi.concurrency import run_in_threadpool

from api.appointments.access import found
from api.appointments.creation import Draft
from api.context import Caller, Context
from api.http.problems import refusal
from db import documents
from domain.appointment import AttachmentPurpose
from identity.authorization import Right


async def copied(ctx: Context, caller: Caller, pre_entry_no: str) -> Draft:
    """Returns the content of the caller's appointment and its files, in the clear; the files are kept for the copy.

    A window that has begun is left out: its time must be decided again. Raises Refusal when the caller may not copy it,
    and when a file was collected meanwhile.
    """
    source = await ctx.read(lambda session: found(session, pre_entry_no, caller, Right.COPY))
    opened = ctx.sealer.open_appointment(source)
    files = tuple(each for each in opened.attachments if each.purpose is AttachmentPurpose.APPLICATION)
    at = caller.received_at
    if await run_in_threadpool(documents.touch, ctx.engine, {each.sha256 for each in files}, at):
        raise refusal("temporarily.unavailable")  # the next attempt reads the appointment again, without that file
    start = opened.content.window_start
    is_over = start is not None and start <= at
    content = opened.content.model_copy(update={"window_start": None}) if is_over else opened.content
    return Draft(content, {"copied_from": pre_entry_no}, pre_entry_no, files)
