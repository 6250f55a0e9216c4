"""Users of all enterprises and the operators: added, given rights, locked, unlocked, given a first password."""

from typing import Annotated

from fastapi import APIRouter, status
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api.bodies import Body, Code, Text
from api.context import Caller, CallerDep, CommandOptions, CommandOptionsDep, Context, ContextDep
from api.http.lenient_body import RequestBody
from api.http.problems import refusal
from api.identity.colleagues import Name, issuing, name_faults, refusing_change
from api.identity.people import name_of
from api.identity.session import VisitorDep
from api.operators.paging import Limit, cut
from api.operators.recording import record_act
from api.views import Shown, View
from db import sessions, users
from db.engine import writing
from db.queries import cursors
from db.users import User, UserFilter
from domain.actor import ActorKind
from domain.codes import customs_code_fault
from domain.problems import Fault
from identity.colleagues import AdminRequest, Colleagues, Duties, Issued, NewUser, UserChange
from identity.names import canonical_name
from identity.principal import Role
from identity.users import Rights

router = APIRouter(prefix="/ops/v1/access/users", tags=["operators"])

Port = Annotated[str, Field(pattern=r"^[0-9]{4}$")]


class AccountBody(Body):
    """A new user: of the enterprise ``customs_code`` with its rights, or without one an operator with roles.

    ``ports``: those whose calendar a calendar keeper may change, null for all.
    """

    username: Annotated[Text, Field(max_length=128)]
    name: Name
    customs_code: Code | None = None
    may_declare: bool = True
    administrator: bool = False
    roles: list[Role] = []
    ports: list[Port] | None = None


class AccountChanges(Body):
    """Changes of a user; a field that is left out stays. ``roles`` and ``ports`` are set together."""

    name: Name | None = None
    may_declare: bool | None = None
    administrator: bool | None = None
    disabled: bool | None = None
    roles: list[Role] | None = None
    ports: list[Port] | None = None


class AccountView(View):
    """A user; ``customs_code`` is null for an operator, ``ports`` null for all ports.

    ``initial_until``: a password that an administrator issued must be changed by then.
    """

    username: str
    user_id: str
    name: str
    kind: ActorKind
    customs_code: str | None
    may_declare: bool
    administrator: bool
    roles: list[Role]
    ports: list[str] | None
    created_at: Shown
    disabled_at: Shown | None
    initial_until: Shown | None
    is_self: bool


class AccountsView(View):
    """Users by login name; ``next_cursor`` is null on the last page."""

    items: list[AccountView]
    next_cursor: str | None


class IssuedAccountView(AccountView):
    """A user with the password for the first login; it is shown here and nowhere else."""

    initial_password: str


class EndedView(View):
    """The number of sessions that ended."""

    sessions: int


