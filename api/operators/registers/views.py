"""Answers about the registers: entries, changes, and the rows of a change field by field."""

from collections.abc import Mapping
from typing import Any, Literal

from api.views import Error, Shown, View, error
from db.queries import RegisterChange, RegisterSummary
from db.register_history import ChangeKind, EntryKind, RegisterName
from domain.problems import Fault
from domain.problems.kinds import Language

Values = dict[str, str | None]
#: ``valid_from`` of a line that has always counted.
_ALWAYS = "0001-01-01"


class RegisterView(View):
    """Register with its ``total`` of entries and last change; ``complete`` if it was entered as a whole."""

    name: RegisterName
    total: int
    complete: bool | None
    changed_by: str | None
    changed_at: Shown | None


class RegistersView(View):
    """The three registers."""

    items: list[RegisterView]


class EntryView(View):
    """Entry of a register: its ``values`` by field; ``seeded`` if it came with the product and nobody entered it."""

    code: str
    values: Values
    seeded: bool
    updated_at: Shown | None


class EntriesView(View):
    """Page of entries by code; ``next_cursor`` is null on the last page."""

    items: list[EntryView]
    next_cursor: str | None


class FieldDifferenceView(View):
    """Field of an entry that a change makes different; null: empty."""

    field: str
    before: str | None
    after: str | None


class ChangeEntryView(View):
    """Row of a change. ``line`` is its row in the file and ``column`` the name there.

    ``values``: the entry after the change, of a removed one before it; ``differences``: the fields of a changed entry,
    and of a conflict what is there now and what an undo would have restored. ``error``: why the file's row is refused.
    """

    position: int
    kind: EntryKind
    code: str | None
    line: int | None
    column: str | None
    values: Values
    differences: list[FieldDifferenceView]
    error: Error | None


class ChangeEntriesView(View):
    """Page of the rows of a change; ``next_cursor`` is null on the last page."""

    items: list[ChangeEntryView]
    next_cursor: str | None


class RegisterChangeView(View):
    """Change of a register: proposed (nothing is changed yet) or applied; author, instant, reason, counts and file.

    ``refused`` faults of the file prevent that it is applied. ``conflicts``: entries that an undo leaves alone, since
    they were changed again. ``undoes``, ``undone_by``: numbers of the changes that this one undoes and that undid it.
    """

    id: int
    register_name: RegisterName
    kind: ChangeKind
    state: Literal["proposed", "applied"]
    proposed_by: str
    proposed_at: Shown
    applied_by: str | None
    applied_at: Shown | None
    reason: str | None
    file_name: str | None
    file_digest: str | None
    replaces: bool
    undoes: int | None
    undone_by: int | None
    added: int
    changed: int
    unchanged: int
    removed: int
    refused: int
    conflicts: int


class RegisterChangesView(View):
    """Page of applied changes, newest first; ``next_cursor`` is null on the last page."""

    items: list[RegisterChangeView]
    next_cursor: str | None


class EntryChangeView(View):
    """Applied change of one entry."""

    change_id: int
    kind: EntryKind
    differences: list[FieldDifferenceView]
    applied_by: str | None
    applied_at: Shown | None
    reason: str | None


class EntryDetailView(View):
    """Entry of a code, of the tariff all its lines; and its newest 50 changes."""

    items: list[EntryView]
    changes: list[EntryChangeView]


def register_view(found: RegisterSummary) -> RegisterView:
    """Returns the view of a register."""
    return RegisterView(
        name=found.name,
        total=found.total,
        complete=found.complete,
        changed_by=found.changed_by,
        changed_at=found.changed_at,
    )


def change_view(change: RegisterChange) -> RegisterChangeView:
    """Returns the view of a change."""
    return RegisterChangeView.model_validate(dict(change))


def entry_view(row: Mapping[str, Any]) -> EntryView:
    """Returns the view of a row of a register."""
    own = {"seeded", "updated_at"}
    return EntryView(
        code=row["code"],
        values=_values({name: value for name, value in row.items() if name not in own}),
        seeded=bool(row.get("seeded")),
        updated_at=row.get("updated_at"),
    )


def change_entry_view(row: Mapping[str, Any], language: Language) -> ChangeEntryView:
    """Returns the view of a row of a change."""
    return ChangeEntryView(
        position=row["position"],
        kind=row["kind"],
        code=row["code"],
        line=row["line"],
        column=row["column"],
        values=_values(row["after"] or row["before"] or {}),
        differences=differences(row),
        error=error(Fault.model_validate(row["fault"]), language) if row["fault"] else None,
    )


def entry_change_view(row: Mapping[str, Any]) -> EntryChangeView:
    """Returns the view of a change of one entry."""
    return EntryChangeView(
        change_id=row["change_id"],
        kind=row["kind"],
        differences=differences(row),
        applied_by=row["applied_by"],
        applied_at=row["applied_at"],
        reason=row["reason"],
    )


def differences(row: Mapping[str, Any]) -> list[FieldDifferenceView]:
    """Returns the fields that differ between an entry before and after."""
    before, after = _values(row["before"] or {}), _values(row["after"] or {})
    names = dict.fromkeys((*before, *after))
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return [FieldDifferenceView(field=name, before=old, after=new) for name, old, new in pairs if old != new]


def _values(row: Mapping[str, Any]) -> Values:
    return {name: _text(value) for name, value in row.items()}


def _text(value: Any) -> str | None:
    text = None if value is None else str(value)
    return None if text == _ALWAYS else text
