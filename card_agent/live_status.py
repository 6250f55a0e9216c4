"""What every page is told: what is in which reader, at once when it changes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from threading import Event
from typing import Any

from card_agent.cards import Seen
from card_agent.port import GONE, Presence, Refused
from card_agent.readers import Readers

#: A page that has not taken so many events is told nothing more and connects again.
BACKLOG = 64
#: How often it is looked whether an open card is still asked for.
TIDY_SECONDS = 5.0
#: Between two tries at a card that is in and does not answer; nobody announces that it will.
RETRY_SECONDS = 0.5
#: After so many failures a card counts as none of ours, until it is asked for or put in again.
MOST_FAILED = 10
#: Not what a card says of itself: the watch will tell, and tells when it is over.
_NEWS = frozenset({"card.removed", "card.service_gone"})

_log = logging.getLogger("card_agent")

Told = dict[str, Any]


class LiveStatus:
    """The state of all readers; lives on the event loop, while watching and reading cards go on in threads."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._presence: Presence = GONE
        self._seen: dict[str, Seen | Refused] = {}
        self._pages: set[asyncio.Queue[Told | None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._reading: dict[str, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """While the block runs, the readers are watched; a watch that fails fails the block."""
        stop, loop = Event(), asyncio.get_running_loop()

        def told(presence: Presence) -> None:
            loop.call_soon_threadsafe(self.changed, presence)

        watch = asyncio.create_task(asyncio.to_thread(self._readers.backend.watch, told, stop))
        watch.add_done_callback(lambda _: self.changed(GONE))
        tidy = asyncio.create_task(self._tidy())
        try:
            yield
        finally:
            stop.set()
            tidy.cancel()
            await asyncio.wait({watch, tidy})
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)
            await asyncio.to_thread(self._readers.close_all)
            watch.result()

    def changed(self, presence: Presence) -> None:
        """Tells first, reads cards later: that a card was pulled is news that waits for nothing."""
        before, self._presence = self._presence, presence
        gone = [name for name, number in before.readers.items() if number is not None and number != self._in(name)]
        came = [name for name, number in presence.readers.items() if number is not None and number != _of(before, name)]
        told = [(name, self._seen.pop(name, None)) for name in gone]
        for name, card in told:
            self._tell("removed", name, card)
            self._run(self._forget(name))
        if before.service != presence.service or set(before.readers) != set(presence.readers):
            self._tell("readers", None, None)
        for name in came:
            self._read_anew(name)

    def state(self) -> Told:
        """All readers, and who tells of them."""
        backend = self._readers.backend
        readers = [self._reader(name) for name in sorted(self._presence.readers)]
        return {
            "backend": backend.name,
            "is_card": backend.is_card,
            "service": self._presence.service,
            "readers": readers,
        }

    async def look(self) -> Told:
        """The same, with every card asked anew: its counter may have changed."""
        present = [name for name, number in self._presence.readers.items() if number is not None]
        await asyncio.gather(*(self._see(name) for name in present))
        return self.state()

    def reader_of(self, serial: str) -> str:
        """Where that card is. ``card.service_gone``, ``card.removed``."""
        if not self._presence.service:
            raise Refused("card.service_gone")
        for name, card in self._seen.items():
            if isinstance(card, Seen) and card.serial == serial:
                return name
        raise Refused("card.removed")

    def card_in(self, reader: str) -> Seen:
        """What the reader holds. ``card.removed``."""
        card = self._seen.get(reader)
        if not isinstance(card, Seen):
            raise Refused("card.removed")
        return card

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["asyncio.Queue[Told | None]"]:
        """A page's own queue, which begins with what is there now; None ends it."""
        queue: asyncio.Queue[Told | None] = asyncio.Queue(BACKLOG + 1)
        queue.put_nowait({"event": "state", "reader": None, "card": None, "state": self.state()})
        self._pages.add(queue)
        try:
            yield queue
        finally:
            self._pages.discard(queue)

    def end(self) -> None:
        """Lets every page go."""
        for queue in self._pages:
            _let_go(queue)
        self._pages.clear()

    async def tell_lock(self, reader: str) -> None:
        """The PIN was typed, or must be typed again; the counter of tries may have changed with it.

        One that cannot be read may have taken its place, so quickly that no insertion will be told: it is read anew.
        """
        if await self._see(reader):
            self._tell("lock", reader, self._seen.get(reader))
        if isinstance(self._seen.get(reader), Refused):
            self._read_anew(reader)

    def _tell(self, event: str, reader: str | None, card: Seen | Refused | None) -> None:
        serial = card.serial if isinstance(card, Seen) else None
        told = {"event": event, "reader": reader, "card": serial, "state": self.state()}
        for queue in list(self._pages):
            if queue.qsize() < BACKLOG:
                queue.put_nowait(told)
            else:
                self._pages.discard(queue)
                _let_go(queue)

    def _reader(self, name: str) -> Told:
        card = self._seen.get(name)
        present = self._in(name) is not None
        view = card.view() | {"open": self._readers.is_open(name)} if isinstance(card, Seen) else None
        refused = card.code if isinstance(card, Refused) else None
        return {"reader": name, "present": present, "card": view, "problem": refused}

    def _in(self, name: str) -> int | None:
        return _of(self._presence, name)

    def _read_anew(self, name: str) -> None:
        """One reading of a reader at a time: the one that was asked for last."""
        if (former := self._reading.get(name)) is not None:
            former.cancel()
        self._reading[name] = self._run(self._read(name))

    async def _read(self, name: str) -> None:
        """Until it answers: a card is slow to wake up, or another program is at it.

        One that cannot be read is told, and looked at some times more, for the first contact may have failed.
        """
        number, failed = self._in(name), 0
        while number is not None and self._in(name) == number and failed < MOST_FAILED:
            if await self._see(name):
                self._tell("inserted", name, self._seen.get(name))
                if isinstance(self._seen.get(name), Seen):
                    return
                failed += 1
            await asyncio.sleep(RETRY_SECONDS)

    async def _see(self, name: str) -> bool:
        """Whether it has answered, and is still the card that is in."""
        number = self._in(name)
        try:
            found: Seen | Refused = await asyncio.to_thread(self._readers.see, name)
        except Refused as refused:
            if refused.code in _NEWS:
                return False
            found = refused
        if number is None or self._in(name) != number:
            return False
        self._seen[name] = found
        return not isinstance(found, Refused) or found.code != "card.in_use"

    async def _forget(self, name: str) -> None:
        await asyncio.to_thread(self._readers.close, name)

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            for reader in await asyncio.to_thread(self._readers.close_idle):
                await self.tell_lock(reader)

    def _run(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("a card could not be read or closed", exc_info=task.exception())


def _of(presence: Presence, name: str) -> int | None:
    return presence.readers.get(name)


def _let_go(queue: "asyncio.Queue[Told | None]") -> None:
    with suppress(asyncio.QueueFull):
        queue.put_nowait(None)
