"""数据统计: applications, answers of customs and overdue feedback by day or port, as counts and quantiles."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from api.context import ContextDep
from api.http.date_ranges import check_span
from api.http.problems import refuse_if
from api.operators.calendar import Since, Until
from api.views import View
from db import queries
from db.queries import FigureFilter, Figures

router = APIRouter(prefix="/ops/v1/figures", tags=["operators"])

MAX_SPAN_DAYS = 366

Port = Annotated[str | None, Query(pattern=r"^[0-9]{4}$")]


class FiguresView(View):
    """Figures of a group. Each belongs to the day on which it happened; durations are in minutes, null without any.

    ``applications``: 申报. ``approvals``, ``returns``: first answers of customs; ``lapsed``: returned by the system, as
    no answer came. ``due``: feedback deadlines that passed, ``overdue``: those of them without feedback.
    ``overdue_share``: overdue of due, null without any due. ``answer_…``: from the submission to the answer of customs.
    ``lead_…``: from the submission to the cut-off. Quantiles are by nearest rank.
    """

    applications: int
    approvals: int
    returns: int
    lapsed: int
    due: int
    overdue: int
    overdue_share: float | None
    answer_median_minutes: int | None
    answer_p90_minutes: int | None
    lead_median_minutes: int | None
    lead_p10_minutes: int | None


class LabelledFigures(FiguresView):
    """Figures of one day (``label`` is a date) or one port (its code)."""

    label: str


class FiguresReport(View):
    """Figures of every day or port that has any, and of the whole time."""

    items: list[LabelledFigures]
    total: FiguresView


@router.get("")
def get_figures(
    ctx: ContextDep,
    since: Since,
    until: Until,
    *,
    port: Port = None,
    by: Annotated[Literal["day", "port"], Query()] = "day",
) -> FiguresReport:
    """Returns the figures of at most 366 days, of one port or all."""
    refuse_if(check_span("", since, until, MAX_SPAN_DAYS))
    wanted = FigureFilter(since, until, port)
    found = ctx.read_sync(lambda session: queries.figures(session, wanted, by))
    items = [LabelledFigures(label=label, **_shown(each)) for label, each in found.groups.items()]
    return FiguresReport(items=items, total=FiguresView(**_shown(found.total)))


def _shown(found: Figures) -> dict[str, Any]:
    share = round(found.overdue / found.due, 4) if found.due else None
    return found.model_dump() | {"overdue_share": share}
