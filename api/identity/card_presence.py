"""插入且已解锁: the routes that keep a card session's presence, and the address of the card's program."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from api.context import Caller, CallerDep, ContextDep
from api.http.problems import refusal
from api.identity.card_login import CardLoginBody, ChallengeView, page_origin
from api.identity.session import VisitorDep
from api.signing import decoded, trust_of
from api.views import View
from identity.card_login import OfferedChallenge
from identity.principal import BrowserSession
from signing import Rejected

router = APIRouter(prefix="/api/v1", tags=["identity"])


class CardAgentView(View):
    """``pairing_code`` is given in the sandbox only, where user and server share a machine; null anywhere else."""

    address: str
    pairing_code: str | None


class PresenceView(View):
    """Declarations are accepted until ``until``; ``challenge`` is for the next renewal."""

    until: datetime
    challenge: ChallengeView


@router.get("/card-agent")
def get_card_agent(ctx: ContextDep) -> CardAgentView:
    """Returns the address of the card's program on the user's own computer."""
    code = ctx.settings.card_agent_code
    shown = code.get_secret_value() if ctx.settings.sandbox and code is not None else None
    return CardAgentView(address=ctx.settings.card_agent, pairing_code=shown)


@router.post("/session/card-presence-challenge", status_code=201)
def create_presence_challenge(ctx: ContextDep, caller: CallerDep, visitor: VisitorDep) -> ChallengeView:
    """Returns a challenge for the card to sign, which shows that it is present: good once, for 60 seconds."""
    trust_of(ctx)
    origin = page_origin(ctx, visitor.request)
    return _view(ctx.services.presence.offer(_card_session(caller), origin, caller.received_at))


@router.post("/session/card-presence")
async def renew_card_presence(
    ctx: ContextDep, caller: CallerDep, visitor: VisitorDep, body: CardLoginBody
) -> PresenceView:
    """Renews the presence of the session's own card, which is in the reader and unlocked."""
    browser, origin, trust = _card_session(caller), page_origin(ctx, visitor.request), trust_of(ctx)
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
