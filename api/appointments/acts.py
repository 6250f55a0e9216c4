"""What an applicant does with an appointment: save, delete, submit, cancel, feed back, explain, copy."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response, status
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session

from api.appointments import building, signed_content
from api.appointments.access import found
from api.appointments.assessing import as_draft, as_submitted
from api.appointments.bodies import CancelBody, ContentBody, ExplanationBody, FeedbackBody, Signed
from api.appointments.command_responder import Act, Acts, Done
from api.appointments.creation import Creation, Draft
from api.appointments.viewing import own_viewer
from api.appointments.views import AppointmentView, DeclarationView
from api.context import CallerDep, CommandOptionsDep, ContextDep
from api.http import etags
from api.http.given import Given, Sent
from api.http.problems import Refusal, refusal
from api.preferences import last_used
from api.views import Error, View, errors
from db import documents
from domain import explanation
from domain.appointment import Appointment, AttachmentPurpose, Content
from domain.content import check_personal, check_text
from domain.problems.kinds import Fault, Language
from identity.authorization import Right
from workflows.contracts import Explain, Save

router = APIRouter(prefix="/api/v1/appointments", tags=["appointments"])


class RefusedNumberView(View):
    """A number that was not taken, and everything that is wrong with it."""

    number: str
    errors: list[Error]


class FeedbackView(View):
    """Each number judged by itself."""

    accepted: list[DeclarationView]
    refused: list[RefusedNumberView]
    appointment: AppointmentView


def refused_numbers(done: Done, language: Language) -> list[RefusedNumberView]:
    """The numbers that were not taken, in the caller's language."""
    return [RefusedNumberView(number=each.number, errors=errors(each.faults, language)) for each in done.refused]


class Desk(Acts):
    """Where an enterprise's acts come in and their answers go out."""

    def __init__(self, ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep, response: Response) -> None:
        super().__init__(ctx, caller, options)
        self._response = response

    async def create(self, draft: Draft) -> AppointmentView:
        """A new draft's view."""
        appointment = await Creation(self._ctx, self._caller, self._options, draft).create()
        self._response.headers["Location"] = f"{router.prefix}/{appointment.pre_entry_no}"
        return await self.view(appointment)

    async def copied(self, pre_entry_no: str) -> Draft:
        """The content of an appointment of one's own and its files, in the clear; the files are kept for it.

        A window that has begun is left out: its time must be decided again.
        """
        source = await self._ctx.read(lambda session: found(session, pre_entry_no, self._caller, Right.COPY))
        opened = self._ctx.sealer.open_appointment(source)
        files = tuple(each for each in opened.attachments if each.purpose is AttachmentPurpose.APPLICATION)
        at = self._caller.received_at
        if await run_in_threadpool(documents.touch, self._ctx.engine, {each.sha256 for each in files}, at):
            raise refusal("temporarily.unavailable")  # taken away and collected since we looked: look again
        start = opened.content.window_start
        is_over = start is not None and start <= at
        content = opened.content.model_copy(update={"window_start": None}) if is_over else opened.content
        return Draft(content, {"copied_from": pre_entry_no}, pre_entry_no, files)

    async def save_faults(self, pre_entry_no: str, content: Content) -> tuple[Fault, ...]:
        """What the rules say of saving this content in a draft of one's own."""

        def judge(session: Session) -> tuple[Fault, ...]:
            known = found(session, pre_entry_no, self._caller, Right.CHANGE)
            return as_draft(session, self._ctx, self._caller, content, known=known.content.consignee_code).faults

        return await self._ctx.read(judge)

    async def submit_faults(self, pre_entry_no: str) -> tuple[Fault, ...]:
        """What the rules say of submitting a draft of one's own as it is saved."""

        def judge(session: Session) -> tuple[Fault, ...]:
            known = found(session, pre_entry_no, self._caller, Right.DECLARE)
            return as_submitted(session, self._ctx, self._caller, known.content).faults

        return await self._ctx.read(judge)

    async def act(self, pre_entry_no: str, act: Act) -> AppointmentView:
        """The view after the act."""
        return await self.view((await self.carry_out(pre_entry_no, act)).appointment)

    async def view(self, appointment: Appointment) -> AppointmentView:
        """The view, its version as ETag."""
        self.show_version(appointment)
        viewer = await self._ctx.read(lambda session: own_viewer(session, self._ctx, self._caller, [appointment]))
        return viewer.full(appointment)

    def show_version(self, appointment: Appointment) -> None:
        """The version as ETag."""
        self._response.headers["ETag"] = etags.of(appointment.version)


