"""读卡器 (card readers): the back end over PC/SC, for cards with the PIV card edge of NIST SP 800-73.

The commands of China E-Port's own cards are not public, so those cards are not supported; PIV is a public standard.
"""

from collections.abc import Callable
from threading import Event

from card_agent.pcsc.channel import CardChannel
from card_agent.pcsc.piv import PivCard
from card_agent.pcsc.watching import ReaderWatch
from card_agent.port import Medium, Presence


class PcscCards:
    """Back end over the readers of this machine."""

    name = "pcsc"
    is_card = True

    def watch(self, report: Callable[[Presence], None], stop: Event) -> None:
        """Reports the cards at once and after every change, until ``stop`` is set; PC/SC may restart meanwhile."""
        ReaderWatch(report).run(stop)

    def open(self, reader: str) -> Medium:
        """Opens the card in a reader for exclusive use. Raises ``Refused`` when it cannot be used."""
        channel = CardChannel(reader)
        try:
            return PivCard(channel)
        except BaseException:
            channel.close()
            raise
