"""``pull_is_due`` and ``pull_receipts``: fetch receipts while customs does not push them."""

from collections.abc import Callable
from typing import Protocol

from temporalio import activity

from activities.contracts import PULL_IS_DUE, PULL_RECEIPTS, Pulled


class PullResult(Protocol):
    """A round: how many receipts came, how many were new, and why it ended early."""

    @property
    def received(self) -> int: ...  # noqa: D102 see the class
    @property
    def new(self) -> int: ...  # noqa: D102
    @property
    def fault(self) -> str | None: ...  # noqa: D102


class Puller(Protocol):
    """The receipts that customs holds for us."""

    async def is_due(self) -> bool:
        """Returns True if customs pushes nothing although messages await receipts."""

    async def run(self, beat: Callable[[], None]) -> PullResult:
        """Fetches all of them; ``beat`` is called for each page."""


class ReceiptActivity:
    """Idempotent: a receipt that comes again has no second effect."""

    def __init__(self, puller: Puller | None) -> None:
        self._puller = puller

    @activity.defn(name=PULL_IS_DUE, no_thread_cancel_exception=True)
    async def is_due(self) -> bool:
        """Returns True if receipts have to be fetched now."""
        return self._puller is not None and await self._puller.is_due()

    @activity.defn(name=PULL_RECEIPTS, no_thread_cancel_exception=True)
    async def pull(self) -> Pulled:
        """Returns how many receipts came; a customs that cannot be reached is a result, too, and is asked again."""
        if self._puller is None:
            return Pulled(received=0, new=0)
        done = await self._puller.run(activity.heartbeat)
        return Pulled(received=done.received, new=done.new, fault=done.fault)
