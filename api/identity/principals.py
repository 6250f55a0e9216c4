"""The view of the caller: the enterprise, its credit, and what keeps it from applying."""

from datetime import date, datetime

from sqlmodel import Session

from api.context import Caller, Context
from api.identity.people import own_name
from api.views import Error, PartyView, View, errors
from db import queries, reference
from domain import credit
from domain.actor import ActorKind
from domain.appointment import CreditLevel
from domain.eligibility import Candidate, check, permitted
from domain.enterprise import Enterprise, Grade, Qualification
from domain.instants import local_date
from domain.problems import Fault
from identity.authorization import allowed_anywhere
from identity.principal import Role

#: 有效期不足时提醒: so many days before its end a card should be renewed.
WARN_DAYS = 30


class OwnEnterprise(PartyView):
    """The enterprise with its register entry: 报关资质 and 信用等级 as customs wrote it."""

    qualification: Qualification
    valid_until: date | None
    grade: Grade


class CardView(View):
    """The card that opened the session; ``expires_soon`` from ``WARN_DAYS`` before its end."""

    serial: str
    not_after: datetime
    days_left: int
    expires_soon: bool


class PrincipalView(View):
    """``notices``: everything that prevents a new application, with what may still be done.

    ``csrf_token`` is what unsafe calls must send as ``X-CSRF-Token``; null for keys, which need none. ``user_id`` is
    random and never changes; ``display_name`` is 姓名, or ``name`` where none is entered. A user who has to
    ``change_password`` may do nothing else before. ``roles`` are those of an operator; ``ports`` those whose calendar a
    calendar keeper may change, null for all.
    """

    kind: ActorKind
    name: str
    user_id: str | None
    display_name: str
    is_administrator: bool
    may_declare: bool
    change_password: bool
    customs_code: str | None
    enterprise: OwnEnterprise | None
    credit: CreditLevel | None
    card: CardView | None
    csrf_token: str | None
    notices: list[Error]
    permitted_actions: list[str]
    roles: list[Role]
    ports: list[str] | None


def describe(session: Session, ctx: Context, caller: Caller) -> PrincipalView:
    """Returns the view of the caller."""
    principal = caller.principal
    browser, code = principal.session, principal.customs_code
    entry = reference.enterprise(session, code) if code else None
    faults = _against(session, caller, code, entry) if code else ()
    return PrincipalView(
        kind=principal.kind,
        name=principal.name,
        user_id=principal.user_id,
        display_name=own_name(ctx.sealer, principal),
        is_administrator=principal.is_administrator,
        may_declare=principal.may_declare,
        change_password=principal.change_password,
        customs_code=code,
        enterprise=OwnEnterprise.model_validate(entry.model_dump()) if entry else None,
        credit=credit.level(entry.grade, local_date(caller.received_at)) if entry else None,
        card=_card(caller),
        csrf_token=browser.csrf_token if browser else None,
        notices=errors(faults, caller.language),
        permitted_actions=allowed_anywhere(principal, permitted(faults)) if code else [],
        roles=sorted(principal.roles),
        ports=None if principal.ports is None else sorted(principal.ports),
    )


def _card(caller: Caller) -> CardView | None:
    browser = caller.principal.session
    if browser is None or browser.card is None or browser.card_until is None:
        return None
    left = (browser.card_until - caller.received_at).days
    return CardView(serial=browser.card, not_after=browser.card_until, days_left=left, expires_soon=left <= WARN_DAYS)


def _against(session: Session, caller: Caller, code: str, entry: Enterprise | None) -> tuple[Fault, ...]:
    blocks = queries.blocks(session, [code])
    return check(Candidate("applicant", code, entry), asking=code, blocks=blocks, received_at=caller.received_at)
