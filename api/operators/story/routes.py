"""The story of one appointment, its versions, messages and signatures; personal fields only against a reason."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlmodel import Session

from api.appointments.access import require_visible
from api.appointments.views import Viewer
from api.context import Caller, CallerDep, Context, ContextDep
from api.http.problems import refusal
from api.operators.story import reading
from api.operators.story.lanes import lanes
from api.operators.story.views import (
    DifferencesView,
    DisplayedView,
    JudgementView,
    StoryView,
    VersionDifferenceView,
    VersionView,
)
from customs.display import display
from db import deliveries, inbox, queries, signatures
from db.queries import RecordedEvent, cursors
from db.signatures import DeclaringEvent
from domain.appointment import Appointment
from domain.differences import differences, personal_paths
from domain.problems import CATALOGUE
from domain.problems.catalogue import explain
from domain.problems.kinds import Fault
from runtime.signature_archive import Archive, trusted_roots

router = APIRouter(prefix="/ops/v1/appointments/{pre_entry_no}", tags=["operators"])

MOST_EVENTS = 1000
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]
AnyVersion = Annotated[int, Query(ge=1, le=2**31 - 1)]
Kept = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("/story")
def get_story(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    pre_entry_no: str,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_EVENTS)] = MOST_EVENTS,
) -> StoryView:
    """Returns answers and lanes: everything on record on one axis of time, the last events first by pages."""
    before = _before(cursor)
    appointment, rows = ctx.read_sync(
        lambda session: (require_visible(session, pre_entry_no, caller), reading.rows_of(session, pre_entry_no))
    )
    older = [event for event in rows.events if before is None or event.version < before]
    page = older[-limit:]
    return StoryView(
        appointment=Viewer(ctx.sealer, caller).full(appointment),
        answers=reading.answered(rows, appointment, caller.language),
        lanes=lanes(rows._replace(events=page), caller.language),
        next_cursor=cursors.write([page[0].version]) if len(older) > limit else None,
    )


@router.get("/versions/{version}")
def get_version(ctx: ContextDep, caller: CallerDep, pre_entry_no: str, version: Version) -> VersionView:
    """Returns the appointment as it was after that version, without personal fields."""

    def ask(session: Session) -> tuple[RecordedEvent, bool]:
        event = _event(session, caller, pre_entry_no, version)
        return event, queries.is_intact(session, pre_entry_no, version)

    event, intact = ctx.read_sync(ask)
    then = event.appointment
    return VersionView(
        version=version,
        at=event.at,
        action=event.action,
        intact=intact,
        appointment=Viewer(ctx.sealer, caller).full(then) if then else None,
        personal=personal_paths(then) if then else [],
    )


@router.get("/differences")
def get_differences(
    *, ctx: ContextDep, caller: CallerDep, pre_entry_no: str, from_version: AnyVersion, to_version: AnyVersion
) -> DifferencesView:
    """Returns the fields in which two versions differ; those of a person without their values."""
    wanted = (from_version, to_version)
    old, new = ctx.read_sync(
        lambda session: [_version(session, ctx, caller, place=(pre_entry_no, each)) for each in wanted]
    )
    items = [VersionDifferenceView(**each.model_dump()) for each in differences(old, new)]
    return DifferencesView(before=from_version, after=to_version, items=items)


@router.get("/messages/{message_id}")
def get_message(ctx: ContextDep, caller: CallerDep, pre_entry_no: str, message_id: str) -> DisplayedView:
    """Returns a message to customs as it was sent, with personal fields masked."""

    def ask(session: Session) -> tuple[str | None, str | None]:
        require_visible(session, pre_entry_no, caller)
        known = {each.message_id: each.xml_digest for each in deliveries.for_appointment(session, pre_entry_no)}
        if message_id not in known:
            raise refusal("not_found")
        return known[message_id], deliveries.sealed_xml(session, pre_entry_no).get(message_id)

    digest, token = ctx.read_sync(ask)
    place = f"{pre_entry_no}/message/{message_id}"
    return _displayed(message_id, digest, ctx.sealer.open(token, context=place).encode() if token else None)


@router.get("/receipts/{kept}")
def get_receipt(ctx: ContextDep, caller: CallerDep, pre_entry_no: str, kept: Kept) -> DisplayedView:
    """Returns a receipt of customs as it came, with personal fields masked."""

    def ask(session: Session) -> tuple[str, str | None]:
        require_visible(session, pre_entry_no, caller)
        row = inbox.find(session, kept)
        if row is None or row.pre_entry_no != pre_entry_no:
            raise refusal("not_found")
        return row.raw_digest, inbox.raw(session, kept)

    digest, token = ctx.read_sync(ask)
    came = ctx.sealer.open(token, context=f"receipts/{digest}").encode("latin-1") if token else None
    return _displayed(str(kept), digest, came)


@router.get("/signatures/{signature_id}")
def judge_signature(ctx: ContextDep, caller: CallerDep, pre_entry_no: str, signature_id: str) -> JudgementView:
    """Judges a signature again from the archive, by the evidence of its time."""
    archive = Archive(ctx.engine, ctx.sealer, trusted_roots(ctx.settings))

    def ask(session: Session) -> tuple[DeclaringEvent, str | None]:
        require_visible(session, pre_entry_no, caller)
        event = signatures.declaring_event(session, pre_entry_no, signature_id)
        if event is None:
            raise refusal("not_found")
        return event, archive.judge_one(session, event, signature_id)

    event, why = ctx.read_sync(ask)
    message = explain(Fault(code=why), caller.language)["message"] if why in CATALOGUE else why
    return JudgementView(
        signature_id=signature_id,
        version=event.version,
        good=why is None,
        why=why,
        message=message,
        signer=event.actor_id,
    )


def _before(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    try:
        (version,) = cursors.read(cursor)
    except (cursors.BadCursor, ValueError):
        raise refusal("field.invalid", "cursor", reason="malformed") from None
    if not isinstance(version, int):
        raise refusal("field.invalid", "cursor", reason="malformed")
    return version


def _event(session: Session, caller: Caller, pre_entry_no: str, version: int) -> RecordedEvent:
    require_visible(session, pre_entry_no, caller)
    event = queries.version_event(session, pre_entry_no, version)
    if event is None:
        raise refusal("not_found")
    return event


def _version(session: Session, ctx: Context, caller: Caller, *, place: tuple[str, int]) -> Appointment:
    """Returns a version in the clear: the same text has another token each time it is sealed."""
    event = _event(session, caller, *place)
    if event.appointment is None:
        raise refusal("not_found")
    return ctx.sealer.open_appointment(event.appointment)


def _displayed(own_id: str, digest: str | None, raw: bytes | None) -> DisplayedView:
    if raw is None:
        return DisplayedView(id=own_id, sha256=digest, size=None, valid=False, complaint=None, text=None)
    shown = display(raw, masked=True)
    return DisplayedView(
        id=own_id,
        sha256=digest,
        size=len(raw),
        valid=shown.complaint is None,
        complaint=shown.complaint,
        text=shown.text,
    )
