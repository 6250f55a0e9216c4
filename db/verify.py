"""Verifies that events, contents, read rows, claims and references agree; it only reads, and may run beside writers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db import personal_digests, published_events
from db.chain import GENESIS, content_digest, current, row_hash
from db.claims import numbers_of
from db.documents import files_of
from db.engine import reading
from db.figure_rows import figure_row
from db.personal_digests import Digest, Digests
from db.projections import chunks, count_appointments, read_row
from db.published_events import parties
from db.search_rows import search_row
from db.tables import AppointmentRow, AttachmentRow, ClaimRow, ContentRow, EventRow, FigureRow, SearchRow
from domain.appointment import Appointment, State

_EVENTS = EventRow.table()
_CONTENTS = ContentRow.table()
_ROWS = AppointmentRow.table()
_CLAIMS = ClaimRow.table()
_FILES = AttachmentRow.table()
_SEARCH = SearchRow.table()
_FIGURES = FigureRow.table()

Row = dict[str, Any]


class DiscrepancyKind(StrEnum):
    """Kinds of disagreement."""

    VERSION_MISSING = "version_missing"
    CHAIN_BROKEN = "chain_broken"
    EVENT_CHANGED = "event_changed"
    CONTENTS_CHANGED = "contents_changed"
    CONTENTS_MISSING = "contents_missing"
    CONTENTS_NOT_ERASED = "contents_not_erased"
    EVENTS_MISSING = "events_missing"
    ROW_MISSING = "row_missing"
    ROW_DIFFERS = "row_differs"
    SEARCH_DIFFERS = "search_differs"
    FIGURES_DIFFER = "figures_differ"
    PERSONAL_MISSING = "personal_missing"
    PERSONAL_LEFT = "personal_left"
    EVENT_UNPUBLISHED = "event_unpublished"
    CLAIM_MISSING = "claim_missing"
    CLAIM_LEFT = "claim_left"
    REFERENCE_MISSING = "reference_missing"
    REFERENCE_LEFT = "reference_left"
    FILE_MISSING = "file_missing"
    FILE_DAMAGED = "file_damaged"


class Discrepancy(NamedTuple):
    """A disagreement; ``version`` is the first event it concerns, ``detail`` a column or a number."""

    pre_entry_no: str
    what: DiscrepancyKind
    version: int | None = None
    detail: str | None = None


class _Stored(NamedTuple):
    """All rows of one appointment; events have the ``appointment`` and ``reason`` of their contents.

    ``chain`` has every event row in the order of writing, ``events`` those that count; ``published`` has the customs
    codes of those who can read an event, with its hash.
    """

    pre_entry_no: str
    chain: Sequence[Row]
    events: Sequence[Row]
    row: Row | None
    claims: dict[str, str | None]
    files: dict[str, str]
    search: Row | None
    figures: Row | None
    published: frozenset[tuple[str, str]]
    digests: frozenset[Digest]


def count(engine: Engine) -> int:
    """Returns how many appointments there are to verify."""
    return count_appointments(engine)


def verify(
    engine: Engine, progress: Callable[[int], None] = lambda _: None, *, digests: Digests | None = None
) -> Iterator[Discrepancy]:
    """Yields every disagreement, appointment by appointment; nothing for a sound database.

    Calls ``progress`` with the number of appointments verified so far. Without ``digests``, which need the keys, the
    rows by which personal values are found are not verified.
    """
    done = 0
    for numbers in chunks(engine):
        with reading(engine) as session:
            cases = _load(session, numbers)
        for case in cases:
            yield from verify_one(case)
            yield from _personal(case, digests) if digests else ()
        done += len(numbers)
        progress(done)


def verify_chain(session: Session, pre_entry_no: str) -> tuple[Discrepancy, ...]:
    """Returns the findings of the chain of one appointment; empty when it is valid."""
    (case,) = _load(session, [pre_entry_no])
    return tuple(_chain(case))


def verify_one(case: _Stored) -> Iterator[Discrepancy]:
    """Yields the findings of one appointment."""
    if not case.events:
        yield Discrepancy(case.pre_entry_no, DiscrepancyKind.EVENTS_MISSING)
        return
    yield from _chain(case)
    yield from _read_row(case)
    yield from _claims(case)
    yield from _references(case)
    yield from _search(case)
    yield from _figures(case)
    yield from _published(case)


def _chain(case: _Stored) -> Iterator[Discrepancy]:
    previous, version = GENESIS, 0
    counting = {event["id"] for event in case.events}
    erased = bool(case.events) and case.events[-1]["after"] == State.DELETED.value
    for event in case.chain:
        if not 1 <= event["version"] <= version + 1:
            yield Discrepancy(case.pre_entry_no, DiscrepancyKind.VERSION_MISSING, version + 1)
            return
        version = event["version"]
        yield from (Discrepancy(case.pre_entry_no, what, version) for what in _link(event, previous))
        if event["id"] in counting:
            gone = erased and event is not case.chain[-1]
            yield from (Discrepancy(case.pre_entry_no, what, version) for what in _contents(event, gone=gone))
        previous = event["hash"]


def _link(event: Row, previous: str) -> Iterator[DiscrepancyKind]:
    if event["previous_hash"] != previous:
        yield DiscrepancyKind.CHAIN_BROKEN
    if event["hash"] != row_hash(event):
        yield DiscrepancyKind.EVENT_CHANGED


def _contents(event: Row, *, gone: bool) -> Iterator[DiscrepancyKind]:
    if event["appointment"] is None:
        if not gone:
            yield DiscrepancyKind.CONTENTS_MISSING
    elif gone:
        yield DiscrepancyKind.CONTENTS_NOT_ERASED
    elif _snapshot(event) is None:
        yield DiscrepancyKind.CONTENTS_CHANGED


def _snapshot(event: Row) -> Appointment | None:
    """Returns the appointment after the event; None when its contents were erased or altered."""
    text = event["appointment"]
    if text is None or event["content_digest"] != content_digest(text, event["reason"]):
        return None
    return Appointment.model_validate_json(text)


def _read_row(case: _Stored) -> Iterator[Discrepancy]:
    last = case.events[-1]
    if case.row is None:
        yield Discrepancy(case.pre_entry_no, DiscrepancyKind.ROW_MISSING, last["version"])
    elif appointment := _snapshot(last):
        wanted = read_row(appointment, last["appointment"]) | {"creation_key": case.events[0]["command_key"]}
        differing = sorted(name for name, value in wanted.items() if case.row[name] != value)
        if differing:
            yield Discrepancy(case.pre_entry_no, DiscrepancyKind.ROW_DIFFERS, last["version"], ", ".join(differing))


def _claims(case: _Stored) -> Iterator[Discrepancy]:
    """Yields wrong claims.

    One without an outcome may precede its event; one with an outcome must be in the snapshot.
    """
    last = case.events[-1]
    if (appointment := _snapshot(last)) is None:
        return
    expected = numbers_of(appointment)
    for number in sorted(expected.keys() | case.claims.keys()):
        if case.claims.get(number) != expected.get(number):
            what = DiscrepancyKind.CLAIM_MISSING if number in expected else DiscrepancyKind.CLAIM_LEFT
            yield Discrepancy(case.pre_entry_no, what, last["version"], number)


def _references(case: _Stored) -> Iterator[Discrepancy]:
    last = case.events[-1]
    if (appointment := _snapshot(last)) is None:
        return
    expected = files_of(appointment)
    for each in sorted(expected.keys() | case.files.keys()):
        if case.files.get(each) != expected.get(each):
            what = DiscrepancyKind.REFERENCE_MISSING if each in expected else DiscrepancyKind.REFERENCE_LEFT
            yield Discrepancy(case.pre_entry_no, what, last["version"], each)


def _search(case: _Stored) -> Iterator[Discrepancy]:
    last = case.events[-1]
    if (appointment := _snapshot(last)) and case.search != search_row(appointment):
        yield Discrepancy(case.pre_entry_no, DiscrepancyKind.SEARCH_DIFFERS, last["version"])


def _figures(case: _Stored) -> Iterator[Discrepancy]:
    last = case.events[-1]
    if (appointment := _snapshot(last)) and case.figures != figure_row(appointment, case.chain):
        yield Discrepancy(case.pre_entry_no, DiscrepancyKind.FIGURES_DIFFER, last["version"])


def _published(case: _Stored) -> Iterator[Discrepancy]:
    for event in case.events:
        appointment = _snapshot(event)
        for code in parties(appointment) if appointment else ():
            if (code, event["hash"]) not in case.published:
                yield Discrepancy(case.pre_entry_no, DiscrepancyKind.EVENT_UNPUBLISHED, event["version"], code)


def _personal(case: _Stored, digests: Digests) -> Iterator[Discrepancy]:
    """Yields what is missing of the values of all versions, and what is left of a deleted draft.

    A value of a lost attempt may have a row: somebody did fill it in.
    """
    if not case.events:
        return
    last, contents = case.events[-1], filter(None, map(_snapshot, case.events))
    expected = {one for appointment in contents for one in digests(appointment).items()}
    if missing := expected - case.digests:
        yield Discrepancy(case.pre_entry_no, DiscrepancyKind.PERSONAL_MISSING, last["version"], _kinds(missing))
    left = case.digests - expected
    if left and last["after"] == State.DELETED.value:
        yield Discrepancy(case.pre_entry_no, DiscrepancyKind.PERSONAL_LEFT, last["version"], _kinds(left))


def _kinds(found: Iterable[Digest]) -> str:
    return ", ".join(sorted({kind for kind, _ in found}))


def _load(session: Session, numbers: Sequence[str]) -> list[_Stored]:
    """Returns the rows of many appointments by eight queries on one snapshot."""
    together = sa.and_(_CONTENTS.c.pre_entry_no == _EVENTS.c.pre_entry_no, _CONTENTS.c.version == _EVENTS.c.version)
    events = _by_number(
        session,
        sa.select(_EVENTS, _CONTENTS.c.appointment, _CONTENTS.c.reason)
        .outerjoin(_CONTENTS, together)
        .where(_EVENTS.c.pre_entry_no.in_(numbers))
        .order_by(_EVENTS.c.pre_entry_no, _EVENTS.c.id),
    )
    rows = _by_number(session, sa.select(_ROWS).where(_ROWS.c.pre_entry_no.in_(numbers)).order_by(_ROWS.c.pre_entry_no))
    claims = _by_number(
        session, sa.select(_CLAIMS).where(_CLAIMS.c.pre_entry_no.in_(numbers)).order_by(_CLAIMS.c.pre_entry_no)
    )
    files = _by_number(
        session, sa.select(_FILES).where(_FILES.c.pre_entry_no.in_(numbers)).order_by(_FILES.c.pre_entry_no)
    )
    search = _by_number(
        session, sa.select(_SEARCH).where(_SEARCH.c.pre_entry_no.in_(numbers)).order_by(_SEARCH.c.pre_entry_no)
    )
    figures = _by_number(
        session, sa.select(_FIGURES).where(_FIGURES.c.pre_entry_no.in_(numbers)).order_by(_FIGURES.c.pre_entry_no)
    )
    published = _by_number(session, published_events.published(numbers))
    personal = _by_number(session, personal_digests.rows_of(numbers))
    return [
        _Stored(
            number,
            events.get(number, []),
            current(events.get(number, [])),
            next(iter(rows.get(number, [])), None),
            {claim["number"]: claim["outcome"] for claim in claims.get(number, [])},
            {file["attachment_id"]: file["sha256"] for file in files.get(number, [])},
            next(iter(search.get(number, [])), None),
            next(iter(figures.get(number, [])), None),
            frozenset((each["customs_code"], each["hash"]) for each in published.get(number, [])),
            frozenset((each["kind"], each["digest"]) for each in personal.get(number, [])),
        )
        for number in numbers
    ]


def _by_number(session: Session, statement: sa.Select[*tuple[Any, ...]]) -> dict[str, list[Row]]:
    """Returns the rows by number; the statement must be sorted by it."""
    rows = (dict(row) for row in session.execute(statement).mappings())
    return {number: list(own) for number, own in groupby(rows, key=itemgetter("pre_entry_no"))}
