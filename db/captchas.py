"""Captchas that wait for an answer; each can be tried once."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import CaptchaRow

_CAPTCHAS = CaptchaRow.table()


def create(session: Session, captcha_id: str, answer_hash: str, *, until: datetime) -> None:
    """Stores the hash of the answer."""
    row = {"captcha_id": captcha_id, "answer_hash": answer_hash, "expires_at": until}
    session.execute(sa.insert(_CAPTCHAS).values(**row))


def take(session: Session, captcha_id: str, *, at: datetime) -> str | None:
    """Deletes the captcha and returns the hash of its answer; None if it expired, was tried or never existed."""
    gone = sa.delete(_CAPTCHAS).where(_CAPTCHAS.c.captcha_id == captcha_id)
    taken = session.execute(gone.returning(_CAPTCHAS.c.answer_hash, _CAPTCHAS.c.expires_at)).one_or_none()
    return taken.answer_hash if taken is not None and at < taken.expires_at else None


def sweep(session: Session, *, before: datetime) -> int:
    """Removes captchas that expired before that instant; returns how many."""
    return session.exec(sa.delete(_CAPTCHAS).where(_CAPTCHAS.c.expires_at < before)).rowcount
