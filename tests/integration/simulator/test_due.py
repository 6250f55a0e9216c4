"""A receipt that comes due while the courier is looking is not slept through."""

import asyncio
import time
from pathlib import Path

import httpx

from simulator.courier import Courier
from simulator.office import Decision, Office
from simulator.store import Row, Store
from tests.integration.simulator.process import PRE_ENTRY_NO
from tests.integration.simulator.receiver import Receiver


class SlowStore(Store):
    """Finds nothing due, and takes so long over it that something is."""

    def due_receipts(self, now: float, limit: int) -> list[Row]:
        found = super().due_receipts(now, limit)
        while (due := self.next_due(now)) is not None and due > time.time():
            time.sleep(0.001)
        return found


async def test_a_receipt_that_comes_due_between_two_looks_is_sent(receiver: Receiver, tmp_path: Path) -> None:
    store = SlowStore(tmp_path / "office.sqlite3")
    async with httpx.AsyncClient(trust_env=False) as client:
        courier = Courier(store, client, receiver.url, None)
        office = Office(store, courier.wake)
        office.decide(Decision(PRE_ENTRY_NO, "ACCEPTED"))
        store.postpone_receipt(1, time.time() + 0.1, "")
        running = asyncio.create_task(courier.run(office))
        await asyncio.to_thread(receiver.wait_for, 1)
        running.cancel()
        await asyncio.wait([running])
    store.close()
