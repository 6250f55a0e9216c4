"""Entries of the registers: list, one with its dates and changes, and the edit of one."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import Field
from sqlmodel import Session

from api.bodies import Code, FreeText, PlausibleDay
from api.context import CallerDep, Context, ContextDep
from api.http import etags
from api.http.lenient_body import RequestBody
from api.http.problems import refusal
from api.operators.enterprises import EnterpriseBody, enterprise_faults
from api.operators.reasons import ReasonBody, reason_faults
from api.operators.registers.views import (
    EntriesView,
    EntryDetailView,
    RegistersView,
    entry_change_view,
    entry_view,
    register_view,
)
from db import lists, queries, reference
from db.lists import ListEntry
from db.queries import BadCursor
from db.register_history import Origin, RegisterName
from domain.codes import hs_entry_fault, port_fault
from domain.enterprise import Enterprise
from domain.instants import shown
from domain.problems import Fault

router = APIRouter(prefix="/ops/v1/registers", tags=["operators"])
#: Each register has a body of its own, so each has a path of its own, which no path with ``{register}`` matches.
edits = APIRouter(prefix="/ops/v1/register-entries", tags=["operators"])

log = structlog.get_logger("api.operators")

NAMES: tuple[RegisterName, ...] = ("enterprises", "ports", "tariff")
#: Changes of one entry that are shown.
SHOWN_CHANGES = 50

Typed = Annotated[str, Query(max_length=100)]
Cursor = Annotated[str | None, Query(max_length=2000)]
Limit = Annotated[int, Query(ge=1, le=500)]
IfMatch = Annotated[str | None, Header(description="ETag of the entry as it was read; none: no comparison.")]


class EntryEdit:
    """One edit: who makes it, and the entry that the caller has seen, if ``If-Match`` names it."""

    def __init__(self, caller: CallerDep, response: Response, if_match: IfMatch = None) -> None:
        self._caller = caller
        self._response = response
        self._seen = if_match

    def origin(self, reason: str) -> Origin:
        """Returns who edits, when and why."""
        return Origin(self._caller.principal.name, self._caller.received_at, "edit", reason)

    def check(self, register: RegisterName, code: str) -> Callable[[Session], None]:
        """Returns a function that raises ``register.entry_changed`` when the entry is not the one that was seen."""

        def unchanged(session: Session) -> None:
            present = f'"{queries.entry_digest(session, register, code)}"'
            if self._seen is not None and not etags.has(self._seen, present):
                last = next(iter(queries.entry_changes(session, register, code, limit=1)), None)
                by, at = (last["applied_by"], shown(last["applied_at"])) if last else ("-", "-")
                raise refusal("register.entry_changed", "If-Match", entry=code, by=by, at=at)

        return unchanged

    def done(self, ctx: Context, register: RegisterName, code: str) -> EntryDetailView:
        """Returns the entry as it is now, with its ETag."""
        log.info("register entry put", register=register, code=code, by=self._caller.principal.name)
        return get_register_entry(ctx, self._response, register, code)


EditDep = Annotated[EntryEdit, Depends(EntryEdit)]


class EnterpriseEdit(EnterpriseBody, ReasonBody):
    """Enterprise in the register, with the reason of the edit."""


class PortEdit(ReasonBody):
    """关区, with the reason of the edit."""

    name: Annotated[FreeText, Field(min_length=1, max_length=500)]
    name_en: Annotated[FreeText, Field(max_length=500)] | None = None


class TariffEdit(ReasonBody):
    """Line of the tariff, with the reason of the edit; ``valid_from`` belongs to its key, null: it always counted."""

    name: Annotated[FreeText, Field(min_length=1, max_length=500)]
    valid_from: PlausibleDay | None = None
    valid_to: PlausibleDay | None = None


@router.get("")
def list_registers(ctx: ContextDep) -> RegistersView:
    """Returns the three registers with their size and last change."""
    found = ctx.read_sync(lambda session: [queries.register_summary(session, name) for name in NAMES])
    return RegistersView(items=[register_view(each) for each in found])


@router.get("/{register}/entries")
def list_register_entries(
    ctx: ContextDep, *, register: RegisterName, q: Typed = "", cursor: Cursor = None, limit: Limit = 50
) -> EntriesView:
    """Returns entries by code. ``q``: the beginning of a code, a part of a name, or the initials of a pinyin."""
    try:
        page = ctx.read_sync(lambda session: queries.register_entries(session, register, q, cursor=cursor, limit=limit))
    except BadCursor as error:
        raise refusal("field.invalid", "cursor", reason="malformed") from error
    return EntriesView(items=[entry_view(row) for row in page.rows], next_cursor=page.cursor)


@router.get("/{register}/entries/{code}")
def get_register_entry(ctx: ContextDep, response: Response, register: RegisterName, code: Code) -> EntryDetailView:
    """Returns the entry of a code, of the tariff all its lines with their dates, and its newest changes.

    Its ``ETag`` as ``If-Match`` of an edit keeps the edit from undoing a change that was made meanwhile.
    """
    rows, changes, digest = ctx.read_sync(
        lambda session: (
            queries.register_entry(session, register, code),
            queries.entry_changes(session, register, code, limit=SHOWN_CHANGES),
            queries.entry_digest(session, register, code),
        )
    )
    if not rows and not changes:
        raise refusal("not_found")
    response.headers["ETag"] = f'"{digest}"'
    return EntryDetailView(items=[entry_view(row) for row in rows], changes=[entry_change_view(row) for row in changes])


@edits.put("/enterprises/{code}")
def put_enterprise_entry(
    *, ctx: ContextDep, edit: EditDep, code: Code, body: RequestBody[EnterpriseEdit]
) -> EntryDetailView:
    """Adds or replaces an enterprise, with a reason."""
    sent = body.partial
    given = body.checked((*enterprise_faults(code, sent.uscc), *reason_faults(sent.reason)))
    entry = Enterprise(code=code, **given.model_dump(exclude={"reason"}))
    reference.save_enterprise(ctx.engine, entry, edit.origin(given.reason), check=edit.check("enterprises", code))
    return edit.done(ctx, "enterprises", code)


@edits.put("/ports/{code}")
def put_port_entry(*, ctx: ContextDep, edit: EditDep, code: Code, body: RequestBody[PortEdit]) -> EntryDetailView:
    """Adds or replaces a port, with a reason; without an English name the old one stays."""
    given = body.checked((*_code_faults(port_fault(code)), *reason_faults(body.partial.reason)))
    entry = ListEntry(code=code, name=given.name, name_en=given.name_en or None)
    lists.enter(ctx.engine, "ports", [entry], edit.origin(given.reason), check=edit.check("ports", code))
    return edit.done(ctx, "ports", code)


@edits.put("/tariff/{code}")
def put_tariff_entry(*, ctx: ContextDep, edit: EditDep, code: Code, body: RequestBody[TariffEdit]) -> EntryDetailView:
    """Adds or replaces the line of a code that counts from ``valid_from`` on, with a reason."""
    sent = body.partial
    faults = (*_code_faults(hs_entry_fault(code)), *_span_faults(sent), *reason_faults(sent.reason))
    given = body.checked(faults)
    since = given.valid_from or date.min
    entry = ListEntry(code=code, name=given.name, valid_from=since, valid_to=given.valid_to)
    lists.enter(ctx.engine, "hs_codes", [entry], edit.origin(given.reason), check=edit.check("tariff", code))
    return edit.done(ctx, "tariff", code)


def _code_faults(reason: str | None) -> Iterable[Fault]:
    return (Fault(code="field.invalid", field="code", facts={"reason": reason}),) if reason else ()


def _span_faults(sent: Any) -> Iterable[Fault]:
    is_backwards = bool(sent.valid_from and sent.valid_to and sent.valid_to < sent.valid_from)
    return (Fault(code="field.invalid", field="valid_to", facts={"reason": "ends_before"}),) if is_backwards else ()
