"""Watch over the readers: a loop of SCardGetStatusChange.

pyscard's CardMonitor ends with the PC/SC service and reports nothing from then on; the page would stay unlocked after a
card is pulled. This loop reports at once that the service, and with it every card, is gone, and waits until it is back.
"""

from collections.abc import Callable
from threading import Event
from typing import Any

from smartcard import scard

from card_agent.pcsc import calls
from card_agent.port import GONE, Presence, Refused

#: Name under which PC/SC reports that a reader was plugged in.
PLUG = "\\\\?PnP?\\Notification"
#: Longest wait of one call, after which ``stop`` is checked; a change ends the wait at once.
WAIT_MS = 500
#: Pause between two attempts to connect to a missing service; no event says when it starts.
RETRY_SECONDS = 0.25


class ReaderWatch:
    """Watches all readers and reports changes; numbers the insertions."""

    def __init__(self, report: Callable[[Presence], None]) -> None:
        self._report = report
        self._last: Presence | None = None
        self._number = 0
        self._present: dict[str, int | None] = {}
        self._states: dict[str, int] = {}

    def run(self, stop: Event) -> None:
        """Watches until ``stop`` is set, and connects again whenever the service ends."""
        while not stop.is_set():
            try:
                with calls.context() as handle:
                    self._watch(handle, stop)
            except Refused:
                self._present, self._states = {}, {}
                self._report_change(GONE)
                stop.wait(RETRY_SECONDS)

    def _watch(self, handle: Any, stop: Event) -> None:
        """Watches over one connection. Raises ``Refused`` when the connection ends."""
        while not stop.is_set():
            self._list(handle)
            asked = [(name, self._states[name]) for name in self._present]
            result, answered = scard.SCardGetStatusChange(handle, WAIT_MS, [*asked, (PLUG, scard.SCARD_STATE_UNAWARE)])
            if result == scard.SCARD_E_UNKNOWN_READER:
                continue
            if result != scard.SCARD_E_TIMEOUT:
                calls.require_success(result)
                for name, state, _ in answered:
                    self._note(name, state)
            self._report_change(Presence(service=True, readers=dict(self._present)))

    def _list(self, handle: Any) -> None:
        """Updates the list of readers, and keeps the cards of those that stay."""
        names = calls.readers(handle)
        self._present = {name: self._present.get(name) for name in names}
        self._states = {name: self._states.get(name, scard.SCARD_STATE_UNAWARE) for name in names}

    def _note(self, name: str, state: int) -> None:
        """Notes a reader's state. A new count of insertions means a new card, even if its removal was not reported.

        A card that the service could not power up is mute. It counts as present: connecting to it tries again, which
        the service does not do by itself. A card that becomes mute counts as a new insertion, because it is locked.
        """
        if name not in self._present:
            return
        before, self._states[name] = self._states[name], state & ~scard.SCARD_STATE_CHANGED
        fell_mute = state & ~before & scard.SCARD_STATE_MUTE
        if not state & scard.SCARD_STATE_PRESENT:
            self._present[name] = None
        elif self._present[name] is None or before >> 16 != state >> 16 or fell_mute:
            self._number += 1
            self._present[name] = self._number

    def _report_change(self, presence: Presence) -> None:
        if presence != self._last:
            self._last = presence
            self._report(presence)
