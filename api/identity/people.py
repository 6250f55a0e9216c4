"""Names of people who acted for an enterprise. Only that enterprise reads them; others see the enterprise alone."""

from collections.abc import Collection, Iterable, Mapping

from sqlmodel import Session

from api.context import Caller, Context
from db import queries
from domain.appointment import Appointment
from identity.names import open_name
from identity.principal import Principal
from runtime.sealing import Sealer

#: A user's, key's or card's id → its name.
Names = Mapping[str, str]
#: How the id of a card begins; it says which card it is, and is its name.
_CARD = "card/"


def own_name(sealer: Sealer, principal: Principal) -> str:
    """Returns the caller's display name, or the name of the login, key or card without one."""
    return name_of(sealer, principal.user_id, principal.display_name) or principal.name


def name_of(sealer: Sealer, user_id: str | None, display_name: str | None) -> str | None:
    """Returns the display name in the clear; None without one."""
    return None if user_id is None or display_name is None else open_name(sealer, user_id, display_name)


def names_of(session: Session, ctx: Context, caller: Caller, ids: Iterable[str | None]) -> Names:
    """Returns the names of the ids that act for the caller's own enterprise; queries nothing for the caller alone."""
    principal = caller.principal
    wanted = {each for each in ids if each is not None}
    known = {principal.user_id: own_name(ctx.sealer, principal)} if principal.user_id in wanted else {}
    return {key: name for key, name in known.items() if key} | _asked(session, ctx, caller, wanted - known.keys())


def acted_on(appointments: Iterable[Appointment]) -> Iterable[str | None]:
    """Returns the ids of the people who created and submitted the appointments."""
    return (person for each in appointments for person in (each.created_by, each.submitted_by))


def _asked(session: Session, ctx: Context, caller: Caller, ids: Collection[str]) -> dict[str, str]:
    code = caller.principal.customs_code
    stored = {each for each in ids if not each.startswith(_CARD)}
    cards = {each: each for each in ids if each.startswith(_CARD)}
    if code is None or not stored:
        return cards
    return cards | {
        each.user_id: name_of(ctx.sealer, each.user_id, each.display_name) or each.name
        for each in queries.people(session, code, stored)
    }
