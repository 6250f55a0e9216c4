"""Live status of readers and cards: publishes every change to all connected pages at once."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from threading import Event
from typing import Any

from card_agent.cards import CardInfo
from card_agent.port import GONE, Presence, Refused
from card_agent.readers import Readers

#: A page that leaves this many events unread is disconnected; it connects again.
BACKLOG = 64
#: Pause between two checks for idle open cards.
IDLE_CHECK_SECONDS = 5.0
#: Pause between two attempts to read a card that does not answer; no event says when it will.
RETRY_SECONDS = 0.5
#: After this many failures a card is not read again until a page refreshes the status or the card is inserted again.
MOST_FAILED = 10
#: Refusals that say nothing about the card itself; the watch reports these changes.
_REPORTED_BY_WATCH = frozenset({"card.removed", "card.service_gone"})

_log = logging.getLogger("card_agent")

JsonObject = dict[str, Any]


class LiveStatus:
    """State of all readers. Its methods run on the event loop; watching and reading cards run in threads."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._presence: Presence = GONE
        self._cards: dict[str, CardInfo | Refused] = {}
        self._pages: set[asyncio.Queue[JsonObject | None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._reading: dict[str, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watches the readers while the block runs; raises the error of a watch that failed when the block ends."""
        stop, loop = Event(), asyncio.get_running_loop()

        def report(presence: Presence) -> None:
            loop.call_soon_threadsafe(self.update, presence)

        watch = asyncio.create_task(asyncio.to_thread(self._readers.backend.watch, report, stop))
        watch.add_done_callback(lambda _: self.update(GONE))
        closing = asyncio.create_task(self._close_idle())
        try:
            yield
        finally:
            stop.set()
            closing.cancel()
            await asyncio.wait({watch, closing})
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)
            await asyncio.to_thread(self._readers.close_all)
            watch.result()

    def update(self, presence: Presence) -> None:
        """Publishes removals at once, then starts to read the cards that were inserted."""
        before, self._presence = self._presence, presence
        gone = [name for name, number in before.readers.items() if number not in {None, presence.readers.get(name)}]
        came = [name for name, number in presence.readers.items() if number not in {None, before.readers.get(name)}]
        removed = [(name, self._cards.pop(name, None)) for name in gone]
        for name, card in removed:
            self._publish("removed", name, card)
            self._run(asyncio.to_thread(self._readers.close, name))
        if before.service != presence.service or set(before.readers) != set(presence.readers):
            self._publish("readers", None, None)
        for name in came:
            self._start_reading(name)

    def state(self) -> JsonObject:
        """Returns all readers and cards, and the back end, for the page."""
        backend = self._readers.backend
        readers = [self._reader(name) for name in sorted(self._presence.readers)]
        return {
            "backend": backend.name,
            "is_card": backend.is_card,
            "service": self._presence.service,
            "readers": readers,
        }

    async def refresh(self) -> JsonObject:
        """Reads every card again, because its counter of tries may have changed, and returns the state."""
        present = [name for name, number in self._presence.readers.items() if number is not None]
        await asyncio.gather(*(self._read_once(name) for name in present))
        return self.state()

    def reader_of(self, serial: str) -> str:
        """Returns the reader that holds the card.

        Raises ``card.service_gone`` when PC/SC does not run, ``card.removed`` when no reader holds the card.
        """
        if not self._presence.service:
            raise Refused("card.service_gone")
        for name, card in self._cards.items():
            if isinstance(card, CardInfo) and card.serial == serial:
                return name
        raise Refused("card.removed")

    def card_in(self, reader: str) -> CardInfo:
        """Returns the card in the reader. Raises ``card.removed`` when there is none that can be read."""
        card = self._cards.get(reader)
        if not isinstance(card, CardInfo):
            raise Refused("card.removed")
        return card

    @asynccontextmanager
    async def subscription(self) -> AsyncIterator["asyncio.Queue[JsonObject | None]"]:
        """Yields a queue of events for one page; the first event has the whole state, None is the end."""
        queue: asyncio.Queue[JsonObject | None] = asyncio.Queue(BACKLOG + 1)
        queue.put_nowait({"event": "state", "reader": None, "card": None, "state": self.state()})
        self._pages.add(queue)
        try:
            yield queue
        finally:
            self._pages.discard(queue)

    def disconnect_all(self) -> None:
        """Ends the stream of every page."""
        for queue in self._pages:
            _end_stream(queue)
        self._pages.clear()

    async def publish_lock(self, reader: str) -> None:
        """Publishes that the card was unlocked or locked, with its counter of tries, which may have changed.

        A card that cannot be read may be another one, swapped in so quickly that no insertion is reported. So it is
        read until it answers.
        """
        if await self._read_once(reader):
            self._publish("lock", reader, self._cards.get(reader))
        if isinstance(self._cards.get(reader), Refused):
            self._start_reading(reader)

    def _publish(self, event: str, reader: str | None, card: CardInfo | Refused | None) -> None:
        serial = card.serial if isinstance(card, CardInfo) else None
        message = {"event": event, "reader": reader, "card": serial, "state": self.state()}
        for queue in list(self._pages):
            if queue.qsize() < BACKLOG:
                queue.put_nowait(message)
            else:
                self._pages.discard(queue)
                _end_stream(queue)

    def _reader(self, name: str) -> JsonObject:
        card = self._cards.get(name)
        present = self._insertion(name) is not None
        view = card.view() | {"open": self._readers.is_open(name)} if isinstance(card, CardInfo) else None
        refused = card.code if isinstance(card, Refused) else None
        return {"reader": name, "present": present, "card": view, "problem": refused}

    def _insertion(self, name: str) -> int | None:
        return self._presence.readers.get(name)

    def _start_reading(self, name: str) -> None:
        """Reads the card in a task, in place of an earlier task of the same reader."""
        if (former := self._reading.get(name)) is not None:
            former.cancel()
        self._reading[name] = self._run(self._read_until_answered(name))

    async def _read_until_answered(self, name: str) -> None:
        """Reads the card until it answers: it may be slow to wake up, or in use by another program.

        Publishes a card that cannot be read too, and tries again some times, because the first contact may have failed.
        """
        number, failed = self._insertion(name), 0
        while number is not None and self._insertion(name) == number and failed < MOST_FAILED:
            if await self._read_once(name):
                self._publish("inserted", name, self._cards.get(name))
                if isinstance(self._cards.get(name), CardInfo):
                    return
                failed += 1
            await asyncio.sleep(RETRY_SECONDS)

    async def _read_once(self, name: str) -> bool:
        """Returns True if the card has answered and is still the one in the reader."""
        number = self._insertion(name)
        try:
            found: CardInfo | Refused = await asyncio.to_thread(self._readers.read_card, name)
        except Refused as refused:
            if refused.code in _REPORTED_BY_WATCH:
                return False
            found = refused
        if number is None or self._insertion(name) != number:
            return False
        self._cards[name] = found
        return not isinstance(found, Refused) or found.code != "card.in_use"

    async def _close_idle(self) -> None:
        while True:
            await asyncio.sleep(IDLE_CHECK_SECONDS)
            try:
                for reader in await asyncio.to_thread(self._readers.close_idle):
                    await self.publish_lock(reader)
            except Exception:  # noqa: BLE001 or no card would be closed any more, and nobody would notice
                _log.exception("cards that nobody uses could not be closed")

    def _run(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("a card could not be read or closed", exc_info=task.exception())


def _end_stream(queue: "asyncio.Queue[JsonObject | None]") -> None:
    with suppress(asyncio.QueueFull):
        queue.put_nowait(None)
