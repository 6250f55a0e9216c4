"""登录: the captcha, login, logout, and the session."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, status
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api.bodies import Body, Text
from api.context import Caller, CallerDep, Context, ContextDep
from api.http.language import preferred
from api.http.problems import Refusal, refusal
from api.identity import cookies
from api.identity.principals import PrincipalView, describe
from api.views import View
from domain.problems import Fault
from domain.problems.kinds import Language
from identity.lockout import MustWait
from identity.login import Credentials, LoginFailed
from identity.passwords import TooManyWaiting
from identity.principal import Principal
from identity.rate_limits import RateLimited

router = APIRouter(prefix="/api/v1", tags=["identity"])

_CROWDED_SECONDS = 5


class LoginBody(Body):
    """登录. Values longer than any name or password are refused unread."""

    username: Annotated[Text, Field(max_length=128)]
    password: Annotated[Text, Field(max_length=256, repr=False)]
    captcha_id: Annotated[Text, Field(max_length=64)]
    captcha_answer: Annotated[Text, Field(max_length=32, repr=False)]


class CaptchaView(View):
    """``image``: a data URL (PNG). ``sandbox_answer`` is given in the sandbox only, for tests; null anywhere else."""

    captcha_id: str
    image: str
    sandbox_answer: str | None


@dataclass(frozen=True, slots=True)
class Visitor:
    """The sender of a request without credentials: its address, the instant, and its language."""

    request: Request
    address: str | None
    received_at: datetime
    language: Language


def visitor(request: Request) -> Visitor:
    """Returns the visitor that the server and the middleware ``Clock`` found."""
    address = request.client.host if request.client else None
    return Visitor(request, address, request.state.received_at, preferred(request.headers.get("accept-language")))


VisitorDep = Annotated[Visitor, Depends(visitor)]


@router.get("/captcha")
def create_captcha(ctx: ContextDep, visitor: VisitorDep) -> CaptchaView:
    """验证码: five characters, tried once, within five minutes."""
    with refusing_login(visitor):
        ctx.services.rate_limiter.hit("captcha", visitor.address)
    made = ctx.services.logins.captchas.make(visitor.received_at)
    return CaptchaView(
        captcha_id=made.captcha_id,
        image=f"data:image/png;base64,{base64.b64encode(made.image).decode()}",
        sandbox_answer=made.answer if ctx.settings.sandbox else None,
    )


@router.post("/session", status_code=status.HTTP_201_CREATED)
async def log_in(ctx: ContextDep, visitor: VisitorDep, body: LoginBody, response: Response) -> PrincipalView:
    """登录: name, password and captcha give a session; any earlier one of this browser ends."""
    given = Credentials(
        **body.model_dump(),
        address=visitor.address,
        old_token=cookies.token_of(visitor.request, ctx.settings),
    )
    with refusing_login(visitor):
        ctx.services.rate_limiter.hit("login", visitor.address)
        token = await ctx.services.logins.log_in(given, visitor.received_at)
    cookies.put(response, token, visitor.request, ctx.settings)
    principal = await run_in_threadpool(ctx.services.sessions.principal, token, visitor.received_at)
    return await described(ctx, visitor, principal)


@router.get("/session")
def get_session(ctx: ContextDep, caller: CallerDep) -> PrincipalView:
    """Returns the caller, and what blocks its enterprise; for keys too."""
    return ctx.read_sync(lambda session: describe(session, ctx, caller))


@router.delete("/session", status_code=status.HTTP_204_NO_CONTENT)
def log_out(ctx: ContextDep, caller: CallerDep, visitor: VisitorDep, response: Response) -> None:
    """退出: the session ends here and now; a key has none, and nothing happens."""
    ctx.services.logins.log_out(caller.principal, address=visitor.address, at=caller.received_at)
    cookies.remove(response, visitor.request, ctx.settings)


async def described(ctx: Context, visitor: Visitor, principal: Principal | None) -> PrincipalView:
    """Returns the view of a new session. Raises Refusal when the user was disabled meanwhile."""
    if principal is None:  # disabled between two statements
        raise refusal("auth.failed")
    caller = Caller(principal, visitor.received_at, visitor.language)
    return await ctx.read(lambda session: describe(session, ctx, caller))


@contextmanager
def refusing_login(visitor: Visitor) -> Iterator[None]:
    """Raises Refusal when the login inside fails or has to wait."""
    try:
        yield
    except LoginFailed:
        raise refusal("auth.failed") from None
    except MustWait as wait:
        raise _later(int((wait.until - visitor.received_at).total_seconds()) + 1) from None
    except RateLimited as many:
        raise _later(many.retry_after) from None
    except TooManyWaiting:
        raise _later(_CROWDED_SECONDS) from None


def _later(seconds: int) -> Refusal:
    fault = Fault(code="rate.limited", facts={"retry_after": seconds})
    return Refusal([fault], {"Retry-After": str(seconds)})
