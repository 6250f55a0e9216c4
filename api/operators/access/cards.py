"""Cards that are in use, and cards that are banned: these neither log in nor sign."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.context import CallerDep, ContextDep
from api.http.lenient_body import RequestBody
from api.http.problems import refusal
from api.operators.reasons import ReasonBody, checked_reason
from api.operators.recording import record_act
from api.views import Shown, View
from db import banned_cards, notification_channels, sessions
from db.banned_cards import BannedCard
from db.engine import writing

router = APIRouter(prefix="/ops/v1/access/cards", tags=["operators"])

Serial = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z:]+$")]


class UsedCardView(View):
    """A card by the serial number of its certificate.

    ``customs_code``, ``card_until``, ``seen_at`` and ``sessions`` tell of its open sessions; ``banned_at`` is null
    unless it is banned.
    """

    serial: str
    customs_code: str | None
    card_until: Shown | None
    seen_at: Shown | None
    sessions: int
    banned_at: Shown | None
    banned_by: str | None


class CardsView(View):
    """Cards with open sessions and banned cards, by serial number."""

    items: list[UsedCardView]


@router.get("")
def list_cards(ctx: ContextDep, caller: CallerDep) -> CardsView:
    """Returns the cards that have a session now, and those that are banned."""
    used = {each.card: each for each in ctx.read_sync(lambda session: sessions.cards(session, caller.received_at))}
    banned = {each.serial: each for each in ctx.read_sync(banned_cards.all_banned)}
    return CardsView(items=[_view(serial, used.get(serial), banned.get(serial)) for serial in sorted({*used, *banned})])


@router.put("/{serial}/ban")
def ban_card(ctx: ContextDep, caller: CallerDep, serial: Serial, body: RequestBody[ReasonBody]) -> UsedCardView:
    """Bans a card: its next request is refused, and it neither logs in nor signs.

    Its sessions and its channels of notices end.
    """
    reason = checked_reason(body)
    card = BannedCard(serial=serial, banned_by=caller.principal.name, banned_at=caller.received_at)
    with writing(ctx.engine) as session:
        banned_cards.ban(session, card)
        sessions.end_of_card(session, serial)
        notification_channels.remove_of_card(session, serial)
        record_act(session, ctx, caller, "cards.banned", about=serial, reason=reason)
    return _view(serial, None, card)


@router.delete("/{serial}/ban")
def lift_card_ban(ctx: ContextDep, caller: CallerDep, serial: Serial) -> UsedCardView:
    """Lifts the ban of a card: it may log in again."""
    with writing(ctx.engine) as session:
        if not banned_cards.lift(session, serial):
            raise refusal("not_found")
        record_act(session, ctx, caller, "cards.ban_lifted", about=serial)
    return _view(serial, None, None)


def _view(serial: str, used: sessions.CardInUse | None, banned: BannedCard | None) -> UsedCardView:
    return UsedCardView(
        serial=serial,
        customs_code=used.customs_code if used else None,
        card_until=used.card_until if used else None,
        seen_at=used.seen_at if used else None,
        sessions=used.sessions if used else 0,
        banned_at=banned.banned_at if banned else None,
        banned_by=banned.banned_by if banned else None,
    )
