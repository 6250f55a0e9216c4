"""读卡器: the back end of real readers, over PC/SC, for cards with the PIV card edge of NIST SP 800-73.

The commands of China E-Port's own cards are not public, so those cards are not supported; PIV is a public standard.
"""

from collections.abc import Callable
from threading import Event

from card_agent.pcsc.channel import Channel
from card_agent.pcsc.piv import PivCard
from card_agent.pcsc.watching import Watching
from card_agent.port import Medium, Presence


class PcscCards:
    """Every reader of this machine."""

    name = "pcsc"
    is_card = True

    def watch(self, told: Callable[[Presence], None], stop: Event) -> None:
        """Until ``stop``; the service may go and come back meanwhile."""
        Watching(told).run(stop)

    def open(self, reader: str) -> Medium:
        """The card in that reader, for us alone until it is closed."""
        channel = Channel(reader)
        try:
            return PivCard(channel)
        except BaseException:
            channel.close()
            raise
