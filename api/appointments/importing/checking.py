"""Check of a whole grid: every cell, then every application by the rules of a submit. Changes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel import Session

from api.appointments.assessing import alike, as_submitted
from api.appointments.batch.execution import own_key
from api.appointments.importing.columns import columns
from api.appointments.importing.grouping import CellFault, GridRow, Group, Grouping, located
from api.appointments.importing.words import port_name
from api.context import Caller, Context
from db import queries
from domain.appointment import Appointment, Content, State
from domain.content import check_personal
from domain.decision import Decision
from domain.normalising import free_text
from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.sheets import SheetUnreadable

MAX_APPLICATIONS = 200


class Checked(NamedTuple):
    """Application of the grid with its faults.

    ``known`` is the appointment that the same row has made before, ``alike`` are the numbers of equal applications.
    """

    group: Group
    content: Content
    client_key: str
    decision: Decision
    known: Appointment | None
    faults: list[CellFault]
    alike: list[str]


class CheckResult(NamedTuple):
    """Applications of the grid, and the places of skipped rows, which are examples."""

    applications: list[Checked]
    skipped: list[int]


@dataclass(frozen=True, slots=True)
class GridChecker:
    """Checks the grid of one request; reads the database in one session."""

    session: Session
    ctx: Context
    caller: Caller

    def columns(self) -> tuple[Column, ...]:
        """Returns the columns; their cells accept the names of all ports."""
        index, _ = self.ctx.lists["ports"].current(self.session)
        return columns({port_name(term.name): term.code for term in index.terms})

    def check(self, rows: Sequence[GridRow]) -> CheckResult:
        """Returns all applications with all their faults. Raises ``SheetUnreadable`` when the grid has too many."""
        grouping = Grouping(rows, self.columns())
        if len(grouping.groups) > MAX_APPLICATIONS:
            raise SheetUnreadable("import.too_large", reason="too_many_applications", limit=MAX_APPLICATIONS)
        return CheckResult([self._checked(rows, group, grouping.faults) for group in grouping.groups], grouping.skipped)

    def _checked(self, rows: Sequence[GridRow], group: Group, faults: Iterable[CellFault]) -> Checked:
        content = group.content()
        decision = as_submitted(self.session, self.ctx, self.caller, content)
        own = [each for each in faults if each.place in group.places]
        judged = located(group, (*check_personal(content), *decision.faults))
        key = self._client_key(group, content)
        known = self._known(key)
        # A submitted application is not checked again: its window may be over by now.
        is_open = known is None or known.state is State.DRAFT
        others = alike(self.session, self.caller, content, besides=known.pre_entry_no if known else "")
        all_of_it = [*own, *_new(rows, own, judged)]
        return Checked(group, content, key, decision, known, all_of_it if is_open else [], others if is_open else [])

    def _client_key(self, group: Group, content: Content) -> str:
        """Returns a key that is the same whenever the same row is sent, so that it makes one application."""
        row = [group.reference, content.model_dump(mode="json")]
        return self.ctx.sealer.fingerprint(["import", self.caller.code, row])

    def _known(self, client_key: str) -> Appointment | None:
        made = queries.creation_event(self.session, self.caller.code, own_key(client_key))
        return queries.appointment(self.session, made.pre_entry_no, viewer=None) if made else None


def _new(rows: Sequence[GridRow], own: Sequence[CellFault], judged: Iterable[CellFault]) -> Iterator[CellFault]:
    """Yields the faults of the rules, but not those in a cell that is filled and could not be parsed."""
    faulty = {(each.place, each.column) for each in own}
    for each in judged:
        filled = each.column is not None and free_text(rows[each.place].cells.get(each.column, ""))
        if not (filled and (each.place, each.column) in faulty):
            yield each
