"""Faults of a batch that cannot be parsed: the answer also has what the rules say of every readable item."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlmodel import Session

from api.appointments.assessing import as_draft, as_submitted
from api.appointments.batch.bodies import MAX_ITEMS, BatchBody
from api.appointments.bodies import CancelBody, ContentBody
from api.context import Caller, Context
from api.http.lenient_body import LenientBody, read
from domain.content import check_personal, check_text
from domain.problems import Fault


def all_faults(session: Session, ctx: Context, caller: Caller, body: LenientBody[BatchBody]) -> tuple[Fault, ...]:
    """Returns the faults in the shape of the batch, and those that the rules find in its readable items."""
    items = body.raw.get("items")
    known = items[:MAX_ITEMS] if isinstance(items, list) else []
    return body.all_faults(
        fault
        for place, item in enumerate(known)
        if isinstance(item, Mapping)
        for fault in _placed(_of_item(session, ctx, caller, item), f"items[{place}]")
    )


def _of_item(session: Session, ctx: Context, caller: Caller, item: Mapping[str, Any]) -> Iterator[Fault]:
    if item.get("action") == "create" and isinstance(sent := item.get("content", {}), Mapping):
        content = read(ContentBody, sent).partial.content()
        judge = as_submitted if item.get("declare") is True else as_draft
        decision = judge(session, ctx, caller, content)
        yield from _placed((*check_personal(content), *decision.faults), "content")
    if item.get("action") == "cancel":
        reason = read(CancelBody, {"reason": item.get("reason")}).partial.reason
        yield from check_text("reason", reason)


def _placed(faults: Iterable[Fault], place: str) -> Iterator[Fault]:
    """Yields the faults with the path of their item in the batch."""
    for fault in faults:
        yield fault.model_copy(update={"field": f"{place}.{fault.field}" if fault.field else place})
