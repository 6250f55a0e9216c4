"""Everything one process needs to know who calls, put together once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from sqlalchemy import Engine

from identity.card_login import CardLogins
from identity.key_usage import KeyUsage
from identity.keys import Keys
from identity.login import Logins
from identity.passwords import Passwords
from identity.presence import CardPresence
from identity.rate_limits import RateLimiter
from identity.sessions import Lifetime, Sessions
from runtime.settings import Settings

#: All addresses together may do this many times what one may.
_ADDRESSES = 5


@dataclass(frozen=True, slots=True)
class IdentityServices:
    """Keys, sessions, and the way to them."""

    keys: Keys
    sessions: Sessions
    logins: Logins
    cards: CardLogins
    presence: CardPresence
    rate_limiter: RateLimiter
    passwords: Passwords
    usage: KeyUsage

    @classmethod
    def open(cls, settings: Settings, engine: Engine, fingerprint: Callable[[Any], str]) -> Self:
        """Blocks for one hash. ``fingerprint`` is keyed: see ``runtime.sealing``."""
        lifetime = Lifetime(timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours))
        passwords, sessions = Passwords(), Sessions(engine, lifetime)
        passwords.prepare()
        logins = Logins(engine, passwords, sessions, fingerprint)
        rate_limiter = RateLimiter(
            {"captcha": _per_minute(settings.captchas_per_minute), "login": _per_minute(settings.logins_per_minute)}
        )
        usage, cards = KeyUsage(), CardLogins(engine, sessions, fingerprint)
        return cls(Keys(engine, usage), sessions, logins, cards, CardPresence(engine), rate_limiter, passwords, usage)

    def close(self) -> None:
        """At the end of the process."""
        self.passwords.close()


def _per_minute(times: int) -> tuple[str, str]:
    return f"{times}/minute", f"{times * _ADDRESSES}/minute"
