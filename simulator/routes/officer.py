"""Routes of the officer's pages: queue, one appointment, sent receipts, settings. No scripts, no external resources."""

from typing import TypeVar
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from pydantic import ValidationError

from simulator import messages
from simulator.office import Office
from simulator.pages.case import OfficeCase, render_case, render_settings
from simulator.pages.frame import STYLE
from simulator.pages.queue import LISTS, render_queue, render_receipts
from simulator.routes.control import ControlBody, DecisionBody, ScenarioBody

_SHOWN = 100
Body = TypeVar("Body", bound=ControlBody)
_DIGITS = frozenset("0123456789")
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
#: The one field that a form may have more than once.
_MANY = "declaration_numbers"


def routes(office: Office, notice: str) -> APIRouter:
    """Returns the router of the pages and their forms; ``simulator.guard`` refuses forms of other sites."""
    router = APIRouter(include_in_schema=False)
    _pages(router, office, notice)
    _forms(router, office)
    return router


def _pages(router: APIRouter, office: Office, notice: str) -> None:
    store = office.store

    @router.get("/")
    async def queue(request: Request, pre_entry_no: str = "") -> HTMLResponse:
        wanted = "".join(sign for sign in pre_entry_no if sign in _DIGITS)
        asked = request.query_params.get("list", "")
        chosen = asked if asked in LISTS else "all"
        rows = store.appointments(wanted, LISTS[chosen][1], _SHOWN)
        outage = office.in_outage()
        return _html(
            render_queue(notice, chosen=chosen, wanted=wanted, rows=rows, counts=store.counts(), outage=outage)
        )

    @router.get("/appointments/{pre_entry_no}")
    async def case(pre_entry_no: str, sent: str = "") -> Response:
        found = _case(office, pre_entry_no)
        if found is None:
            return PlainTextResponse("没有这份预约 no such appointment", 404)
        return _html(render_case(notice, found, sent))

    @router.get("/sent-receipts")
    async def receipts() -> HTMLResponse:
        return _html(render_receipts(notice, store.latest_receipts(_SHOWN)))

    @router.get("/settings")
    async def settings() -> HTMLResponse:
        return _html(render_settings(notice, *store.scenario()))

    @router.get("/page.css")
    async def style() -> Response:
        return Response(STYLE, media_type="text/css")


def _forms(router: APIRouter, office: Office) -> None:
    @router.post("/decide")
    async def decide(request: Request) -> Response:
        body = await _form(request, DecisionBody)
        office.decide(body.decision())
        return _to(f"/appointments/{body.pre_entry_no}", sent=body.result)

    @router.post("/appointments/{pre_entry_no}/resend")
    async def resend(pre_entry_no: str) -> Response:
        if office.store.appointment(pre_entry_no) is None:
            return PlainTextResponse("没有这份预约 no such appointment", 404)
        office.resend_of(pre_entry_no)
        return _to(f"/appointments/{pre_entry_no}")

    @router.post("/scenario")
    async def set_scenario(request: Request) -> Response:
        body = await _form(request, ScenarioBody)
        office.set_scenario(body.name, body.delay_seconds, body.pre_entry_no)
        return _to(f"/appointments/{body.pre_entry_no}" if body.pre_entry_no else "/settings")


def _case(office: Office, pre_entry_no: str) -> OfficeCase | None:
    row = office.store.appointment(pre_entry_no)
    if row is None:
        return None
    received = office.store.messages(pre_entry_no)
    return OfficeCase(
        row,
        [(each, messages.read(each["body_xml"].encode(), each["message_id"])) for each in received],
        office.store.receipts_in_full(pre_entry_no),
        office.store.scenario(pre_entry_no)[0],
        office.in_outage(),
    )


async def _form(request: Request, model: type[Body]) -> Body:
    fields = parse_qs((await request.body()).decode(errors="replace"))
    try:
        return model.model_validate({name: values if name == _MANY else values[-1] for name, values in fields.items()})
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error


def _html(text: str) -> HTMLResponse:
    return HTMLResponse(text, headers={"Content-Security-Policy": _POLICY})


def _to(path: str, **query: str) -> Response:
    return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, 303)
