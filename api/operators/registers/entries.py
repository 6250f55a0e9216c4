"""Entries of the registers: list, one with its dates and changes, and the edit of one."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query
from pydantic import Field

from api.bodies import Code, FreeText, PlausibleDay
from api.context import Caller, CallerDep, Context, ContextDep
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
def get_register_entry(ctx: ContextDep, register: RegisterName, code: Code) -> EntryDetailView:
    """Returns the entry of a code, of the tariff all its lines with their dates, and its newest changes."""
    rows, changes = ctx.read_sync(
        lambda session: (
            queries.register_entry(session, register, code),
            queries.entry_changes(session, register, code, limit=SHOWN_CHANGES),
        )
    )
    if not rows and not changes:
        raise refusal("not_found")
    return EntryDetailView(items=[entry_view(row) for row in rows], changes=[entry_change_view(row) for row in changes])


@edits.put("/enterprises/{code}")
def put_enterprise_entry(
    ctx: ContextDep, caller: CallerDep, code: Code, body: RequestBody[EnterpriseEdit]
) -> EntryDetailView:
    """Adds or replaces an enterprise, with a reason."""
    sent = body.partial
    given = body.checked((*enterprise_faults(code, sent.uscc), *reason_faults(sent.reason)))
    entry = Enterprise(code=code, **given.model_dump(exclude={"reason"}))
    reference.save_enterprise(ctx.engine, entry, _origin(caller, given.reason))
    return _edited(ctx, caller, "enterprises", code)


@edits.put("/ports/{code}")
def put_port_entry(ctx: ContextDep, caller: CallerDep, code: Code, body: RequestBody[PortEdit]) -> EntryDetailView:
    """Adds or replaces a port, with a reason; without an English name the old one stays."""
    given = body.checked((*_code_faults(port_fault(code)), *reason_faults(body.partial.reason)))
    entry = ListEntry(code=code, name=given.name, name_en=given.name_en or None)
    lists.enter(ctx.engine, "ports", [entry], _origin(caller, given.reason))
    return _edited(ctx, caller, "ports", code)


@edits.put("/tariff/{code}")
def put_tariff_entry(ctx: ContextDep, caller: CallerDep, code: Code, body: RequestBody[TariffEdit]) -> EntryDetailView:
    """Adds or replaces the line of a code that counts from ``valid_from`` on, with a reason."""
    sent = body.partial
    faults = (*_code_faults(hs_entry_fault(code)), *_span_faults(sent), *reason_faults(sent.reason))
    given = body.checked(faults)
    since = given.valid_from or date.min
    entry = ListEntry(code=code, name=given.name, valid_from=since, valid_to=given.valid_to)
    lists.enter(ctx.engine, "hs_codes", [entry], _origin(caller, given.reason))
    return _edited(ctx, caller, "tariff", code)


def _origin(caller: Caller, reason: str) -> Origin:
    return Origin(caller.principal.name, caller.received_at, "edit", reason)


def _edited(ctx: Context, caller: Caller, register: RegisterName, code: str) -> EntryDetailView:
    log.info("register entry put", register=register, code=code, by=caller.principal.name)
    return get_register_entry(ctx, register, code)


def _code_faults(reason: str | None) -> Iterable[Fault]:
    return (Fault(code="field.invalid", field="code", facts={"reason": reason}),) if reason else ()


def _span_faults(sent: Any) -> Iterable[Fault]:
    is_backwards = bool(sent.valid_from and sent.valid_to and sent.valid_to < sent.valid_from)
    return (Fault(code="field.invalid", field="valid_to", facts={"reason": "ends_before"}),) if is_backwards else ()
