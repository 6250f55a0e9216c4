"""Loads the facts for a decision, in seven small queries."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from db.queries.calendars import DateSpan, window_calendars
from db.tables import AppointmentRow, EnterpriseRow, HsCodeRow, ReferenceListRow
from domain.appointment import Content, State
from domain.enterprise import Enterprise
from domain.facts import Block, Facts, Tariff
from domain.policy import Policy
from domain.window import dates_needed

_ROWS = AppointmentRow.table()
_ENTERPRISES = EnterpriseRow.table()
_HS = HsCodeRow.table()
_LISTS = ReferenceListRow.table()


def facts_for(session: Session, *, applicant: str, content: Content, policy: Policy) -> Facts:
    """Returns the facts that ``domain.assessment.assess`` reads for this application, complete or not."""
    found = facts(
        session,
        applicant_code=applicant,
        consignee_code=content.consignee_code,
        ports=[port for port in (content.declaration_port, content.entry_exit_port) if port],
        span=dates_needed(content.window_start, policy),
    )
    return replace(found, tariff=tariff(session, content, policy))


def tariff(session: Session, content: Content, policy: Policy) -> Tariff | None:
    """Returns the codes of the application that a complete tariff has on the day of the window, by one query."""
    span = dates_needed(content.window_start, policy)
    codes = {line.hs_code for line in content.goods if line.hs_code}
    if span is None or not codes:
        return None
    day = span[0]
    ended = sa.and_(_HS.c.valid_to.is_not(None), _HS.c.valid_to < day)
    counts = sa.and_(_HS.c.code.in_(sorted(codes)), _HS.c.valid_from <= day, sa.not_(ended))
    wanted = sa.select(_HS.c.code).select_from(_LISTS.outerjoin(_HS, counts))
    rows = session.execute(wanted.where(_LISTS.c.name == "hs_codes", _LISTS.c.complete)).scalars().all()
    return Tariff(day, frozenset(code for code in rows if code)) if rows else None


def facts(
    session: Session,
    *,
    applicant_code: str,
    consignee_code: str | None,
    ports: Collection[str],
    span: DateSpan | None,
) -> Facts:
    """Returns parties, blocks, ports and calendars for windows on the dates of ``span``; without a span no days.

    An empty ``applicant_code`` loads no applicant.
    """
    codes = sorted({code for code in (applicant_code, consignee_code) if code})
    parties = enterprises(session, codes)
    found = window_calendars(session, ports, span)
    return Facts(
        applicant_code=applicant_code,
        applicant=parties.get(applicant_code),
        consignee=parties.get(consignee_code) if consignee_code else None,
        known_ports=found.ports,
        calendars=found.by_port,
        blocks=blocks(session, codes),
    )


def blocks(session: Session, codes: Collection[str]) -> tuple[Block, ...]:
    """Returns appointments in state I in which one of these enterprises is a party, by number."""
    if not codes:
        return ()
    wanted = sa.union(_overdue(_ROWS.c.applicant_code, codes), _overdue(_ROWS.c.consignee_code, codes))
    rows = session.execute(wanted.order_by("pre_entry_no")).all()
    return tuple(block for row in rows for block in _blocks(row, codes))


def enterprises(session: Session, codes: Collection[str]) -> dict[str, Enterprise]:
    """Returns the enterprises of these codes that the register has, by code."""
    rows = session.execute(sa.select(_ENTERPRISES).where(_ENTERPRISES.c.code.in_(codes))).mappings()
    return {row["code"]: Enterprise.model_validate(dict(row)) for row in rows}


def _overdue(party: sa.Column[str], codes: Collection[str]) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(_ROWS.c.pre_entry_no, _ROWS.c.applicant_code, _ROWS.c.consignee_code).where(
        party.in_(sorted(codes)), _ROWS.c.state == State.COMPLETED_WITHOUT_FEEDBACK.value
    )


def _blocks(row: sa.Row[*tuple[Any, ...]], codes: Collection[str]) -> Iterator[Block]:
    number, applicant, consignee = row
    for party in sorted({applicant, consignee} & set(codes)):
        yield Block(party, number, applicant, consignee)
