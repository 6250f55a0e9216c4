"""Builds the services that authenticate callers, once per process."""

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

#: Limit of all addresses together, as a multiple of the limit of one.
_ADDRESSES = 5
#: Searches for a person by value; more than somebody at the telephone needs, and too few to try many numbers.
SEARCHES_PER_MINUTE = 20


@dataclass(frozen=True, slots=True)
class IdentityServices:
    """API keys, sessions, logins and the limits of each."""

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
        """Returns the services; blocks for one hash. ``fingerprint`` is a keyed hash: see ``runtime.sealing``."""
        lifetime = Lifetime(timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours))
        passwords, sessions = Passwords(), Sessions(engine, lifetime)
        passwords.prepare()
        logins = Logins(engine, passwords, sessions, fingerprint)
        rate_limiter = RateLimiter(
            {
                "captcha": _per_minute(settings.captchas_per_minute),
                "login": _per_minute(settings.logins_per_minute),
                "personal search": _per_minute(SEARCHES_PER_MINUTE),
            }
        )
        usage, cards = KeyUsage(), CardLogins(engine, sessions, fingerprint)
        return cls(Keys(engine, usage), sessions, logins, cards, CardPresence(engine), rate_limiter, passwords, usage)

    def close(self) -> None:
        """Stops the hashing threads at the end of the process."""
        self.passwords.close()


def _per_minute(times: int) -> tuple[str, str]:
    return f"{times}/minute", f"{times * _ADDRESSES}/minute"
