"""View of a checked grid."""

from collections.abc import Sequence
from typing import Any

from api.appointments.importing.bodies import CellError, CheckedView, ColumnView, ImportView, MadeView, RowView
from api.appointments.importing.checking import Checked, CheckResult
from api.appointments.importing.columns import NAMES
from api.appointments.importing.grouping import CellFault, Grid, GridRow
from api.appointments.views import ContentView, GoodsContent
from api.views import errors
from domain.appointment import LETTERS, Appointment, Content
from domain.problems import explain
from domain.problems.kinds import Language
from domain.similar import warnings


def import_view(grid: Grid, result: CheckResult, language: Language) -> ImportView:
    """Returns the grid and its faults in the caller's language."""
    rows = grid.rows
    items = [_checked(rows, each, language) for each in result.applications]
    examples = frozenset(result.skipped)
    return ImportView(
        columns=[ColumnView(key=key, name=names[0]) for key, names in NAMES.items()],
        ignored=list(grid.ignored),
        hidden=list(grid.hidden),
        rows=[RowView(row=row.number, cells=dict(row.cells), example=n in examples) for n, row in enumerate(rows)],
        items=items,
        faults=sum(len(item.errors) for item in items),
    )


def _checked(rows: Sequence[GridRow], checked: Checked, language: Language) -> CheckedView:
    return CheckedView(
        reference=checked.group.reference,
        places=checked.group.places,
        client_key=checked.client_key,
        content=_content(checked.content),
        submit_by=checked.decision.deadlines.submit_by,
        made=_made(checked.known, language) if checked.known else None,
        errors=[_error(rows, each, language) for each in checked.faults],
        warnings=errors(warnings(checked.alike), language),
    )


def _error(rows: Sequence[GridRow], at: CellFault, language: Language) -> CellError:
    error: dict[str, Any] = explain(at.fault, language)
    return CellError(place=at.place, row=rows[at.place].number, column=at.column, **error)


def _content(content: Content) -> ContentView:
    goods = [GoodsContent(**line.model_dump()) for line in content.goods]
    return ContentView(**content.model_dump(exclude={"goods"}), goods=goods)


def _made(known: Appointment, language: Language) -> MadeView:
    _, zh, en = LETTERS[known.state]
    return MadeView(pre_entry_no=known.pre_entry_no, state=known.state, state_label=zh if language == "zh" else en)
