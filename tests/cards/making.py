"""Cards of the sandbox's authority, put into software PIV cards."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from cli.pki.authority import Authority
from signing.software import SoftwareKey, unpack
from tests.cards.piv import Faults, Keys, PivCard

PIN, WRONG_PIN = "24681357", "97531864"
CODE, OTHER_CODE = "3122260001", "3122260002"


class Issuer:
    """The authority and the cards it issues."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.trust = authority.trust
        self._made = 0

    @classmethod
    def create(cls, folder: Path) -> Self:
        return cls(Authority.create(folder, datetime.now(UTC)))

    def card(self, code: str = CODE, *, kind: str = "p256", days: int = 365, faults: Faults | None = None) -> PivCard:
        """A new card with two keys of its own."""
        self._made += 1
        now = datetime.now(UTC)
        made = self.authority.card(code, f"piv{self._made}", kind=kind, pin=PIN, days=days, at=now)
        return PivCard(Keys(_key(made.folder, "login"), _key(made.folder, "signing")), PIN, faults or Faults())


def _key(folder: Path, use: str) -> SoftwareKey:
    return unpack((folder / f"{use}.p12").read_bytes(), PIN)
