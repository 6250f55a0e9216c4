"""Timeline of one appointment: its events, with actors and files."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from sqlmodel import Session

from api.appointments.access import require_visible
from api.context import CallerDep, Context, ContextDep
from api.identity.people import Names, names_of
from api.views import Shown, View
from db import queries
from db.queries import RecordedEvent
from domain.appointment import AttachmentPurpose, State
from domain.event import Action
from identity.authorization import Relation, relation
from runtime.sealing import Sealer
from workflows.contracts import workflow_id

router = APIRouter(prefix="/api/v1/appointments/{pre_entry_no}", tags=["appointments"])


class ActorView(View):
    """Actor of an event; ``id`` is the customs code of an enterprise, or the name of another actor's key.

    ``user_id`` and ``name`` are those of the user, key or card; only the enterprise that acted sees them, they are
    null for others.
    """

    kind: str
    id: str
    user_id: str | None
    name: str | None


class FileView(View):
    """File that was attached or removed; ``name`` is null after the draft was deleted."""

    attachment_id: str
    purpose: AttachmentPurpose
    name: str | None


class HistoryReference(View):
    """Reference to the history of the workflow."""

    workflow_id: str
    run_id: str


class EventView(View):
    """Event of the timeline, which made one version of the appointment."""

    version: int
    at: Shown
    actor: ActorView
    action: Action
    from_: State | None = Field(serialization_alias="from")
    to: State
    reason: str | None
    received_at: Shown | None
    due_at: Shown | None
    receipt_id: str | None
    message_id: str | None
    decision: dict[str, Any]
    attachment: FileView | None
    history: HistoryReference


class Timeline(View):
    """All events, oldest first."""

    items: list[EventView]


@router.get("/timeline")
def get_timeline(ctx: ContextDep, caller: CallerDep, pre_entry_no: str) -> Timeline:
    """Returns all events: actor, action, states before and after, reason, and the rules that applied."""

    def ask(session: Session) -> Timeline:
        mine = relation(caller.principal, require_visible(session, pre_entry_no, caller)) is Relation.APPLICANT
        events = queries.timeline(session, pre_entry_no)
        names = names_of(session, ctx, caller, [event.actor.user_id for event in events]) if mine else {}
        files = dict(_files(session, ctx, pre_entry_no, events))
        actors = [_actor(event, names, mine=mine) for event in events]
        pairs = zip(events, actors, strict=True)
        return Timeline(items=[_event(event, ctx.sealer, actor, files.get(event.version)) for event, actor in pairs])

    return ctx.read_sync(ask)


def _event(event: RecordedEvent, sealer: Sealer, actor: ActorView, file: FileView | None) -> EventView:
    reason = sealer.open_reason(
        event.reason, event.pre_entry_no, action=event.action, by_receipt=event.receipt_id is not None
    )
    return EventView(
        version=event.version,
        at=event.at,
        actor=actor,
        action=event.action,
        from_=event.before,
        to=event.after,
        reason=reason or None,
        received_at=event.received_at,
        due_at=event.due_at,
        receipt_id=event.receipt_id,
        message_id=event.outgoing.message_id if event.outgoing else None,
        decision=event.decision,
        attachment=file,
        history=HistoryReference(workflow_id=workflow_id(event.pre_entry_no), run_id=event.run_id),
    )


def _actor(event: RecordedEvent, names: Names, *, mine: bool) -> ActorView:
    user_id = event.actor.user_id if mine else None
    return ActorView(
        kind=event.actor.kind, id=event.actor.id, user_id=user_id, name=names.get(user_id) if user_id else None
    )


def _files(
    session: Session, ctx: Context, pre_entry_no: str, events: Sequence[RecordedEvent]
) -> Iterator[tuple[int, FileView]]:
    """Yields version and file. The name comes from the last snapshot with the file; one query reads all snapshots."""
    held = {event.version: event.version - (event.action is Action.DETACHED) for event in events if _is_of_file(event)}
    snapshots = queries.snapshots(session, pre_entry_no, set(held.values())) if held else {}
    for event in events:
        if event.version in held:
            appointment, facts = snapshots.get(held[event.version]), event.decision
            files = appointment.attachments if appointment else ()
            file = next((each for each in files if each.attachment_id == facts["attachment_id"]), None)
            name = ctx.sealer.open_attachment(file, pre_entry_no).name if file else None
            yield event.version, FileView(name=name, **facts)


def _is_of_file(event: RecordedEvent) -> bool:
    return event.action in {Action.ATTACHED, Action.DETACHED}
