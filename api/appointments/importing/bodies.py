"""The grid as it is sent, and what is said of it."""

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
    """The texts of a row by column; what is left out is empty."""

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
    """``row``: its number as its file or its grid counts."""

    row: Annotated[int, Field(ge=1, le=10_000_000)]
    cells: CellsBody


class GridBody(Body):
    """At most 2,000 rows."""

    rows: Annotated[list[RowBody], Field(min_length=1, max_length=MAX_ROWS)]


class ResultRowBody(RowBody):
    """A row with what became of it: the number it got, or why it got none."""

    pre_entry_no: PreEntryNo | None = None
    message: Cell = ""


class ResultBody(Body):
    """The rows of the result file."""

    format: Literal["csv", "xlsx"] = "xlsx"
    rows: Annotated[list[ResultRowBody], Field(min_length=1, max_length=MAX_ROWS)]


class ColumnView(View):
    """A column by its key, and its name in the template."""

    key: str
    name: str


class RowView(View):
    """``cells`` by key; ``example``: a row of the template that shows how it is done, and is not read."""

    row: int
    cells: dict[str, str]
    example: bool


class CellError(Error):
    """A fault like any other, at a row (``place`` in ``rows``, ``row`` in the file) and, unless null, a column."""

    place: int
    row: int
    column: str | None


class MadeView(View):
    """What the same row made before."""

    pre_entry_no: str
    state: State
    state_label: str


class CheckedView(View):
    """An application of the grid. Send ``content`` with ``client_key`` as an item of a batch to make it.

    ``made``: this very row was sent before, and sending it again has no second effect. ``warnings`` stop nothing, and
    have the form of errors.
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
    """``items`` are the applications, ``faults`` counts their errors, ``ignored`` are columns that nobody knows."""

    columns: list[ColumnView]
    ignored: list[str]
    rows: list[RowView]
    items: list[CheckedView]
    faults: int
