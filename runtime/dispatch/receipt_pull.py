"""Fetches receipts from customs while customs does not push them."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import structlog

from customs.channels import CursorForgotten, ReceiptPage, ReceiptSource, Unavailable
from db import receipt_pulls
from db.inbox import InboxReceipt
from runtime.dispatch.dispatcher import Dispatcher
from runtime.dispatch.receipt_intake import keep
from runtime.dispatch.receipts import settle_all
from runtime.sealing import Sealer

#: Pages of one round; the next round goes on behind them.
MOST_PAGES = 500

log = structlog.get_logger("dispatch.pull")


class Pull(NamedTuple):
    """A round: how many receipts came, how many of them were new, and why it ended early, None when it did not."""

    received: int
    new: int
    fault: str | None


class ReceiptPull:
    """The receipts of one source; None for a system whose channels bring them by themselves."""

    def __init__(self, dispatcher: Dispatcher, sealer: Sealer, source: ReceiptSource | None) -> None:
        self._dispatcher, self._sealer, self._source = dispatcher, sealer, source

    async def is_due(self) -> bool:
        """Returns True if customs pushes nothing although messages await receipts: two reads of an index."""
        if self._source is None:
            return False
        now, after = datetime.now(UTC), self._dispatcher.settings.customs_pull_after
        return await self._dispatcher.read(lambda session: receipt_pulls.is_due(session, now, after=after))

    async def run(self, beat: Callable[[], None]) -> Pull:
        """Fetches and hands over page after page, until customs has no more; ``beat`` is called for each.

        The cursor moves once the receipts before it are stored: what is interrupted comes again, and has one effect.
        """
        began, received, new, fault = datetime.now(UTC), 0, 0, None
        try:
            for _ in range(MOST_PAGES):
                beat()
                page, kept = await self._next()
                received, new = received + len(kept), new + sum(each.times == 1 for each in kept)
                if not page.more:
                    break
        except Unavailable as error:
            fault = error.reason
            log.warning("receipts cannot be fetched", reason=fault)
        await asyncio.to_thread(receipt_pulls.note_end, self._dispatcher.engine, tried_at=began, fault=fault)
        return Pull(received, new, fault)

    async def _next(self) -> tuple[ReceiptPage, list[InboxReceipt]]:
        """Returns the next page and its receipts as they are stored. Raises ``Unavailable``."""
        cursor = (await self._dispatcher.read(receipt_pulls.state)).cursor
        page = await self._page(cursor)
        kept = await asyncio.to_thread(self._store, page)
        moved = await asyncio.to_thread(receipt_pulls.move, self._dispatcher.engine, before=cursor, after=page.cursor)
        await settle_all(self._dispatcher, kept)
        if not moved:
            raise Unavailable("another process fetches receipts")
        if page.more and page.cursor == cursor:
            raise Unavailable("reply repeated")
        return page, kept

    async def _page(self, cursor: str | None) -> ReceiptPage:
        if self._source is None:
            raise Unavailable("no source")
        since = await self._dispatcher.read(receipt_pulls.since) or datetime.now(UTC)
        try:
            return await asyncio.to_thread(self._source.pull, cursor, since)
        except CursorForgotten:
            log.warning("customs has forgotten our cursor", since=since.isoformat())
            return await asyncio.to_thread(self._source.pull, None, since)

    def _store(self, page: ReceiptPage) -> list[InboxReceipt]:
        now = datetime.now(UTC)
        return [keep(self._dispatcher.engine, self._sealer, raw, now) for raw in page.receipts]
