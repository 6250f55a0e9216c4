"""What can be seen of every appointment from outside once all is over: the door's word, and customs' own books."""

import asyncio
import time
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from tests.faults.client import Client, Stuck
from tests.faults.lives import APPOINTMENTS

SETTLE_SECONDS = 90.0
LOOK_SECONDS = 0.5

Row = dict[str, Any]


@dataclass
class Seen:
    """One appointment; ``view`` is None when the door knows it no longer (a deleted draft).

    ``timeline`` and ``receipts`` come from the door, ``messages`` and ``notices`` from the customs office:
    what it received, in order of first arrival, and the receipts it sent, in order.
    """

    view: Row | None
    timeline: list[Row] = field(default_factory=list)
    receipts: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)


async def observe(numbers: dict[str, Client], office: Client) -> dict[str, Seen]:
    """Returns all that is known of the numbers, by their own clients, once nothing is on its way."""
    give_up = time.monotonic() + SETTLE_SECONDS
    while True:
        messages, notices = await _by_number(office, "received"), await _by_number(office, "receipts")
        turns = asyncio.Semaphore(8)
        looks = (_look(turns, client, number, messages, notices) for number, client in numbers.items())
        seen = dict(zip(numbers, await asyncio.gather(*looks), strict=True))
        waiting = [number for number, each in seen.items() if not settled(each)]
        if not waiting or time.monotonic() > give_up:
            return seen
        await asyncio.sleep(LOOK_SECONDS)


def settled(seen: Seen) -> bool:
    """Returns True if every promised message has arrived and every receipt was taken."""
    promised = {event["message_id"] for event in seen.timeline if event["message_id"]}
    arrived = {message["message_id"] for message in seen.messages}
    known = {receipt["receipt_id"] for receipt in seen.receipts if receipt["outcome"]}
    sent = {notice["receipt_id"] for notice in seen.notices}
    return promised <= arrived and sent <= known and all(notice["state"] == "taken" for notice in seen.notices)


async def _look(
    turns: asyncio.Semaphore, client: Client, number: str, messages: dict[str, list[Row]], notices: dict[str, list[Row]]
) -> Seen:
    path, customs = f"{APPOINTMENTS}/{number}", {"messages": messages.get(number, [])}
    customs |= {"notices": notices.get(number, [])}
    async with turns:
        view = await client.get(path)
        if view.status_code == 404:
            return Seen(None, **customs)
        timeline = (await client.get(f"{path}/timeline")).json()["items"]
        receipts = (await client.get(f"{path}/receipts")).json()["items"]
    if not view.is_success:
        raise Stuck(f"{number}: {view.status_code} {view.text[:200]}")
    return Seen(view.json(), timeline, receipts, **customs)


async def _by_number(office: Client, what: str) -> dict[str, list[Row]]:
    rows = (await office.get(f"/control/{what}")).json()
    ordered = sorted(rows, key=itemgetter("pre_entry_no"))  # stable: the order within a number stays
    return {number: list(own) for number, own in groupby(ordered, key=itemgetter("pre_entry_no"))}
