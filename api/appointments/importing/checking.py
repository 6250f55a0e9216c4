"""A grid judged as a whole: every cell, then every application by the rules of a declaration. Changes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel import Session

from api.appointments.assessing import alike, as_submitted
from api.appointments.batch.carrying import own_key
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
from runtime.spreadsheets.sheets import Unreadable

MAX_APPLICATIONS = 200


class Checked(NamedTuple):
    """An application of the grid: ``known`` is the one that the same row has made before, ``alike`` equal it."""

    group: Group
    content: Content
    client_key: str
    decision: Decision
    known: Appointment | None
    faults: list[CellFault]
    alike: list[str]


class Verdict(NamedTuple):
    """``loose``: faults of rows that belong to no application."""

    applications: list[Checked]
    skipped: list[int]


@dataclass(frozen=True, slots=True)
class Checking:
    """One request's check; asks the database in one session."""

    session: Session
    ctx: Context
    caller: Caller

    def columns(self) -> tuple[Column, ...]:
        """With the names of all ports."""
        index, _ = self.ctx.lists["ports"].look(self.session)
        return columns({port_name(term.name): term.code for term in index.terms})

    def check(self, rows: Sequence[GridRow]) -> Verdict:
        """Everything that is wrong, at once. Raises ``Unreadable`` for more applications than one grid may hold."""
        grouping = Grouping(rows, self.columns())
        if len(grouping.groups) > MAX_APPLICATIONS:
            raise Unreadable("import.too_large", reason="too_many_applications", limit=MAX_APPLICATIONS)
        return Verdict([self._checked(rows, group, grouping.faults) for group in grouping.groups], grouping.skipped)

    def _checked(self, rows: Sequence[GridRow], group: Group, faults: Iterable[CellFault]) -> Checked:
        content = group.content()
        decision = as_submitted(self.session, self.ctx, self.caller, content)
        own = [each for each in faults if each.place in group.places]
        judged = located(group, (*check_personal(content), *decision.faults))
        key = self._client_key(group, content)
        known = self._known(key)
        # What has been declared is judged no more: its time may have passed since.
        is_open = known is None or known.state is State.DRAFT
        others = alike(self.session, self.caller, content, besides=known.pre_entry_no if known else "")
        all_of_it = [*own, *_new(rows, own, judged)]
        return Checked(group, content, key, decision, known, all_of_it if is_open else [], others if is_open else [])

    def _client_key(self, group: Group, content: Content) -> str:
        """The same row makes the same application, however often it is sent."""
        row = [group.reference, content.model_dump(mode="json")]
        return self.ctx.sealer.fingerprint(["import", self.caller.code, row])

    def _known(self, client_key: str) -> Appointment | None:
        made = queries.creation_event(self.session, self.caller.code, own_key(client_key))
        return queries.appointment(self.session, made.pre_entry_no, viewer=None) if made else None


def _new(rows: Sequence[GridRow], own: Sequence[CellFault], judged: Iterable[CellFault]) -> Iterator[CellFault]:
    """What a cell that cannot be read lacks is no second fault of it."""
    faulty = {(each.place, each.column) for each in own}
    for each in judged:
        filled = each.column is not None and free_text(rows[each.place].cells.get(each.column, ""))
        if not (filled and (each.place, each.column) in faulty):
            yield each
