"""The acts of administrators in the access log, each with its reason, if it has one."""

from sqlmodel import Session

from api.context import Caller, Context
from db import access_log
from db.access_log import Access


def record_act(
    session: Session, ctx: Context, caller: Caller, what: str, *, about: str, reason: str | None = None
) -> None:
    """Adds an act of the caller ``about`` a user, key, session or card to the log; the reason is sealed."""
    name = caller.principal.name
    sealed = None if reason is None else ctx.sealer.seal(reason, context=reason_context(name, None))
    access_log.record(
        session,
        Access(at=caller.received_at, what=what, subject=name, address=caller.address, detail=about, reason=sealed),
    )


def reason_context(subject: str, pre_entry_no: str | None) -> str:
    """Returns the place under which the reason of an entry is sealed."""
    return f"{pre_entry_no}/opened_reason" if pre_entry_no else f"{subject}/access_reason"
