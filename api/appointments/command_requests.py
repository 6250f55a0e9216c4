"""Command requests of acts, the same for a single call and for an item of a batch."""

from api.appointments import signed_content
from api.appointments.commands import CommandRequest
from api.context import Context
from api.http.problems import refuse_if
from api.signing import SignatureBody
from domain.content import check_text
from identity.authorization import Right
from workflows.contracts import Cancel, Delete, FeedBack, Submit


def deletion() -> CommandRequest:
    """Returns the request to delete a draft 删除."""
    return CommandRequest(Delete, {}, {}, right=Right.DELETE)


def submission(signature: SignatureBody | None = None) -> CommandRequest:
    """Returns the request to submit a draft 申报."""
    return CommandRequest(Submit, {}, {}, declared=signed_content.submission(signature))


def cancellation(
    ctx: Context, pre_entry_no: str, reason: str | None, signature: SignatureBody | None = None
) -> CommandRequest:
    """Returns the request to cancel 取消预约, with the reason sealed.

    Raises ``Refusal`` when the reason is too long or has characters that are not allowed.
    """
    refuse_if(check_text("reason", reason))
    sealed = ctx.sealer.seal_optional(reason, pre_entry_no, "cancel_reason")
    declared = signed_content.cancellation(reason, signature)
    return CommandRequest(Cancel, {"reason": sealed}, {"reason": reason}, declared=declared)


def feedback(numbers: tuple[str, ...], signature: SignatureBody | None = None) -> CommandRequest:
    """Returns the request to feed back declaration numbers 反馈报关单号."""
    declared = signed_content.feedback(numbers, signature)
    return CommandRequest(FeedBack, {"numbers": numbers}, {"numbers": numbers}, declared=declared)
