"""The address of a channel: what a person typed, checked here and sealed in the database."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from domain.notifications.channels import ChannelType

#: A robot's token is part of an address on a fixed host: nothing that could lead anywhere else.
_Token = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,128}$")]


class _Address(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class EmailAddress(_Address):
    """An address of mail."""

    kind: Literal[ChannelType.EMAIL]
    email: Annotated[
        str,
        Field(
            max_length=254, pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}$"
        ),
    ]

    def masked(self) -> str:
        """Returns the address with most of its local part hidden."""
        local, _, host = self.email.partition("@")
        return f"{local[:1]}***@{host}"


class RobotAddress(_Address):
    """A chat robot: the token of its webhook, and the secret by which its messages are signed, if it wants that."""

    kind: Literal[ChannelType.DINGTALK, ChannelType.WECOM, ChannelType.FEISHU]
    token: _Token
    secret: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,128}$")] | None = None

    def masked(self) -> str:
        """Returns the last four characters of the token."""
        return f"…{self.token[-4:]}"


class MobileNumber(_Address):
    """A mobile number of the mainland."""

    kind: Literal[ChannelType.SMS]
    mobile: Annotated[str, Field(pattern=r"^1[3-9][0-9]{9}$")]

    def masked(self) -> str:
        """Returns the number with its middle hidden."""
        return f"{self.mobile[:3]}****{self.mobile[-4:]}"


AnyAddress = EmailAddress | RobotAddress | MobileNumber
Address = Annotated[AnyAddress, Field(discriminator="kind")]
ADDRESS: TypeAdapter[AnyAddress] = TypeAdapter(Address)

#: The part before the token in the address of a webhook, which people copy as a whole.
_WEBHOOK = re.compile(
    r"^https://[^/\s]+/(?:robot/send\?access_token=|cgi-bin/webhook/send\?key=|open-apis/bot/v2/hook/)"
)


def parse(kind: ChannelType, text: str, secret: str | None) -> AnyAddress:
    """Returns the address that a person typed; of a robot's webhook the token alone, for its host is fixed.

    Raises ``ValueError`` when it is none of that kind.
    """
    typed = text.strip()
    if kind is ChannelType.EMAIL:
        return ADDRESS.validate_python({"kind": kind, "email": typed})
    if kind is ChannelType.SMS:
        return ADDRESS.validate_python({"kind": kind, "mobile": typed.replace(" ", "").removeprefix("+86")})
    return ADDRESS.validate_python({"kind": kind, "token": _WEBHOOK.sub("", typed).rstrip("/"), "secret": secret})


def sealing_context(channel_id: str) -> str:
    """Returns the place that the address of a channel is sealed for."""
    return f"notification_channels/{channel_id}"
