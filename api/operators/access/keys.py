"""API keys: made, rotated with an overlap, revoked at once. Policy may want a second person for the first two."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Response, status
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import Field

from api.bodies import Body, Code, FreeText, Instant
from api.context import Caller, CallerDep, CommandOptions, CommandOptionsDep, Context, ContextDep
from api.http.lenient_body import RequestBody
from api.http.problems import refusal
from api.operators.paging import Limit, cursor_at, cut, position
from api.operators.reasons import ReasonBody, checked_reason, reason_faults
from api.operators.recording import record_act
from api.operators.two_persons import ApprovalView, Wanted, ask
from api.views import Shown, View
from db import keys
from db.approvals import ApprovalKind
from db.engine import writing
from db.keys import ApiKey
from domain.codes import customs_code_fault
from domain.problems import Fault
from identity.key_issuing import KeyIssuer, KeyNotFound, KeyOrder
from identity.principal import Scope

router = APIRouter(prefix="/ops/v1/access/keys", tags=["operators"])

MAX_OVERLAP_HOURS = 30 * 24
WAITS: dict[int | str, dict[str, Any]] = {
    202: {"model": ApprovalView, "description": "待他人确认 Waits for another operator"}
}


class KeyBody(Body):
    """A key to make: for ``appointments`` of one enterprise, or for ``receipts`` or ``operations`` of none."""

    name: Annotated[FreeText, Field(min_length=1, max_length=64)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=3)]
    customs_code: Code | None = None
    expires_at: Instant | None = None
    reason: FreeText


class RotationBody(Body):
    """The hours for which the replaced key stays valid beside the new one, and the reason."""

    overlap_hours: Annotated[int, Field(ge=0, le=MAX_OVERLAP_HOURS)] = 24
    reason: FreeText


class KeyView(View):
    """A key without its secret; ``is_valid``: it opens something now."""

    key_id: str
    name: str
    scopes: list[Scope]
    customs_code: str | None
    created_at: Shown
    expires_at: Shown | None
    revoked_at: Shown | None
    last_used_at: Shown | None
    is_valid: bool


class KeysView(View):
    """Keys, newest first, revoked ones too; ``next_cursor`` is null on the last page."""

    items: list[KeyView]
    next_cursor: str | None


class IssuedKeyView(KeyView):
    """A key with its secret, which is shown here and nowhere else."""

    secret: str


@router.get("")
def list_keys(ctx: ContextDep, caller: CallerDep, cursor: str | None = None, limit: Limit = 50) -> KeysView:
    """Returns all API keys, without their secrets."""
    before = position(cursor, str)
    page, last = cut(ctx.read_sync(lambda session: keys.page(session, before=before, limit=limit + 1)), limit)
    return KeysView(
        items=[_view(each, caller) for each in page],
        next_cursor=None if last is None else cursor_at(last.created_at, last.key_id),
    )


@router.post("", status_code=status.HTTP_201_CREATED, response_model=IssuedKeyView, responses=WAITS)
async def issue_key(
    ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep, body: RequestBody[KeyBody]
) -> IssuedKeyView | Response:
    """Makes a key; its secret is in this answer alone, or in that of the confirmation by a second operator."""
    given = body.checked((*reason_faults(body.partial.reason), *_faults(body.partial, caller)))
    order = KeyOrder(**given.model_dump(exclude={"reason"}))
    wanted = Wanted(ApprovalKind.KEY_ISSUE, order.name, given.reason, order.model_dump(mode="json"))
    return await run_in_threadpool(_made, ctx, caller, options, wanted)


@router.post("/{key_id}/rotation", status_code=status.HTTP_201_CREATED, response_model=IssuedKeyView, responses=WAITS)
async def rotate_key(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    options: CommandOptionsDep,
    key_id: str,
    body: RequestBody[RotationBody],
) -> IssuedKeyView | Response:
    """Makes a key that replaces this one, which stays valid for the overlap."""
    given = body.checked(reason_faults(body.partial.reason))
    issuer, overlap = KeyIssuer(ctx.engine, ctx.sealer.fingerprint), timedelta(hours=given.overlap_hours)
    try:
        order = await run_in_threadpool(issuer.rotation, key_id, overlap, _mark(caller, options), caller.received_at)
    except KeyNotFound:
        raise refusal("not_found") from None
    wanted = Wanted(ApprovalKind.KEY_ROTATION, key_id, given.reason, order.model_dump(mode="json"))
    return await run_in_threadpool(_made, ctx, caller, options, wanted)


@router.post("/{key_id}/revocation")
def revoke_key(ctx: ContextDep, caller: CallerDep, key_id: str, body: RequestBody[ReasonBody]) -> KeyView:
    """Revokes a key: it is refused from the next request on, everywhere."""
    reason = checked_reason(body)
    with writing(ctx.engine) as session:
        if keys.revoke_one(session, key_id, at=caller.received_at):
            record_act(session, ctx, caller, "key.revoked", about=key_id, reason=reason)
        found = keys.by_id(session, key_id)
    if found is None:
        raise refusal("not_found")
    return _view(found, caller)


def _made(ctx: Context, caller: Caller, options: CommandOptions, wanted: Wanted) -> IssuedKeyView | Response:
    """Makes the key under the key of the request, so that a repeated request shows the same secret; or asks for it."""
    if ctx.policy.two_persons.keys:
        asked = ask(ctx, caller, options, wanted)
        return JSONResponse(asked.model_dump(mode="json"), status.HTTP_202_ACCEPTED)
    order = KeyOrder.model_validate(wanted.content)
    made = KeyIssuer(ctx.engine, ctx.sealer.fingerprint).issue(order, _mark(caller, options), caller.received_at)
    with writing(ctx.engine) as session:
        record_act(session, ctx, caller, f"key.{_ACTS[wanted.kind]}", about=made.key.key_id, reason=wanted.reason)
    return IssuedKeyView(**dict(_view(made.key, caller)), secret=made.secret)


def _mark(caller: Caller, options: CommandOptions) -> str:
    return f"{caller.principal.name} {options.key}"


def _faults(sent: KeyBody, caller: Caller) -> Iterator[Fault]:
    """Yields what keeps the key from opening anything, or lets it open too much."""
    is_own = set(sent.scopes or ()) == {Scope.APPOINTMENTS}
    code = sent.customs_code
    if is_own and code is None:
        yield Fault(code="field.required", field="customs_code")
    elif code is not None and (not is_own or customs_code_fault(code)):
        yield Fault(code="field.invalid", field="customs_code", facts={"reason": "customs_code"})
    elif Scope.APPOINTMENTS in (sent.scopes or ()) and not is_own:
        yield Fault(code="field.invalid", field="scopes", facts={"reason": "malformed"})
    if sent.expires_at is not None and sent.expires_at <= caller.received_at:
        yield Fault(code="field.invalid", field="expires_at", facts={"reason": "malformed"})


_ACTS = {ApprovalKind.KEY_ISSUE: "issued", ApprovalKind.KEY_ROTATION: "rotated"}


def _view(key: ApiKey, caller: Caller) -> KeyView:
    fields = key.model_dump(include=set(KeyView.model_fields) - {"scopes"})
    return KeyView(**fields, scopes=sorted(map(Scope, key.scopes)), is_valid=key.is_valid(caller.received_at))
