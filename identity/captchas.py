"""Captchas 验证码: a picture of five characters, tried once within five minutes; only a keyed hash is kept."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from captcha.image import ImageCaptcha
from sqlalchemy import Engine

from db import captchas
from db.engine import writing
from domain.normalising import code

LIFETIME = timedelta(minutes=5)
CHARACTERS = 5
#: Without those that are taken for one another: 0 O, 1 I L, 2 Z, 5 S, 8 B, M W, U V.
ALPHABET = "34679ACDEFGHJKNPRTXY"
WIDTH, HEIGHT = 180, 64
_FONT_SIZES = (44, 48, 52)

Fingerprint = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Captcha:
    """A picture (PNG) with its answer, which nobody is told but a tester in the sandbox."""

    captcha_id: str
    answer: str = field(repr=False)
    image: bytes = field(repr=False)


class Captchas:
    """Makes and judges them; ``fingerprint`` is keyed, so that the table alone gives no answer away."""

    def __init__(self, engine: Engine, fingerprint: Fingerprint) -> None:
        self._engine = engine
        self._fingerprint = fingerprint
        self._drawing = Lock()  # a font is not for two threads at once
        self._painter = ImageCaptcha(WIDTH, HEIGHT, font_sizes=_FONT_SIZES)
        self._painter.character_rotate = (-20, 20)
        self._painter.word_offset_dx = 0.1

    def make(self, at: datetime) -> Captcha:
        """A new one; blocks on drawing and on the database."""
        captcha_id = secrets.token_urlsafe(18)
        answer = "".join(secrets.choice(ALPHABET) for _ in range(CHARACTERS))
        image = self._drawn(answer)
        with writing(self._engine) as session:
            captchas.put(session, captcha_id, self._hashed(captcha_id, answer), until=at + LIFETIME)
        return Captcha(captcha_id, answer, image)

    def solved(self, captcha_id: str, answer: str, at: datetime) -> bool:
        """Whether the answer is right; whatever it was, there is no second try. Blocks."""
        with writing(self._engine) as session:
            kept = captchas.take(session, captcha_id, at=at)
        given = code(answer)
        return kept is not None and hmac.compare_digest(kept, self._hashed(captcha_id, given))

    def _hashed(self, captcha_id: str, answer: str) -> str:
        return self._fingerprint(["captcha", captcha_id, answer])

    def _drawn(self, answer: str) -> bytes:
        ink = (secrets.randbelow(90), secrets.randbelow(90), secrets.randbelow(90))
        with self._drawing:
            return self._painter.generate(answer, bg_color=(247, 249, 252), fg_color=ink).getvalue()
