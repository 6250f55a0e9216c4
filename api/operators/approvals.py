"""Requests of operators that another one confirms or rejects; a confirmed act is carried out at once.

The id of a request is the key of its act, and the act is that of the operator who asked, at the instant of the
decision: carrying it out again after a crash has no second effect.
"""

from datetime import datetime

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from api.context import Caller, CallerDep, CommandOptions, Context, ContextDep
from api.http.lenient_body import RequestBody
from api.http.problems import Refusal, refusal
from api.openapi.responses import NOT_PERMITTED
from api.operators.paging import Limit, cursor_at, cut, position
from api.operators.reasons import ReasonBody, checked_reason
from api.operators.recording import record_act
from api.operators.releasing import Releasing
from api.operators.two_persons import ApprovalView, about, person, reason_of, view
from api.views import View
from db import approvals
from db.approvals import DONE, Approval, ApprovalKind, OperatorIdentity
from db.engine import writing
from domain.actor import ActorKind
from domain.problems import CATALOGUE
from identity.key_issuing import KeyIssuer, KeyOrder
from identity.principal import USER_SCOPES, Principal, Role

router = APIRouter(prefix="/ops/v1/approvals", tags=["operators"])

#: Statuses that end a confirmed act: asking again would be refused again.
_FINAL = frozenset({403, 404, 409, 412, 422})
#: kind → the role that may confirm or reject it.
_ROLES = {
    ApprovalKind.RELEASE: Role.CASE_OFFICER,
    ApprovalKind.KEY_ISSUE: Role.ADMINISTRATOR,
    ApprovalKind.KEY_ROTATION: Role.ADMINISTRATOR,
}


class ApprovalsView(View):
    """Requests, newest first; ``next_cursor`` is null on the last page."""

    items: list[ApprovalView]
    next_cursor: str | None


class ConfirmedView(ApprovalView):
    """A confirmed request; ``secret`` is that of the API key it made, shown to who confirmed it and nowhere else."""

    secret: str | None


@router.get("")
def list_approvals(ctx: ContextDep, caller: CallerDep, cursor: str | None = None, limit: Limit = 50) -> ApprovalsView:
    """Returns the requests that need, or needed, a second person."""
    before = position(cursor, str)
    page, last = cut(ctx.read_sync(lambda session: approvals.newest(session, before=before, limit=limit + 1)), limit)
    return ApprovalsView(
        items=[view(ctx, caller, each) for each in page],
        next_cursor=None if last is None else cursor_at(last.asked_at, last.approval_id),
    )


@router.post("/{approval_id}/confirmation", responses=NOT_PERMITTED)
async def confirm_approval(ctx: ContextDep, caller: CallerDep, approval_id: str) -> ConfirmedView:
    """Confirms the request of another operator and carries it out; confirming again finishes what a crash left open."""
    approval = await run_in_threadpool(_confirmed, ctx, caller, approval_id)
    secret = await _carried_out(ctx, caller, approval)
    after = await run_in_threadpool(_known, ctx, approval_id)
    return ConfirmedView(**dict(view(ctx, caller, after)), secret=secret)


@router.post("/{approval_id}/rejection", responses=NOT_PERMITTED)
def reject_approval(
    ctx: ContextDep, caller: CallerDep, approval_id: str, body: RequestBody[ReasonBody]
) -> ApprovalView:
    """Rejects a request, or withdraws a request of the caller, with a reason that stays in the access log."""
    reason = checked_reason(body)
    approval = _known(ctx, approval_id)
    _require_role(caller, approval.kind)
    with writing(ctx.engine) as session:
        if not approvals.decide(session, approval_id, "rejected", by=person(caller.principal), at=caller.received_at):
            raise refusal("approval.closed")
        record_act(session, ctx, caller, "two_persons.rejected", about=about(approval), reason=reason)
    return view(ctx, caller, _known(ctx, approval_id))


def _confirmed(ctx: Context, caller: Caller, approval_id: str) -> Approval:
    """Records the confirmation and returns the request. Raises Refusal when the caller may not confirm it."""
    approval = _known(ctx, approval_id)
    _require_role(caller, approval.kind)
    by = person(caller.principal)
    if caller.principal.session is None:
        raise refusal("session.required")  # an API key is no second person
    if approval.asked_as == by.user_id:
        raise refusal("approval.own")
    if _is_repeated(approval, by):
        return approval
    with writing(ctx.engine) as session:
        if not approvals.decide(session, approval_id, "confirmed", by=by, at=caller.received_at):
            raise refusal("approval.closed")
        record_act(session, ctx, caller, "two_persons.confirmed", about=about(approval))
    return _known(ctx, approval_id)


def _is_repeated(approval: Approval, by: OperatorIdentity) -> bool:
    """True for a confirmed act that nobody has carried out yet, and for a repetition by the operator who confirmed."""
    if approval.decision != "confirmed":
        return False
    return approval.done_at is None or (approval.decided_as == by.user_id and approval.outcome == DONE)


async def _carried_out(ctx: Context, caller: Caller, approval: Approval) -> str | None:
    """Carries out a confirmed act, records its outcome, and returns the secret of a key it made."""
    try:
        secret = await _act(ctx, caller, approval)
    except Refusal as refused:
        if CATALOGUE[refused.code].status in _FINAL:
            await run_in_threadpool(_finish, ctx, approval, refused.code, caller.received_at)
        raise
    await run_in_threadpool(_finish, ctx, approval, DONE, caller.received_at)
    return secret


async def _act(ctx: Context, caller: Caller, approval: Approval) -> str | None:
    if approval.kind is not ApprovalKind.RELEASE:
        order = KeyOrder.model_validate(approval.content)
        issuer = KeyIssuer(ctx.engine, ctx.sealer.fingerprint)
        mark, at = f"approval {approval.approval_id}", approval.decided_at or caller.received_at
        return (await run_in_threadpool(issuer.issue, order, mark, at)).secret
    if approval.done_at is None:
        await _released(ctx, caller, approval)
    return None


async def _released(ctx: Context, caller: Caller, approval: Approval) -> None:
    """Sends the release as the operator who asked, under the id of the request."""
    asking = Principal(ActorKind.OPERATOR, approval.asked_by, None, USER_SCOPES[ActorKind.OPERATOR])
    as_asked = Caller(asking, approval.decided_at or caller.received_at, caller.language, caller.address)
    options = CommandOptions(f"approval-{approval.approval_id}", chosen=True)
    await Releasing(ctx, as_asked, options).release(approval.subject, reason_of(ctx, approval))


def _finish(ctx: Context, approval: Approval, outcome: str, at: datetime) -> None:
    with writing(ctx.engine) as session:
        approvals.finish(session, approval.approval_id, outcome, at)


def _known(ctx: Context, approval_id: str) -> Approval:
    found = ctx.read_sync(lambda session: approvals.find(session, approval_id))
    if found is None:
        raise refusal("not_found")
    return found


def _require_role(caller: Caller, kind: ApprovalKind) -> None:
    """Raises Refusal when the caller could not do the act alone either."""
    needed = {_ROLES[kind], Role.ADMINISTRATOR}
    if not needed & caller.principal.roles:
        raise refusal("auth.role_missing", roles=sorted(needed))
