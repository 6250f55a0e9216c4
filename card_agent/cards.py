"""Card data: holder, validity and keys, as the certificates on the card say."""

import base64
from datetime import datetime
from typing import Any, NamedTuple

from asn1crypto.keys import PublicKeyInfo

from card_agent.port import Medium, Refused
from signing import Rejected
from signing.algorithms import KeyKind, kind_of
from signing.holder import Use, holder_of

#: 有效期不足时提醒: the page warns this many days before the end of validity. The server uses the same number.
WARN_DAYS = 30


class CardInfo(NamedTuple):
    """Data of a card that need no PIN.

    ``serial`` is that of the login certificate. ``customs_code`` is what the certificates claim; the server checks it.
    """

    serial: str
    customs_code: str
    name: str
    algorithm: str
    not_after: datetime
    days_left: int
    tries_left: int | None
    certificates: dict[str, str]

    def view(self) -> dict[str, Any]:
        """Returns the JSON object for the page."""
        return self._asdict() | {
            "not_after": self.not_after.isoformat().replace("+00:00", "Z"),
            "expires_soon": self.days_left <= WARN_DAYS,
        }


class CardKey:
    """Private key on a card, with the interface that ``signing.cms`` and ``signing.jws`` use."""

    def __init__(self, medium: Medium, use: Use) -> None:
        self._medium = medium
        self._use = use
        self.public: PublicKeyInfo = medium.chain(use)[0].public_key
        self.kind: KeyKind = kind_of(self.public)

    def sign(self, data: bytes) -> bytes:
        """Returns a DER signature over the data."""
        return self._medium.sign(self._use, data)


def read_card(medium: Medium, at: datetime) -> CardInfo:
    """Returns the data of a card at an instant.

    Raises ``card.unusable`` when a key is missing or the two keys belong to different enterprises.
    """
    login, signing = (medium.chain(use)[0] for use in (Use.LOGIN, Use.DATA))
    try:
        holder, signer = holder_of(login, Use.LOGIN), holder_of(signing, Use.DATA)
        algorithm = kind_of(login.public_key).value.name
    except (Rejected, ValueError, TypeError, KeyError) as error:
        raise Refused("card.unusable") from error
    if holder.customs_code != signer.customs_code:
        raise Refused("card.unusable")
    ends = min(holder.not_after, signer.not_after)
    return CardInfo(
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
    """Returns the serial number of the login certificate, in hexadecimal: the name of the card."""
    return f"{medium.chain(Use.LOGIN)[0].serial_number:x}"


def base64_of(raw: bytes) -> str:
    """Returns Base64 text."""
    return base64.b64encode(raw).decode()
