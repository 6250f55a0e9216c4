"""同事: an administrator of an enterprise adds, limits, disables and resets its users; a user changes his password."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, status
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api.bodies import Body, FreeText, Text
from api.context import Caller, CallerDep, CommandOptions, CommandOptionsDep, Context, ContextDep
from api.http.lenient_body import RequestBody
from api.http.problems import refusal
from api.identity.people import name_of
from api.identity.session import Visitor, VisitorDep, refusing_login
from api.views import Shown, View
from db.seeds import DEMO_USER
from db.users import User
from domain.problems import Fault
from identity import colleagues
from identity.colleagues import AdminRequest, Colleagues, Issued, NewUser, UserChange
from identity.names import canonical_name
from identity.own_password import NewPassword, NoPassword, OwnPassword, WrongPassword
from identity.password_strength import WeakPassword
from identity.users import Rights, is_username

router = APIRouter(prefix="/api/v1", tags=["colleagues"])

NAME_CHARACTERS = 64

Name = Annotated[FreeText, Field(min_length=1, max_length=NAME_CHARACTERS)]
Password = Annotated[Text, Field(max_length=256, repr=False)]


class ColleagueBody(Body):
    """A new user: login name, 姓名, and rights. A user without ``may_declare`` prepares drafts only."""

    username: Annotated[Text, Field(max_length=128)]
    name: Name
    may_declare: bool = True
    administrator: bool = False


class ColleagueChanges(Body):
    """Changes of a user; a field that is left out stays."""

    name: Name | None = None
    may_declare: bool | None = None
    administrator: bool | None = None
    disabled: bool | None = None


class PasswordBody(Body):
    """The present password and the new one."""

    current: Password
    new: Password


class ColleagueView(View):
    """A user; ``initial_until``: a password that an administrator issued must be changed by then."""

    username: str
    user_id: str
    name: str
    may_declare: bool
    administrator: bool
    disabled_at: Shown | None
    created_at: Shown
    initial_until: Shown | None
    is_self: bool


class ColleaguesView(View):
    """All users of the enterprise, disabled ones too, by login name; ``next_cursor`` is always null."""

    items: list[ColleagueView]
    next_cursor: str | None = None


class IssuedView(ColleagueView):
    """A user with the password for the first login; it is shown here and nowhere else."""

    initial_password: str


@router.get("/colleagues")
def list_colleagues(ctx: ContextDep, caller: CallerDep) -> ColleaguesView:
    """Lists the users of our enterprise."""
    found = _colleagues(ctx).listing(caller.code)
    return ColleaguesView(items=[_view(ctx, caller, each) for each in found])


@router.post("/colleagues", status_code=status.HTTP_201_CREATED)
async def add_colleague(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    options: CommandOptionsDep,
    visitor: VisitorDep,
    body: RequestBody[ColleagueBody],
) -> IssuedView:
    """Adds a user, with a password for the first login."""
    given = body.checked(name_faults(body.partial.username))
    wanted = NewUser(canonical_name(given.username), given.name, Rights(given.administrator, given.may_declare))
    return await _issued(ctx, caller, visitor, lambda: _colleagues(ctx).add(wanted, _by(caller, visitor, options)))


@router.patch("/colleagues/{username}")
async def change_colleague(
    *, ctx: ContextDep, caller: CallerDep, visitor: VisitorDep, username: str, body: ColleagueChanges
) -> ColleagueView:
    """Changes the name, the rights, and whether the user may log in, from the user's next request on."""
    wanted = UserChange(body.name, body.may_declare, body.administrator, body.disabled)

    def work() -> User:
        with refusing_change():
            return _colleagues(ctx).change(canonical_name(username), wanted, _by(caller, visitor))

    return _view(ctx, caller, await run_in_threadpool(work))


@router.post("/colleagues/{username}/password")
async def reset_password(
    *, ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep, visitor: VisitorDep, username: str
) -> IssuedView:
    """重置密码: a password for the next login; the user's sessions end."""
    name = canonical_name(username)
    return await _issued(ctx, caller, visitor, lambda: _colleagues(ctx).reset(name, _by(caller, visitor, options)))


@router.put("/session/password", status_code=status.HTTP_204_NO_CONTENT)
async def change_own_password(ctx: ContextDep, caller: CallerDep, visitor: VisitorDep, body: PasswordBody) -> None:
    """修改密码 of the caller. The session goes on; every other session of the user ends."""
    wanted = NewPassword(caller.principal, body.current, body.new, visitor.address, caller.received_at)
    own = OwnPassword(ctx.engine, ctx.services.passwords, ctx.sealer.fingerprint)
    with refusing_login(visitor):
        ctx.services.rate_limiter.hit("login", visitor.address)
        try:
            await own.change(wanted)
        except NoPassword:
            raise refusal("session.required") from None
        except WrongPassword:
            raise refusal("password.wrong", "current") from None
        except WeakPassword as weak:
            raise refusal("field.invalid", "new", reason=f"password_{weak}") from None


def name_faults(given: str | None) -> tuple[Fault, ...]:
    """Returns the fault of a login name that nobody may have."""
    username = canonical_name(given or "")
    if is_username(username) and not username.startswith(DEMO_USER):
        return ()
    return (Fault(code="field.invalid", field="username", facts={"reason": "login_name"}),)


async def _issued(ctx: Context, caller: Caller, visitor: Visitor, work: Callable[[], Issued]) -> IssuedView:
    made = await issuing(ctx, visitor, work)
    return IssuedView(**dict(_view(ctx, caller, made.user)), initial_password=made.password)


async def issuing(ctx: Context, visitor: Visitor, work: Callable[[], Issued]) -> Issued:
    """Runs ``work`` among the logins: hashing a password waits for its turn."""

    def issue() -> Issued:
        with refusing_change():
            return work()

    with refusing_login(visitor):
        return await ctx.services.passwords.run(issue)


@contextmanager
def refusing_change() -> Iterator[None]:
    """Raises Refusal when a change of users inside is refused."""
    try:
        yield
    except colleagues.UnknownUser:
        raise refusal("not_found") from None
    except colleagues.NameTaken:
        raise refusal("colleague.taken", "username") from None
    except colleagues.TooManyUsers:
        raise refusal("colleague.too_many", limit=colleagues.MOST) from None
    except colleagues.LastAdministrator:
        raise refusal("colleague.last_administrator") from None
    except colleagues.BodyMismatch:
        raise refusal("idempotency.conflict", "Idempotency-Key") from None


def _colleagues(ctx: Context) -> Colleagues:
    return Colleagues(ctx.engine, ctx.services.passwords, ctx.sealer)


def _by(caller: Caller, visitor: Visitor, options: CommandOptions | None = None) -> AdminRequest:
    return AdminRequest(
        caller.principal, caller.code, visitor.address, caller.received_at, options.key if options else ""
    )


def _view(ctx: Context, caller: Caller, user: User) -> ColleagueView:
    return ColleagueView(
        username=user.username,
        user_id=user.user_id,
        name=name_of(ctx.sealer, user.user_id, user.display_name) or user.username,
        may_declare=user.may_declare,
        administrator=user.administrator,
        disabled_at=user.disabled_at,
        created_at=user.created_at,
        initial_until=user.initial_until,
        is_self=user.user_id == caller.principal.user_id,
    )
