"""All configured channels as one: each message and each look-up takes the channel of its port, when it is sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import structlog

from customs.channels import CannotResend, Channel, ChannelName, DeclarationSource, Resent, Unavailable
from customs.channels.routes import Routes
from domain.declarations import DeclarationRecord, NotFound
from domain.known_declarations import DeclarationSearch

#: A declaration number begins with the four digits of its port.
_PORT_DIGITS = 4

log = structlog.get_logger("customs.channels")


class RoutedChannel:
    """Customs, by as many channels as the settings name. A message keeps its id whichever channel it takes."""

    def __init__(self, routes: Routes, channels: Mapping[ChannelName, Channel]) -> None:
        self._routes = routes
        self._channels = channels

    def send(self, message_id: str, xml: bytes, *, port: str | None) -> None:
        """Sends a message by the channel that its port has now. Raises as ``Channel.send``.

        A message that waits in another channel since before the settings changed is taken back first.
        """
        name = self._routes.channel(port)
        if not any(_has_left(message_id, other, self._channels[other]) for other in self._channels.keys() - {name}):
            self._channels[name].send(message_id, xml)

    def look_up(self, numbers: Sequence[str]) -> dict[str, DeclarationRecord | NotFound]:
        """Returns an answer for every number, each asked by the channel of its port. Raises ``Unavailable``."""
        found: dict[str, DeclarationRecord | NotFound] = {}
        for name, some in self._by_channel(dict.fromkeys(numbers)).items():
            found |= self._channels[name].look_up(some)
        return found

    def search(self, wanted: DeclarationSearch) -> list[DeclarationRecord]:
        """Returns the declarations that customs knows, none where the channel has no search. Raises ``Unavailable``."""
        channel = self._channels[self._routes.channel(wanted.declaration_port)]
        return channel.search(wanted) if isinstance(channel, DeclarationSource) else []

    def resend(self, since: datetime) -> list[Resent]:
        """Makes customs send every receipt since then again, by every used channel that can.

        Raises ``CannotResend`` when none can, ``Unavailable`` when one of them fails.
        """
        asked = [_resent(self._channels[name], since) for name in sorted(self._routes.used())]
        answers = [each for each in asked if each is not None]
        if not answers:
            raise CannotResend("no channel asks for receipts again")
        return [each for answer in answers for each in answer]

    def cannot_resend(self) -> list[ChannelName]:
        """Returns the used channels that cannot ask for receipts again."""
        return sorted(name for name in self._routes.used() if name is not ChannelName.HTTP)

    def _by_channel(self, numbers: Iterable[str]) -> dict[ChannelName, list[str]]:
        asked: dict[ChannelName, list[str]] = {}
        for number in numbers:
            asked.setdefault(self._routes.channel(number[:_PORT_DIGITS]), []).append(number)
        return asked


def _resent(channel: Channel, since: datetime) -> list[Resent] | None:
    """Returns None for a channel that cannot ask."""
    try:
        return channel.resend(since)
    except CannotResend:
        return None


def _has_left(message_id: str, name: ChannelName, channel: Channel) -> bool:
    """Returns True if customs took the message by that channel; one out of reach holds up no other.

    What stays there is the same message under the same id, which customs takes once.
    """
    try:
        return channel.withdraw(message_id)
    except Unavailable as error:
        log.warning("a channel cannot be asked for a message", channel=name, reason=error.reason)
        return False
