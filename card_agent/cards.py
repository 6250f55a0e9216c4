"""A card as it shows itself: whose it is, until when it is good, which keys are on it."""

import base64
from datetime import datetime
from typing import Any, NamedTuple

from asn1crypto.keys import PublicKeyInfo
from asn1crypto.x509 import Certificate

from card_agent.port import Medium, Refused
from signing.algorithms import Kind, kind_of
from signing.holder import Use, holder_of
from signing.rejected import Rejected

#: 有效期不足时提醒, as the server does.
WARN_DAYS = 30


class Seen(NamedTuple):
    """``serial`` is the login certificate's; ``customs_code`` what the certificates claim, for the server to judge."""

    serial: str
    customs_code: str
    name: str
    algorithm: str
    not_after: datetime
    days_left: int
    tries_left: int | None
    certificates: dict[str, str]

    def view(self) -> dict[str, Any]:
        """As JSON has it."""
        return self._asdict() | {
            "not_after": self.not_after.isoformat().replace("+00:00", "Z"),
            "expires_soon": self.days_left <= WARN_DAYS,
        }


class CardKey:
    """A key that stays on its card, as the signing code wants one."""

    def __init__(self, medium: Medium, use: Use) -> None:
        self._medium = medium
        self._use = use
        self.public: PublicKeyInfo = medium.chain(use)[0].public_key
        self.kind: Kind = kind_of(self.public)

    def sign(self, data: bytes) -> bytes:
        """A DER signature over the data."""
        return self._medium.sign(self._use, data)


def seen(medium: Medium, at: datetime) -> Seen:
    """``card.unusable`` for a card that has not both keys, of one enterprise."""
    login, signing = (medium.chain(use)[0] for use in (Use.LOGIN, Use.DATA))
    try:
        holder, signer = holder_of(login, Use.LOGIN), holder_of(signing, Use.DATA)
        algorithm = kind_of(login.public_key).value.name
    except (Rejected, ValueError, TypeError, KeyError) as error:
        raise Refused("card.unusable") from error
    if holder.customs_code != signer.customs_code:
        raise Refused("card.unusable")
    ends = min(holder.not_after, signer.not_after)
    return Seen(
        serial=holder.serial,
        customs_code=holder.customs_code,
        name=str(login.subject.native.get("common_name", "")),
        algorithm=algorithm,
        not_after=ends,
        days_left=(ends - at).days,
        tries_left=medium.tries_left(),
        certificates={"login": base64_of(login.dump()), "signing": base64_of(signing.dump())},
    )


def serial_of(medium: Medium) -> str:
    """What the card is called: the serial number of its login certificate."""
    return f"{_login(medium).serial_number:x}"


def base64_of(raw: bytes) -> str:
    """As text."""
    return base64.b64encode(raw).decode()


def _login(medium: Medium) -> Certificate:
    return medium.chain(Use.LOGIN)[0]
