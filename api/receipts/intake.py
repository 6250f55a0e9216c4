"""Intake of receipts: each is stored before it is parsed, then applied to its appointment."""

from datetime import datetime

from api.commands import refusing
from api.context import Context
from db import receipt_pulls
from db.inbox import InboxReceipt
from runtime.dispatch import receipt_intake, receipts


def keep(ctx: Context, raw: bytes, received_at: datetime, *, complete: bool = True) -> InboxReceipt:
    """Stores the receipt, sealed, and returns its row; one that cannot be parsed is parked. Blocks."""
    kept = receipt_intake.keep(ctx.engine, ctx.sealer, raw, received_at, complete=complete)
    # Rarely: it only has to be known that customs pushes.
    receipt_pulls.note_push(ctx.engine, received_at, every=ctx.settings.customs_pull_after / 4)
    return kept


async def settle(ctx: Context, kept: InboxReceipt) -> InboxReceipt:
    """Applies a receipt to its appointment unless that was done. Raises Refusal when that cannot be done now."""
    with refusing():
        return await receipts.settle(ctx.dispatcher, kept)


async def try_again(ctx: Context, kept: InboxReceipt) -> InboxReceipt:
    """Applies a receipt that may be parked; one that cannot be parsed stays so. Raises Refusal as ``settle`` does."""
    with refusing():
        return await receipts.settle_again(ctx.dispatcher, kept)