@router.get("")
def list_accounts(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    q: Annotated[str, Field(max_length=64)] = "",
    kind: ActorKind | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> AccountsView:
    """Returns users whose login name begins with ``q``, or who are of the enterprise with this customs code."""
    code = q if q and customs_code_fault(q) is None else None
    beginning = "" if code else canonical_name(q)
    wanted = UserFilter(beginning=beginning, customs_code=code, operators=kind is ActorKind.OPERATOR)
    after = _after(cursor)
    page, last = cut(ctx.read_sync(lambda session: users.page(session, wanted, after=after, limit=limit + 1)), limit)
    return AccountsView(
        items=[_view(ctx, caller, each) for each in page],
        next_cursor=None if last is None else cursors.write([last.username]),
    )


@router.post("", status_code=status.HTTP_201_CREATED)
async def add_account(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    options: CommandOptionsDep,
    visitor: VisitorDep,
    body: RequestBody[AccountBody],
) -> IssuedAccountView:
    """Adds a user, with a password for the first login."""
    given = body.checked(_faults(body.partial))
    is_operator = given.customs_code is None
    roles = frozenset(given.roles) if is_operator else None
    ports = None if given.ports is None else frozenset(given.ports)
    rights = Rights(given.administrator, given.may_declare, roles, ports)
    wanted = NewUser(canonical_name(given.username), given.name, rights)
    by = _by(caller, given.customs_code, options)
    issued = await issuing(ctx, visitor, lambda: _teams(ctx).add(wanted, by))
    return _issued(ctx, caller, issued)


@router.patch("/{username}")
async def change_account(
    *, ctx: ContextDep, caller: CallerDep, username: str, body: RequestBody[AccountChanges]
) -> AccountView:
    """Changes name, rights, roles, and whether the user may log in, from the user's next request on."""
    given = body.checked(())
    user = await run_in_threadpool(_known, ctx, username)
    duties = None
    if given.roles is not None:
        duties = Duties(frozenset(given.roles), None if given.ports is None else frozenset(given.ports))
    if duties is not None and user.customs_code is not None:
        raise refusal("field.invalid", "roles", reason="malformed")
    wanted = UserChange(given.name, given.may_declare, given.administrator, given.disabled, duties)
    return await run_in_threadpool(_changed, ctx, caller, user, wanted)


@router.post("/{username}/password")
async def reset_account(
    *, ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep, visitor: VisitorDep, username: str
) -> IssuedAccountView:
    """Issues a password for the next login; the user's sessions end."""
    user = await run_in_threadpool(_known, ctx, username)
    by = _by(caller, user.customs_code, options)
    issued = await issuing(ctx, visitor, lambda: _teams(ctx).reset(user.username, by))
    return _issued(ctx, caller, issued)


@router.delete("/{username}/sessions")
def end_account_sessions(ctx: ContextDep, caller: CallerDep, username: str) -> EndedView:
    """Ends every session of the user at once; the user may log in again."""
    user = _known(ctx, username)
    with writing(ctx.engine) as session:
        ended = sessions.end_all(session, user.username)
        record_act(session, ctx, caller, "sessions.ended", about=user.username)
    return EndedView(sessions=ended)


def _changed(ctx: Context, caller: Caller, user: User, wanted: UserChange) -> AccountView:
    by = _by(caller, user.customs_code)
    try:
        with refusing_change():
            return _view(ctx, caller, _teams(ctx).change(user.username, wanted, by))
    except ValueError:
        raise refusal("field.invalid", "ports", reason="malformed") from None


def _known(ctx: Context, username: str) -> User:
    found = ctx.read_sync(lambda session: users.find(session, canonical_name(username)))
    if found is None:
        raise refusal("not_found")
    return found


def _faults(sent: AccountBody) -> tuple[Fault, ...]:
    faults = name_faults(sent.username)
    if sent.customs_code is not None and customs_code_fault(sent.customs_code):
        faults += (Fault(code="field.invalid", field="customs_code", facts={"reason": "customs_code"}),)
    if sent.customs_code is None and not sent.roles:
        faults += (Fault(code="field.required", field="roles"),)
    if sent.customs_code is not None and sent.roles:
        faults += (Fault(code="field.invalid", field="roles", facts={"reason": "malformed"}),)
    if sent.ports is not None and Role.CALENDAR_KEEPER not in (sent.roles or ()):
        faults += (Fault(code="field.invalid", field="ports", facts={"reason": "malformed"}),)
    return faults


def _after(cursor: str | None) -> str:
    if cursor is None:
        return ""
    try:
        (after,) = cursors.read(cursor)
        return str(after)
    except ValueError:
        raise refusal("field.invalid", "cursor", reason="malformed") from None


def _teams(ctx: Context) -> Colleagues:
    return Colleagues(ctx.engine, ctx.services.passwords, ctx.sealer)


def _by(caller: Caller, code: str | None, options: CommandOptions | None = None) -> AdminRequest:
    key = options.key if options else ""
    leaves = code is not None
    return AdminRequest(caller.principal, code, caller.address, caller.received_at, key, may_leave_none=leaves)


def _issued(ctx: Context, caller: Caller, issued: Issued) -> IssuedAccountView:
    return IssuedAccountView(**dict(_view(ctx, caller, issued.user)), initial_password=issued.password)


def _view(ctx: Context, caller: Caller, user: User) -> AccountView:
    fields = user.model_dump(include=set(AccountView.model_fields) - {"roles", "ports", "name"})
    return AccountView(
        **fields,
        name=name_of(ctx.sealer, user.user_id, user.display_name) or user.username,
        roles=sorted(map(Role, user.roles or ())),
        ports=None if user.ports is None else sorted(user.ports),
        is_self=user.user_id == caller.principal.user_id,
    )
