"""Figures over HTTP; what they add up to is counted in ``tests/integration/db/test_figures.py``."""

from db.projections import project
from domain.appointment import Content, State
from domain.event import Action
from tests.integration.api.api_stack import ApiStack, body, refused
from tests.integration.db.stories import appointment, created, event, submitted

FIGURES = "/ops/v1/figures"
NUMBER = "204100000000000001"
#: No other test has a port like this.
PORT = "0199"
DAYS = {"from": "2026-11-24", "to": "2026-11-24", "port": PORT}


async def test_they_come_by_day_and_by_port_with_a_total(api_stack: ApiStack) -> None:
    content = Content(declaration_port=PORT)
    approved = submitted(NUMBER, content=content).appointment
    after = appointment(NUMBER, 3, State.SUCCEEDED, content=content, submitted_at=approved.submitted_at)
    lived = [created(NUMBER), submitted(NUMBER, content=content), event(after, Action.APPROVED, State.SUBMITTED)]
    project(api_stack.engine, lived)
    async with api_stack.client("operator") as operator:
        for by, label in (("day", "2026-11-24"), ("port", PORT)):
            found = body(await operator.get(FIGURES, params=DAYS | {"by": by}))
            [only] = found["items"]
            assert (only["label"], only["applications"], only["approvals"]) == (label, 1, 1)
            assert (only["answer_median_minutes"], only["overdue_share"]) == (1, None)
            assert {name: value for name, value in only.items() if name != "label"} == found["total"]


async def test_more_than_a_year_is_refused(api_stack: ApiStack) -> None:
    async with api_stack.client("operator") as operator:
        answer = await operator.get(FIGURES, params={"from": "2025-01-01", "to": "2026-11-24"})
    assert refused(answer, 422) == ["query.span_too_long"]
