"""Routes of an applicant's acts: save, delete, submit, cancel, feed back, explain, copy."""

from fastapi import APIRouter, status
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session

from api.appointments import command_requests, signed_content
from api.appointments.access import require_visible
from api.appointments.assessing import as_draft, as_submitted
from api.appointments.bodies import CancelBody, ContentBody, ExplanationBody, FeedbackBody, Signed
from api.appointments.command_responder import CommandResponder, ResponderDep
from api.appointments.commands import CommandRequest, Done
from api.appointments.copying import copied
from api.appointments.creation import Creation, Draft
from api.appointments.views import AppointmentView, DeclarationView
from api.context import Caller, CallerDep, CommandOptionsDep, Context, ContextDep
from api.http.lenient_body import LenientBody, RequestBody
from api.http.problems import Refusal, refusal
from api.preferences import last_used
from api.views import Error, View, errors
from domain import explanation
from domain.appointment import Content
from domain.content import check_personal, check_text
from domain.problems.kinds import Fault, Language
from identity.authorization import Right
from workflows.contracts import Explain, Save

router = APIRouter(prefix="/api/v1/appointments", tags=["appointments"])


class RefusedNumberView(View):
    """Refused declaration number, with all its faults."""

    number: str
    errors: list[Error]


class FeedbackView(View):
    """Result of a feedback: each number is accepted or refused on its own."""

    accepted: list[DeclarationView]
    refused: list[RefusedNumberView]
    appointment: AppointmentView


def refused_numbers(done: Done, language: Language) -> list[RefusedNumberView]:
    """Returns the refused numbers, with their faults in the caller's language."""
    return [RefusedNumberView(number=each.number, errors=errors(each.faults, language)) for each in done.refused]


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_appointment(
    *,
    responder: ResponderDep,
    ctx: ContextDep,
    caller: CallerDep,
    options: CommandOptionsDep,
    body: RequestBody[ContentBody] | None = None,
) -> AppointmentView:
    """暂存: makes a draft. The content may be partial; the same key and content give the same draft."""
    draft = Draft.of(body or LenientBody(ContentBody()))
    view = await _created(responder, Creation(ctx, caller, options, draft))
    await run_in_threadpool(last_used.remember, ctx, caller, draft.content)
    return view


@router.post("/{pre_entry_no}/copy", status_code=status.HTTP_201_CREATED)
async def copy_appointment(
    *, responder: ResponderDep, ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep, pre_entry_no: str
) -> AppointmentView:
    """复制: makes a draft with the same content and files, linked to this appointment. Works in every state."""
    return await _created(responder, Creation(ctx, caller, options, await copied(ctx, caller, pre_entry_no)))


@router.put("/{pre_entry_no}")
async def save_appointment(
    *,
    responder: ResponderDep,
    ctx: ContextDep,
    caller: CallerDep,
    options: CommandOptionsDep,
    pre_entry_no: str,
    body: RequestBody[ContentBody],
) -> AppointmentView:
    """暂存: replaces the whole content of the draft. Needs ``If-Match``."""
    if options.anything:
        raise refusal("version.required", "If-Match")
    content = body.partial.content()
    personal = check_personal(content)
    if body.faults or personal:
        raise Refusal(body.all_faults((*personal, *await _save_faults(ctx, caller, pre_entry_no, content))))
    sealed = ctx.sealer.seal_content(content, pre_entry_no)
    request = CommandRequest(Save, {"content": sealed}, content.model_dump(mode="json"))
    view = await responder.respond(pre_entry_no, request)
    await run_in_threadpool(last_used.remember, ctx, caller, content)
    return view


@router.delete("/{pre_entry_no}")
async def delete_appointment(responder: ResponderDep, pre_entry_no: str) -> AppointmentView:
    """删除: deletes the draft and erases its content."""
    return await responder.respond(pre_entry_no, command_requests.deletion())


