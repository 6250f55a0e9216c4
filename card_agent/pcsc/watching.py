"""Watching the readers by our own loop of SCardGetStatusChange.

pyscard's own CardMonitor ends when the service does and then reports nothing for ever: what locks when a card is pulled
must not fail open. Here a service that ends is told at once, as every card gone, and looked for until it is back.
"""

from collections.abc import Callable
from threading import Event
from typing import Any

from smartcard import scard

from card_agent.pcsc import calls
from card_agent.port import GONE, Presence, Refused

#: The name under which PC/SC tells that a reader was plugged in.
PLUG = "\\\\?PnP?\\Notification"
#: How long one call waits at most, so that the end is not overslept; changes wake it at once.
WAIT_MS = 500
#: Between two looks for a service that is not there; nobody announces that it is.
RETRY_SECONDS = 0.25


class Watching:
    """What is where, as last told."""

    def __init__(self, told: Callable[[Presence], None]) -> None:
        self._told = told
        self._last: Presence | None = None
        self._number = 0
        self._present: dict[str, int | None] = {}
        self._states: dict[str, int] = {}

    def run(self, stop: Event) -> None:
        """Until ``stop`` is set."""
        while not stop.is_set():
            try:
                with calls.context() as handle:
                    self._watch(handle, stop)
            except Refused:
                self._present, self._states = {}, {}
                self._tell(GONE)
                stop.wait(RETRY_SECONDS)

    def _watch(self, handle: Any, stop: Event) -> None:
        """One connection's life. ``Refused`` when it ends."""
        while not stop.is_set():
            self._list(handle)
            asked = [(name, self._states[name]) for name in self._present]
            result, answered = scard.SCardGetStatusChange(handle, WAIT_MS, [*asked, (PLUG, scard.SCARD_STATE_UNAWARE)])
            if result == scard.SCARD_E_UNKNOWN_READER:
                continue
            if result != scard.SCARD_E_TIMEOUT:
                calls.demand(result)
                for name, state, _ in answered:
                    self._note(name, state)
            self._tell(Presence(service=True, readers=dict(self._present)))

    def _list(self, handle: Any) -> None:
        """Readers come and go."""
        names = calls.readers(handle)
        self._present = {name: self._present.get(name) for name in names}
        self._states = {name: self._states.get(name, scard.SCARD_STATE_UNAWARE) for name in names}

    def _note(self, name: str, state: int) -> None:
        """A card is another one when its insertion was counted, even if the pulling was too quick to be seen.

        One that the service could not wake up is mute: it is in all the same, and whoever connects to it tries again,
        which the service does not do by itself. One that falls mute counts as put in anew: what was open is not.
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

    def _tell(self, presence: Presence) -> None:
        if presence != self._last:
            self._last = presence
            self._told(presence)
