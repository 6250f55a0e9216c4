"""Events of a workflow's history in readable form: type, name, and the summary that the workflow gave.

Payloads are left out; names, ids and summaries have no personal data.
"""

import json
from datetime import UTC
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from api.views import Shown, View


class HistoryEventView(View):
    """Event of the history; ``name`` is that of its update, activity, timer or marker."""

    id: int
    at: Shown
    type: str
    name: str | None
    summary: str | None


def readable(event: HistoryEvent, summary: bytes) -> HistoryEventView:
    """Returns the view of an event; ``summary`` is its decrypted JSON, which may be empty."""
    return HistoryEventView(
        id=event.event_id,
        at=event.event_time.ToDatetime(UTC),
        type=EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower(),
        name=named(event),
        summary=str(json.loads(summary)) if summary else None,
    )


def named(event: HistoryEvent) -> str | None:
    """Returns the name of the update, activity, workflow, timer or marker of an event; None for any other event."""
    which = event.WhichOneof("attributes")
    attributes: Any = getattr(event, which) if which else None
    for path in (
        ("accepted_request", "input", "name"),
        ("activity_type", "name"),
        ("workflow_type", "name"),
        ("timer_id",),
        ("marker_name",),
    ):
        if name := _follow(attributes, path):
            return name
    return None


def _follow(message: Any, path: tuple[str, ...]) -> str | None:
    for step in path:
        message = getattr(message, step, None)
    return message if isinstance(message, str) and message else None
