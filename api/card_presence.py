"""插入且已解锁: the signs of life of a card session, and where the page finds the card's program."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from api.card_login import CardLoginBody, ChallengeView, origin_of
from api.context import Caller, The, Who
from api.problems import refusal
from api.session import From
from api.signing import decoded, trust_of
from api.views import View
from identity.cards import Offered
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
def get_card_agent(the: The) -> CardAgentView:
    """Where the card's program of the user's own desk answers."""
    code = the.settings.card_agent_code
    told = code.get_secret_value() if the.settings.sandbox and code is not None else None
    return CardAgentView(address=the.settings.card_agent, pairing_code=told)


@router.post("/session/card-presence-challenge", status_code=201)
def create_presence_challenge(the: The, who: Who, visitor: From) -> ChallengeView:
    """What the card signs to show that it is there: good once, for 60 seconds."""
    trust_of(the)
    origin = origin_of(the, visitor.request)
    return _view(the.reception.presence.offer(_card_session(who), origin, who.received_at))


@router.post("/session/card-presence")
async def renew_card_presence(the: The, who: Who, visitor: From, body: CardLoginBody) -> PresenceView:
    """A sign of life: the session's own card is in the reader and unlocked."""
    browser, origin, trust = _card_session(who), origin_of(the, visitor.request), trust_of(the)
    answer = body.jws if body.jws is not None else decoded(body.cms or "")
    try:
        renewed = await run_in_threadpool(
            the.reception.presence.renew, browser, body.nonce, answer, origin=origin, at=who.received_at, trust=trust
        )
    except Rejected as rejected:
        raise refusal(rejected.code, "jws" if body.jws is not None else "cms", **rejected.facts) from rejected
    return PresenceView(until=renewed.until, challenge=_view(renewed.offered))


def _card_session(who: Caller) -> BrowserSession:
    browser = who.principal.session
    if browser is None or browser.card is None:
        raise refusal("session.no_card")
    return browser


def _view(offered: Offered) -> ChallengeView:
    return ChallengeView(nonce=offered.nonce, challenge=offered.challenge.decode(), expires_at=offered.expires_at)
