"""Captchas 验证码: a picture of five characters, valid for one try within five minutes; only a keyed hash is stored."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from db import captchas
from db.engine import writing
from domain.normalising import code
from identity.pictures import Painter

LIFETIME = timedelta(minutes=5)
CHARACTERS = 5
#: Without characters that people confuse: 0 O Q D, 1 I L, 2 Z, 5 S, 6 G, 8 B, M W, U V, and 9 beside g.
ALPHABET = "3467ACEFHJKNPRTXY"

Fingerprint = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Captcha:
    """A picture (PNG) with its answer; the answer is shown to nobody but testers in the sandbox."""

    captcha_id: str
    answer: str = field(repr=False)
    image: bytes = field(repr=False)


class Captchas:
    """Makes and verifies captchas. ``fingerprint`` is a keyed hash, so the table alone does not reveal an answer."""

    def __init__(self, engine: Engine, fingerprint: Fingerprint) -> None:
        self._engine = engine
        self._fingerprint = fingerprint
        self._painter = Painter()

    def make(self, at: datetime) -> Captcha:
        """Returns a new captcha. Blocks while it draws and writes to the database."""
        captcha_id = secrets.token_urlsafe(18)
        answer = "".join(secrets.choice(ALPHABET) for _ in range(CHARACTERS))
        image = self._painter.draw(answer)
        with writing(self._engine) as session:
            captchas.create(session, captcha_id, self._hashed(captcha_id, answer), until=at + LIFETIME)
        return Captcha(captcha_id, answer, image)

    def verify(self, captcha_id: str, answer: str, at: datetime) -> bool:
        """True if the answer is right. Right or wrong, the captcha is used up. Blocks."""
        with writing(self._engine) as session:
            stored = captchas.take(session, captcha_id, at=at)
        given = code(answer)
        return stored is not None and hmac.compare_digest(stored, self._hashed(captcha_id, given))

    def _hashed(self, captcha_id: str, answer: str) -> str:
        return self._fingerprint(["captcha", captcha_id, answer])
