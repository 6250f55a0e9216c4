"""插入且已解锁: the signs of life of a card session, and where the page finds the card's program."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from api.context import Caller, CallerDep, ContextDep
from api.http.problems import refusal
from api.identity.card_login import CardLoginBody, ChallengeView, origin_of
from api.identity.session import From
from api.signing import decoded, trust_of
from api.views import View
from identity.card_login import OfferedChallenge
from identity.principal import BrowserSession
from signing.rejected import Rejected

router = APIRouter(prefix="/api/v1", tags=["identity"])


class CardAgentView(View):
    """``pairing_code`` is told in the sandbox only, where desk and server are one machine; null anywhere else."""

    address: str
    pairing_code: str | None


class PresenceView(View):
    """Declarations are taken until ``until``; ``challenge`` is for the next sign of life."""

    until: datetime
    challenge: ChallengeView


@router.get("/card-agent")
def get_card_agent(ctx: ContextDep) -> CardAgentView:
    """Where the card's program of the user's own desk answers."""
    code = ctx.settings.card_agent_code
    told = code.get_secret_value() if ctx.settings.sandbox and code is not None else None
    return CardAgentView(address=ctx.settings.card_agent, pairing_code=told)


@router.post("/session/card-presence-challenge", status_code=201)
def create_presence_challenge(ctx: ContextDep, caller: CallerDep, visitor: From) -> ChallengeView:
    """What the card signs to show that it is there: good once, for 60 seconds."""
    trust_of(ctx)
    origin = origin_of(ctx, visitor.request)
    return _view(ctx.services.presence.offer(_card_session(caller), origin, caller.received_at))


@router.post("/session/card-presence")
async def renew_card_presence(ctx: ContextDep, caller: CallerDep, visitor: From, body: CardLoginBody) -> PresenceView:
    """A sign of life: the session's own card is in the reader and unlocked."""
    browser, origin, trust = _card_session(caller), origin_of(ctx, visitor.request), trust_of(ctx)
    answer = body.jws if body.jws is not None else decoded(body.cms or "")
    try:
        renewed = await run_in_threadpool(
            ctx.services.presence.renew, browser, body.nonce, answer, origin=origin, at=caller.received_at, trust=trust
        )
    except Rejected as rejected:
        raise refusal(rejected.code, "jws" if body.jws is not None else "cms", **rejected.facts) from rejected
    return PresenceView(until=renewed.until, challenge=_view(renewed.offered))


def _card_session(caller: Caller) -> BrowserSession:
    browser = caller.principal.session
    if browser is None or browser.card is None:
        raise refusal("session.no_card")
    return browser


def _view(offered: OfferedChallenge) -> ChallengeView:
    return ChallengeView(nonce=offered.nonce, challenge=offered.challenge.decode(), expires_at=offered.expires_at)
