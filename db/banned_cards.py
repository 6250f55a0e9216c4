"""Cards that are banned, by the serial number of their certificate."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import BannedCardRow
from db.upsert import insert_missing
from domain.model import Model

_CARDS = BannedCardRow.table()


class BannedCard(Model):
    """A banned card; see ``db.tables.BannedCardRow``."""

    serial: str
    banned_by: str
    banned_at: datetime


def ban(session: Session, card: BannedCard) -> None:
    """Bans a card; one that is banned stays as it is."""
    insert_missing(session, _CARDS, card.model_dump())


def lift(session: Session, serial: str) -> bool:
    """Lifts a ban; returns False when there is none."""
    return session.exec(sa.delete(_CARDS).where(_CARDS.c.serial == serial)).rowcount == 1


def is_banned(session: Session, serial: str) -> bool:
    """True if the card is banned."""
    return session.execute(sa.select(_CARDS.c.serial).where(_CARDS.c.serial == serial)).first() is not None


def all_banned(session: Session) -> list[BannedCard]:
    """Returns all banned cards by serial number."""
    rows = session.execute(sa.select(_CARDS).order_by(_CARDS.c.serial)).mappings()
    return [BannedCard.model_validate(dict(row)) for row in rows]
