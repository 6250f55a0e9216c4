"""Routes of the officer's page: appointments, and a button for each decision. No scripts, no external resources."""

from typing import TypeVar
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from simulator.office import Office
from simulator.routes.control import ControlBody, DecisionBody, ScenarioBody
from simulator.routes.page import render

_SHOWN = 100
Body = TypeVar("Body", bound=ControlBody)
_DIGITS = frozenset("0123456789")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


def routes(office: Office, notice: str) -> APIRouter:
    """Returns the router of ``/`` and its two forms; ``simulator.guard`` refuses forms of other sites."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def page(pre_entry_no: str = "") -> HTMLResponse:
        wanted = "".join(sign for sign in pre_entry_no if sign in _DIGITS)
        html = render(notice, office.store.scenario(), wanted, office.store.appointments(wanted, _SHOWN))
        return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY})

    @router.post("/decide")
    async def decide(request: Request) -> Response:
        body = await _form(request, DecisionBody)
        office.decide(body.decision())
        return _back(pre_entry_no=body.pre_entry_no)

    @router.post("/scenario")
    async def set_scenario(request: Request) -> Response:
        body = await _form(request, ScenarioBody)
        office.set_scenario(body.name, body.delay_seconds, body.pre_entry_no)
        return _back()

    return router


async def _form(request: Request, model: type[Body]) -> Body:
    fields = parse_qs((await request.body()).decode(errors="replace"))
    try:
        return model.model_validate({name: values[-1] for name, values in fields.items()})
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error


def _back(**query: str) -> Response:
    return RedirectResponse(f"/?{urlencode(query)}", 303)