At = Annotated[Desk, Depends(Desk)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_appointment(
    desk: At, ctx: ContextDep, caller: CallerDep, body: Sent[ContentBody] | None = None
) -> AppointmentView:
    """暂存: a new draft. The content may be partial; the same key and content give the same draft."""
    draft = Draft.of(body or Given(ContentBody()))
    view = await desk.create(draft)
    await run_in_threadpool(last_used.remember, ctx, caller, draft.content)
    return view


@router.post("/{pre_entry_no}/copy", status_code=status.HTTP_201_CREATED)
async def copy_appointment(desk: At, pre_entry_no: str) -> AppointmentView:
    """复制: a new draft with the same content and files, linked to this one. Works in every state."""
    return await desk.create(await desk.copied(pre_entry_no))


@router.put("/{pre_entry_no}")
async def save_appointment(
    *,
    desk: At,
    ctx: ContextDep,
    caller: CallerDep,
    options: CommandOptionsDep,
    pre_entry_no: str,
    body: Sent[ContentBody],
) -> AppointmentView:
    """暂存: replaces the draft's content as a whole. Needs ``If-Match``."""
    if options.anything:
        raise refusal("version.required", "If-Match")
    content = body.partial.content()
    personal = check_personal(content)
    if body.faults or personal:
        raise Refusal(body.all_faults((*personal, *await desk.save_faults(pre_entry_no, content))))
    sealed = ctx.sealer.seal_content(content, pre_entry_no)
    act = Act(Save, {"content": sealed}, content.model_dump(mode="json"))
    view = await desk.act(pre_entry_no, act)
    await run_in_threadpool(last_used.remember, ctx, caller, content)
    return view


@router.delete("/{pre_entry_no}")
async def delete_appointment(desk: At, pre_entry_no: str) -> AppointmentView:
    """删除: the draft's contents are gone for good."""
    return await desk.act(pre_entry_no, building.deletion())


@router.post("/{pre_entry_no}/submission")
async def submit_appointment(desk: At, pre_entry_no: str, body: Sent[Signed] | None = None) -> AppointmentView:
    """申报: judged by every rule, as of the moment it was received."""
    if body and body.faults:
        raise Refusal(body.all_faults(await desk.submit_faults(pre_entry_no)))
    return await desk.act(pre_entry_no, building.submission(body.partial.signature if body else None))


@router.post("/{pre_entry_no}/cancellation")
async def cancel_appointment(
    desk: At, ctx: ContextDep, pre_entry_no: str, body: Sent[CancelBody] | None = None
) -> AppointmentView:
    """取消预约: strictly before the window starts."""
    given = body.checked(check_text("reason", body.partial.reason)) if body else CancelBody()
    return await desk.act(pre_entry_no, building.cancellation(ctx, pre_entry_no, given.reason, given.signature))


@router.post("/{pre_entry_no}/feedback")
async def feed_back_declarations(desk: At, caller: CallerDep, pre_entry_no: str, body: FeedbackBody) -> FeedbackView:
    """反馈报关单号: those that match are taken, the others come back with their reasons."""
    done = await desk.carry_out(pre_entry_no, building.feedback(body.declaration_numbers, body.signature))
    return FeedbackView(
        accepted=[DeclarationView(**dict(each)) for each in done.accepted],
        refused=refused_numbers(done, caller.language),
        appointment=await desk.view(done.appointment),
    )


@router.post("/{pre_entry_no}/explanation")
async def send_explanation(
    desk: At, ctx: ContextDep, pre_entry_no: str, body: Sent[ExplanationBody] | None = None
) -> AppointmentView:
    """情况说明: once per appointment, for ever."""
    sent = body or Given(ExplanationBody())
    given = sent.checked(_explanation_faults(sent.partial))
    text, attachment_id = given.text, given.attachment_id
    sealed = {"text": ctx.sealer.seal_optional(text, pre_entry_no, "explanation"), "attachment_id": attachment_id}
    said = {"text": text, "attachment_id": attachment_id}
    declared = signed_content.explanation(text, attachment_id, given.signature)
    return await desk.act(pre_entry_no, Act(Explain, sealed, said, declared=declared))


def _explanation_faults(body: ExplanationBody) -> tuple[Fault, ...]:
    empty = explanation.check_given(text=body.text, attachment_id=body.attachment_id)
    return (*empty, *check_text("text", body.text))
