"""The act that a request asks for, alike for a single call and for an item of a batch."""

from api.appointments import signed_content
from api.appointments.commands import CommandRequest
from api.context import Context
from api.http.problems import refuse_if
from api.signing import SignatureBody
from domain.content import check_text
from identity.authorization import Right
from workflows.contracts import Cancel, Delete, FeedBack, Submit


def deletion() -> CommandRequest:
    """删除."""
    return CommandRequest(Delete, {}, {}, right=Right.DELETE)


def submission(signature: SignatureBody | None = None) -> CommandRequest:
    """申报."""
    return CommandRequest(Submit, {}, {}, declared=signed_content.submission(signature))


def cancellation(
    ctx: Context, pre_entry_no: str, reason: str | None, signature: SignatureBody | None = None
) -> CommandRequest:
    """取消预约, its reason sealed. ``Refusal`` for a reason that is too long or cannot be written."""
    refuse_if(check_text("reason", reason))
    sealed = ctx.sealer.seal_optional(reason, pre_entry_no, "cancel_reason")
    declared = signed_content.cancellation(reason, signature)
    return CommandRequest(Cancel, {"reason": sealed}, {"reason": reason}, declared=declared)


def feedback(numbers: tuple[str, ...], signature: SignatureBody | None = None) -> CommandRequest:
    """反馈报关单号, normalised."""
    declared = signed_content.feedback(numbers, signature)
    return CommandRequest(FeedBack, {"numbers": numbers}, {"numbers": numbers}, declared=declared)
