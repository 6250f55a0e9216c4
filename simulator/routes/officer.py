"""The officer's page: what the office has received, and a button for each decision. No script, nothing from outside."""

from typing import TypeVar
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from simulator.office import Office
from simulator.routes.control import Decision, Order, ScenarioOrder
from simulator.routes.page import render

_SHOWN = 100
Kind = TypeVar("Kind", bound=Order)
_DIGITS = frozenset("0123456789")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


def routes(office: Office, notice: str) -> APIRouter:
    """``/`` and the two forms on it; ``simulator.guard`` keeps other sites' forms out."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def page(pre_entry_no: str = "") -> HTMLResponse:
        wanted = "".join(sign for sign in pre_entry_no if sign in _DIGITS)
        html = render(notice, office.store.scenario(), wanted, office.store.appointments(wanted, _SHOWN))
        return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY})

    @router.post("/decide")
    async def decide(request: Request) -> Response:
        decision = await _form(request, Decision)
        office.decide(decision.decided())
        return _back(pre_entry_no=decision.pre_entry_no)

    @router.post("/scenario")
    async def set_scenario(request: Request) -> Response:
        order = await _form(request, ScenarioOrder)
        office.set_scenario(order.name, order.delay_seconds, order.pre_entry_no)
        return _back()

    return router


async def _form(request: Request, kind: type[Kind]) -> Kind:
    fields = parse_qs((await request.body()).decode(errors="replace"))
    try:
        return kind.model_validate({name: values[-1] for name, values in fields.items()})
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error


def _back(**query: str) -> Response:
    return RedirectResponse(f"/?{urlencode(query)}", 303)
