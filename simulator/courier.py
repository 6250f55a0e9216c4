"""Delivers receipts to the enterprise's system, with retries until it answers, and in order for each appointment."""

import asyncio
import logging
import time

import httpx

from simulator.boxes import WAY, Boxes
from simulator.office import Office
from simulator.store import Row, Store

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0
_AT_ONCE = 32
#: Client errors that are worth a retry.
_RETRIED = frozenset({408, 429})
_log = logging.getLogger("simulator.courier")


class Courier:
    """Sends the receipts that are due; ``run`` does so until it is cancelled. ``key`` is a bearer token, or None."""

    def __init__(
        self, store: Store, client: httpx.AsyncClient, receipts_url: str, key: str | None, *, boxes: Boxes | None = None
    ) -> None:
        self._boxes = boxes
        self._store = store
        self._client = client
        self._url = receipts_url
        self._headers = {"Content-Type": "application/xml"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._awake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Makes ``run`` look for due receipts now."""
        self._awake.set()

    def cancel_deliveries(self) -> None:
        """Cancels all deliveries in progress."""
        for task in self._busy.values():
            task.cancel()

    async def send(self, body: bytes) -> httpx.Response:
        """Posts bytes to the receipts endpoint. Raises ``httpx.HTTPError`` when no answer comes."""
        return await self._client.post(self._url, content=body, headers=self._headers)

    async def run(self, office: Office) -> None:
        """Sends receipts as they come due, until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._awake.clear()
                # Both queries use one instant: a receipt that came due between two instants would be missed.
                now = time.time()
                if office.delivery.pushing:
                    for receipt in self._store.due_receipts(now, limit=500):
                        self._start(tasks, office, receipt)
                await self._sleep(self._store.next_due(now))

    def _start(self, tasks: asyncio.TaskGroup, office: Office, receipt: Row) -> None:
        pre_entry_no = receipt["pre_entry_no"]
        if pre_entry_no in self._busy or len(self._busy) >= _AT_ONCE or office.in_outage(pre_entry_no):
            return
        task = tasks.create_task(self._deliver(receipt))
        self._busy[pre_entry_no] = task
        task.add_done_callback(lambda _: self._done(pre_entry_no))

    def _done(self, pre_entry_no: str) -> None:
        del self._busy[pre_entry_no]
        self.wake()

    async def _sleep(self, until: float | None) -> None:
        try:
            async with asyncio.timeout(None if until is None else max(until - time.time(), 0)):
                await self._awake.wait()
        except TimeoutError:
            return

    async def _deliver(self, receipt: Row) -> None:
        if not receipt["attempts"]:
            self._store.note_state(receipt["pre_entry_no"], receipt["result"])
        answers = await asyncio.gather(*[self._attempt(receipt, copy) for copy in range(receipt["copies"])])
        words, outcomes = " ".join(word for word, _ in answers), {outcome for _, outcome in answers}
        if "later" in outcomes:
            pause = min(_FIRST_PAUSE_SECONDS * 2 ** min(receipt["attempts"], 16), _LONGEST_PAUSE_SECONDS)
            self._store.postpone_receipt(receipt["number"], time.time() + pause, words)
        else:
            self._store.settle_receipt(receipt["number"], "refused" if "refused" in outcomes else "taken", words)
        _log.info("receipt %s %s for %s: %s", receipt["receipt_id"], receipt["result"], receipt["pre_entry_no"], words)

    async def _attempt(self, receipt: Row, copy: int) -> tuple[str, str]:
        """Returns the status or the error's name, and the outcome: ``taken``, ``refused`` or ``later``."""
        if self._boxes and self._store.way(receipt["pre_entry_no"]) == WAY:
            return await self._boxes.post(receipt["body_xml"], copy)
        try:
            status = (await self.send(receipt["body_xml"])).status_code
        except httpx.HTTPError as error:
            return type(error).__name__, "later"
        if 200 <= status < 300:
            return str(status), "taken"
        return str(status), "refused" if 400 <= status < 500 and status not in _RETRIED else "later"