@router.post("/{pre_entry_no}/submission")
async def submit_appointment(
    *,
    responder: ResponderDep,
    ctx: ContextDep,
    caller: CallerDep,
    pre_entry_no: str,
    body: RequestBody[Signed] | None = None,
) -> AppointmentView:
    """申报: submits the draft, if all rules allow it at the time of the request."""
    if body and body.faults:
        raise Refusal(body.all_faults(await _submit_faults(ctx, caller, pre_entry_no)))
    return await responder.respond(pre_entry_no, command_requests.submission(body.partial.signature if body else None))


@router.post("/{pre_entry_no}/cancellation")
async def cancel_appointment(
    responder: ResponderDep, ctx: ContextDep, pre_entry_no: str, body: RequestBody[CancelBody] | None = None
) -> AppointmentView:
    """取消预约: cancels the appointment, strictly before the window starts."""
    given = body.checked(check_text("reason", body.partial.reason)) if body else CancelBody()
    return await responder.respond(
        pre_entry_no, command_requests.cancellation(ctx, pre_entry_no, given.reason, given.signature)
    )


@router.post("/{pre_entry_no}/feedback")
async def feed_back_declarations(
    responder: ResponderDep, caller: CallerDep, pre_entry_no: str, body: FeedbackBody
) -> FeedbackView:
    """反馈报关单号: accepts the numbers that match and returns the others with their faults."""
    done = await responder.commands.execute(
        pre_entry_no, command_requests.feedback(body.declaration_numbers, body.signature)
    )
    return FeedbackView(
        accepted=[DeclarationView(**dict(each)) for each in done.accepted],
        refused=refused_numbers(done, caller.language),
        appointment=await responder.view(done.appointment),
    )


@router.post("/{pre_entry_no}/explanation")
async def send_explanation(
    responder: ResponderDep, ctx: ContextDep, pre_entry_no: str, body: RequestBody[ExplanationBody] | None = None
) -> AppointmentView:
    """情况说明: sends the explanation, which is possible once per appointment."""
    sent = body or LenientBody(ExplanationBody())
    given = sent.checked(_explanation_faults(sent.partial))
    text, attachment_id = given.text, given.attachment_id
    sealed = {"text": ctx.sealer.seal_optional(text, pre_entry_no, "explanation"), "attachment_id": attachment_id}
    said = {"text": text, "attachment_id": attachment_id}
    declared = signed_content.explanation(text, attachment_id, given.signature)
    return await responder.respond(pre_entry_no, CommandRequest(Explain, sealed, said, declared=declared))


async def _created(responder: CommandResponder, creation: Creation) -> AppointmentView:
    appointment = await creation.create()
    responder.set_location(f"{router.prefix}/{appointment.pre_entry_no}")
    return await responder.view(appointment)


async def _save_faults(ctx: Context, caller: Caller, pre_entry_no: str, content: Content) -> tuple[Fault, ...]:
    """Returns the faults that the rules find when this content is saved in a draft of the caller."""

    def judge(session: Session) -> tuple[Fault, ...]:
        known = require_visible(session, pre_entry_no, caller, Right.CHANGE)
        return as_draft(session, ctx, caller, content, known=known.content.consignee_code).faults

    return await ctx.read(judge)


async def _submit_faults(ctx: Context, caller: Caller, pre_entry_no: str) -> tuple[Fault, ...]:
    """Returns the faults that the rules find when a draft of the caller is submitted as it is saved."""

    def judge(session: Session) -> tuple[Fault, ...]:
        known = require_visible(session, pre_entry_no, caller, Right.DECLARE)
        return as_submitted(session, ctx, caller, known.content).faults

    return await ctx.read(judge)


def _explanation_faults(body: ExplanationBody) -> tuple[Fault, ...]:
    empty = explanation.check_given(text=body.text, attachment_id=body.attachment_id)
    return (*empty, *check_text("text", body.text))
