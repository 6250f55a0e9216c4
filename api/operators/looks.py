"""Looks of operators at personal fields, each recorded in the access log before anything is shown."""

from api.context import Caller, Context
from api.operators.recording import reason_context
from db import access_log
from db.access_log import Access
from db.engine import writing

#: The words of the access log for a look at all personal fields of an appointment, at one raw receipt, and for a search
#: for the appointments of a person.
APPOINTMENT_OPENED, RECEIPT_OPENED, SEARCHED = "personal.opened", "personal.receipt", "personal.searched"


def record_look(
    ctx: Context, caller: Caller, what: str, *, pre_entry_no: str | None, reason: str | None = None
) -> None:
    """Records that the caller opens personal fields, ``what`` of them, and the reason, which is sealed."""
    name = caller.principal.name
    sealed = None if reason is None else ctx.sealer.seal(reason, context=reason_context(name, pre_entry_no))
    look = Access(
        at=caller.received_at,
        what=what,
        subject=name,
        address=caller.address,
        pre_entry_no=pre_entry_no,
        reason=sealed,
    )
    with writing(ctx.engine) as session:
        access_log.record(session, look)
