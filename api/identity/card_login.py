"""卡介质登录: the routes that offer a challenge and take the card's answer."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Request, Response, status
from fastapi.concurrency import run_in_threadpool
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.bodies import Body
from api.context import Context, ContextDep
from api.http.problems import Refusal, refusal
from api.identity import cookies
from api.identity.principals import PrincipalView
from api.identity.session import VisitorDep, described, refusing_login
from api.signing import decoded, trust_of
from api.views import View
from domain.problems import Fault
from identity.card_login import CardAnswer, UnknownEnterprise
from signing import Rejected

router = APIRouter(prefix="/api/v1/session", tags=["identity"])


class ChallengeView(View):
    """``challenge``: the text to sign, exactly these characters, with the login key, before ``expires_at``."""

    nonce: str
    challenge: str
    expires_at: datetime


class CardLoginBody(Body):
    """Either a JWS (ES256, compact, ``x5c`` in its header), or for SM2 a detached CMS (DER in Base64)."""

    nonce: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
    jws: Annotated[str | None, Field(max_length=64 * 1024)] = None
    cms: Annotated[str | None, Field(max_length=64 * 1024)] = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.jws is None) == (self.cms is None):
            raise PydanticCustomError("missing", "either jws or cms", {"field": "jws"})
        return self


@router.post("/card-challenge", status_code=status.HTTP_201_CREATED)
def create_card_challenge(ctx: ContextDep, visitor: VisitorDep) -> ChallengeView:
    """登录口令: good once, for 60 seconds."""
    trust_of(ctx)
    with refusing_login(visitor):
        ctx.services.rate_limiter.hit("captcha", visitor.address)
    made = ctx.services.cards.offer(page_origin(ctx, visitor.request), visitor.received_at)
    return ChallengeView(nonce=made.nonce, challenge=made.challenge.decode(), expires_at=made.expires_at)


@router.post("/card", status_code=status.HTTP_201_CREATED)
async def log_in_with_card(
    ctx: ContextDep, visitor: VisitorDep, body: CardLoginBody, response: Response
) -> PrincipalView:
    """卡介质登录: the answer gives a session of the card's enterprise; any earlier one of this browser ends."""
    given = CardAnswer(
        nonce=body.nonce,
        signature=body.jws if body.jws is not None else decoded(body.cms or ""),
        address=visitor.address,
        old_token=cookies.token_of(visitor.request, ctx.settings),
    )
    with refusing_login(visitor):
        ctx.services.rate_limiter.hit("login", visitor.address)
    origin, trust = page_origin(ctx, visitor.request), trust_of(ctx)
    try:
        token = await run_in_threadpool(ctx.services.cards.log_in, given, origin, visitor.received_at, trust)
    except Rejected as rejected:
        raise refusal(rejected.code, "jws" if body.jws is not None else "cms", **rejected.facts) from rejected
    except UnknownEnterprise as unknown:
        raise _unknown(unknown.customs_code) from unknown
    cookies.put(response, token, visitor.request, ctx.settings)
    principal = await run_in_threadpool(ctx.services.sessions.principal, token, visitor.received_at)
    return await described(ctx, visitor, principal)


def page_origin(ctx: Context, request: Request) -> str:
    """Returns the origin of our page, which the card signs. Raises Refusal when none is configured.

    It is never taken from a request, or another page could have its own origin signed. Only the sandbox on this
    machine, whose port is not configured, uses the request's.
    """
    if ctx.settings.public_origin is not None:
        return ctx.settings.public_origin
    host = request.headers.get("host", "")
    if ctx.settings.sandbox and cookies.is_loopback(host):
        return f"{request.url.scheme}://{host}"
    raise refusal("signature.unavailable")


def _unknown(code: str) -> Refusal:
    facts = {"role": "applicant", "enterprise": code, "reason": "unknown"}
    return Refusal([Fault(code="eligibility.unqualified", facts=facts)])
