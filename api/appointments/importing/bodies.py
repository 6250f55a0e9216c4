"""Bodies and views of the import: the grid, and the result of its check."""

from typing import Annotated, Literal

from pydantic import Field

from api.appointments.views import ContentView
from api.bodies import Body, PreEntryNo
from api.views import Error, Shown, View
from domain.appointment import State

MAX_ROWS = 2_000
MAX_CELL = 2_000

Cell = Annotated[str, Field(max_length=MAX_CELL)]


class CellsBody(Body):
    """Texts of a row by column; a missing cell is empty."""

    reference: Cell = ""
    consignee_code: Cell = ""
    contact_name: Cell = ""
    contact_mobile: Cell = ""
    declaration_port: Cell = ""
    entry_exit_port: Cell = ""
    transport_mode: Cell = ""
    direction: Cell = ""
    window_start: Cell = ""
    reason_category: Cell = ""
    reason: Cell = ""
    hs_code: Cell = ""
    name: Cell = ""


class RowBody(Body):
    """Row of the grid; ``row`` is its number in the file or the grid."""

    row: Annotated[int, Field(ge=1, le=10_000_000)]
    cells: CellsBody


class GridBody(Body):
    """Grid of at most 2,000 rows."""

    rows: Annotated[list[RowBody], Field(min_length=1, max_length=MAX_ROWS)]


class ResultRowBody(RowBody):
    """Row with its result: the pre-entry number, or the message that says why it has none."""

    pre_entry_no: PreEntryNo | None = None
    message: Cell = ""


class ResultBody(Body):
    """Rows of the result file, and its format."""

    format: Literal["csv", "xlsx"] = "xlsx"
    rows: Annotated[list[ResultRowBody], Field(min_length=1, max_length=MAX_ROWS)]


class ColumnView(View):
    """Column by its key, with its name in the template."""

    key: str
    name: str


class RowView(View):
    """Row with its ``cells`` by key; ``example`` is true for an example of the template, which is ignored."""

    row: int
    cells: dict[str, str]
    example: bool


class CellError(Error):
    """Fault in a row (``place`` in ``rows``, ``row`` in the file) and, unless it is null, in a column."""

    place: int
    row: int
    column: str | None


class MadeView(View):
    """Appointment that the same row has made before."""

    pre_entry_no: str
    state: State
    state_label: str


class CheckedView(View):
    """Application of the grid. To make it, send ``content`` and ``client_key`` as an item of a batch.

    ``made``: the same row was sent before; sending it again has no second effect. ``warnings`` have the form of errors
    and prevent nothing.
    """

    reference: str
    places: list[int]
    client_key: str
    content: ContentView
    submit_by: Shown | None
    made: MadeView | None
    errors: list[CellError]
    warnings: list[Error]


class ImportView(View):
    """Checked grid: ``items`` are the applications, ``faults`` counts their errors, ``ignored`` are unknown columns.

    ``hidden``: numbers of the rows with values that the file hides, by a filter or by hand; they are not in ``rows``.
    """

    columns: list[ColumnView]
    ignored: list[str]
    hidden: list[int]
    rows: list[RowView]
    items: list[CheckedView]
    faults: int
