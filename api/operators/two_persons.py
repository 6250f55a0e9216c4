"""两人办理: an operator asks for an act that another one has to confirm, where policy says so."""

from typing import Any, NamedTuple

from api.context import Caller, CommandOptions, Context
from api.http.problems import refusal
from api.operators.recording import record_act
from api.views import Shown, View
from db import approvals
from db.approvals import Approval, ApprovalKind, ApprovalState, OperatorIdentity
from db.engine import writing
from identity.principal import Principal


class ApprovalView(View):
    """Request for an act about ``subject``; ``reason`` is that of ``asked_by``.

    ``is_own``: the caller asked, and so cannot confirm. ``outcome``: ``done``, or the problem code with which the
    confirmed act was refused.
    """

    approval_id: str
    kind: ApprovalKind
    subject: str
    state: ApprovalState
    reason: str
    asked_by: str
    asked_at: Shown
    expires_at: Shown
    decided_by: str | None
    decided_at: Shown | None
    outcome: str | None
    is_own: bool


class Wanted(NamedTuple):
    """An act to ask for: its subject, why, and what it needs besides; ``content`` holds nothing personal."""

    kind: ApprovalKind
    subject: str
    reason: str
    content: dict[str, Any]


def ask(ctx: Context, caller: Caller, options: CommandOptions, wanted: Wanted) -> ApprovalView:
    """Stores a request of the caller for another operator to confirm; a repeated request is stored once.

    Raises Refusal when another request for the same act is pending.
    """
    request = _request(ctx, caller, options, wanted)
    with writing(ctx.engine) as session:
        other = approvals.pending(session, wanted.kind, wanted.subject, caller.received_at)
        if other is not None and other.approval_id != request.approval_id:
            raise refusal("approval.pending", asked_by=other.asked_by)
        if approvals.ask(session, request):
            record_act(session, ctx, caller, "two_persons.asked", about=about(request))
        kept = approvals.find(session, request.approval_id)
    return view(ctx, caller, kept or request)


def _request(ctx: Context, caller: Caller, options: CommandOptions, wanted: Wanted) -> Approval:
    by = person(caller.principal)
    approval_id = ctx.sealer.fingerprint(["approval", by.user_id, options.key])[:32]
    return Approval(
        approval_id=approval_id,
        kind=wanted.kind,
        subject=wanted.subject,
        content=wanted.content,
        reason=ctx.sealer.seal(wanted.reason, context=_context(approval_id)),
        asked_by=by.name,
        asked_as=by.user_id,
        asked_at=caller.received_at,
        expires_at=caller.received_at + ctx.policy.two_persons.valid_for,
    )


def person(principal: Principal) -> OperatorIdentity:
    """Returns the identity of an operator."""
    return OperatorIdentity(principal.name, principal.user_id or principal.name)


def view(ctx: Context, caller: Caller, approval: Approval) -> ApprovalView:
    """Returns the request as the caller sees it, its reason opened."""
    fields = approval.model_dump(include=set(ApprovalView.model_fields) - {"reason"})
    return ApprovalView(
        **fields,
        state=approval.state(caller.received_at),
        reason=reason_of(ctx, approval),
        is_own=approval.asked_as == person(caller.principal).user_id,
    )


def about(approval: Approval) -> str:
    """Returns the words for a request in the access log."""
    return f"{approval.kind.value} {approval.subject}"


def reason_of(ctx: Context, approval: Approval) -> str:
    """Returns the reason of the request, opened."""
    return ctx.sealer.open(approval.reason, context=_context(approval.approval_id))


def _context(approval_id: str) -> str:
    return f"approvals/{approval_id}/reason"
