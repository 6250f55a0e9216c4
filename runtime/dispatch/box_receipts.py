"""Receipts that customs puts into InBox: taken one by one, then processed as if they had been posted."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
from more_itertools import chunked
from sqlalchemy.exc import SQLAlchemyError

from customs.channels import ChannelName, Unavailable
from customs.channels.directory.inbox import InBox, remove_old
from customs.channels.directory.local import LocalStorage
from customs.channels.directory.storage import Box, BoxFile, Storage
from db import system_counts
from db.inbox import InboxReceipt
from db.system_counts import CountName
from runtime.customs_channel import storages
from runtime.dispatch import receipts
from runtime.dispatch.dispatcher import Dispatcher
from runtime.dispatch.receipt_intake import keep
from runtime.dispatch.system_counts import COUNT_SECONDS
from runtime.sealing import Sealer

#: Files that are stored before the first of them is processed.
AT_A_TIME = 50
#: Several files that arrive together make one round.
_GATHER_MILLISECONDS = 100
_CLEAN_SECONDS = 3600.0
_DAY_SECONDS = 86_400
_COUNTED = {
    Box.OUT: (CountName.OUTBOX_FILES, CountName.OUTBOX_SECONDS),
    Box.IN: (CountName.INBOX_FILES, CountName.INBOX_SECONDS),
    Box.FAILED: (CountName.FAILBOX_FILES, CountName.FAILBOX_SECONDS),
}

#: See ``activities.upkeep.Job``.
Job = tuple[str, Callable[[], Awaitable[object]], float]

log = structlog.get_logger("dispatch.boxes")


def jobs(dispatcher: Dispatcher, sealer: Sealer) -> list[Job]:
    """Returns the jobs of the channels that use files; where the settings name no such channel, all counts are 0."""
    found = storages(dispatcher.settings)
    pause = dispatcher.settings.sweep_seconds
    watching = [
        (f"{name} receipts", partial(watch, dispatcher, sealer, storage), pause) for name, storage in found.items()
    ]
    return [
        *watching,
        ("boxes", partial(count, dispatcher, found), COUNT_SECONDS),
        ("old files in boxes", partial(_clean, dispatcher, found), _CLEAN_SECONDS),
    ]


async def watch(dispatcher: Dispatcher, sealer: Sealer, storage: Storage) -> None:
    """Takes receipts as they arrive, until it is cancelled. Raises ``Unavailable`` when the storage fails."""
    inbox = InBox(storage)
    await take(dispatcher, sealer, inbox)
    async for _ in _arrivals(dispatcher, storage):
        await take(dispatcher, sealer, inbox)


async def take(dispatcher: Dispatcher, sealer: Sealer, inbox: InBox) -> None:
    """Takes every file that is in the box now; one that cannot be taken stays, and holds up no other."""
    for some in chunked(await asyncio.to_thread(inbox.waiting), AT_A_TIME):
        kept = await asyncio.to_thread(_keep, dispatcher, sealer, inbox, some)
        await receipts.settle_all(dispatcher, [each for each in kept if each.outcome is None])


async def count(dispatcher: Dispatcher, found: Mapping[ChannelName, Storage]) -> None:
    """Counts the files in the boxes, and the age of the oldest; None where a storage fails."""
    counts: dict[CountName, int | None] = {}
    for box, (files, seconds) in _COUNTED.items():
        counts[files], counts[seconds] = await asyncio.to_thread(_count, found.values(), box)
    await asyncio.to_thread(system_counts.save, dispatcher.engine, counts, datetime.now(UTC))


def _keep(dispatcher: Dispatcher, sealer: Sealer, inbox: InBox, files: Sequence[BoxFile]) -> list[InboxReceipt]:
    kept: list[InboxReceipt] = []

    def store(raw: bytes) -> str | None:
        row = keep(dispatcher.engine, sealer, raw, datetime.now(UTC))
        kept.append(row)
        return row.reason.upper() if row.receipt_id is None and row.reason else None

    for file in files:
        try:
            inbox.take(file, store)
        except (Unavailable, SQLAlchemyError) as error:
            log.warning("a file of customs waits", error=type(error).__name__, exc_info=error)
    return kept


def _arrivals(dispatcher: Dispatcher, storage: Storage) -> AsyncIterator[object]:
    """Yields when files have arrived, and after a pause: events may be missed, and network folders send none."""
    if isinstance(storage, LocalStorage):
        return _events(storage.root / Box.IN, dispatcher.settings.sweep_seconds)
    return _ticks(dispatcher.settings.customs_poll_seconds)


async def _events(folder: Path, pause_seconds: float) -> AsyncIterator[object]:
    from watchfiles import Change, awatch  # noqa: PLC0415 only where there is a folder to watch

    def is_news(change: Change, _: str) -> bool:
        return change is not Change.deleted  # which is what we do ourselves

    pause = int(pause_seconds * 1000)
    async for changes in awatch(
        folder,
        watch_filter=is_news,
        recursive=False,
        debounce=_GATHER_MILLISECONDS,
        rust_timeout=pause,
        yield_on_timeout=True,
    ):
        yield changes


async def _ticks(pause_seconds: float) -> AsyncIterator[object]:
    while True:
        await asyncio.sleep(pause_seconds)
        yield None


def _count(found: Collection[Storage], box: Box) -> tuple[int | None, int | None]:
    try:
        files = [file for storage in found for file in storage.files(box)]
    except Unavailable:
        return None, None
    return len(files), int(max((time.time() - file.modified for file in files), default=0))


async def _clean(dispatcher: Dispatcher, found: Mapping[ChannelName, Storage]) -> None:
    before = time.time() - dispatcher.settings.customs_box_days * _DAY_SECONDS
    for name, storage in found.items():
        if removed := await asyncio.to_thread(remove_old, storage, before):
            log.info("old files are removed", channel=name, files=removed)
