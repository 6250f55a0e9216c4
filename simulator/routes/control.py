"""Routes by which tests control the office: ``/control/...``."""

from typing import Annotated, Any, Literal

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from simulator.courier import Courier
from simulator.demands import Demands
from simulator.instants import Day, Instant
from simulator.names import DEFAULT_DELAY_SECONDS, Result, Scenario
from simulator.office import Decision, Delivery, Office

PreEntryNo = Annotated[str, Field(pattern=r"^[0-9]{18}$")]
CustomsCode = Annotated[str, Field(pattern=r"^[0-9]{4}[0-9A-Z]{6}$")]
Port = Annotated[str, Field(pattern=r"^[0-9]{4}$")]


class ControlBody(BaseModel):
    """Body of a control call; an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class ScenarioBody(ControlBody):
    """Scenario for one appointment, or for all that have no scenario of their own."""

    name: Scenario
    delay_seconds: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] = DEFAULT_DELAY_SECONDS
    pre_entry_no: PreEntryNo | None = None


class DecisionBody(ControlBody):
    """Decision of an officer about an appointment."""

    pre_entry_no: PreEntryNo
    result: Result
    note: Annotated[str, Field(max_length=4000)] | None = None
    declaration_numbers: Annotated[list[PreEntryNo], Field(max_length=50)] = []

    def decision(self) -> Decision:
        """Returns the decision in the form that ``Office.decide`` takes."""
        return Decision(**self.model_dump())


class DeclarationBody(ControlBody):
    """Declaration that look-ups find; ``declared_on`` is a day, or an instant with its zone."""

    number: PreEntryNo
    direction: Literal["I", "E"]
    applicant: CustomsCode
    consignee: CustomsCode
    declaration_port: Port
    entry_exit_port: Port
    declared_on: Instant | Day


def routes(office: Office, courier: Courier) -> APIRouter:
    """Returns the router of all control calls."""
    router = APIRouter(prefix="/control")
    _listings(router, office)
    _settings(router, office)
    _direct(router, office, courier)
    return router


def _listings(router: APIRouter, office: Office) -> None:
    @router.get("/received")
    async def received(pre_entry_no: str | None = None) -> list[dict[str, Any]]:
        return [dict(row) for row in office.store.messages(pre_entry_no)]

    @router.get("/receipts")
    async def receipts(pre_entry_no: str | None = None) -> list[dict[str, Any]]:
        return [dict(row) for row in office.store.receipts(pre_entry_no)]


def _settings(router: APIRouter, office: Office) -> None:
    @router.post("/scenario")
    async def set_scenario(body: ScenarioBody) -> ScenarioBody:
        office.set_scenario(body.name, body.delay_seconds, body.pre_entry_no)
        return body

    @router.post("/delivery")
    async def set_delivery(body: Delivery) -> Delivery:
        office.set_delivery(body)
        return office.delivery

    @router.post("/demands")
    async def set_demands(body: Demands) -> Demands:
        office.set_demands(body)
        return body

    @router.post("/declarations")
    async def save_declarations(declarations: list[DeclarationBody]) -> dict[str, int]:
        office.store.save_declarations([each.model_dump(mode="json") for each in declarations])
        return {"held": len(declarations)}

    @router.post("/decide")
    async def decide(body: DecisionBody) -> dict[str, str]:
        return {"receipt_id": office.decide(body.decision())}


def _direct(router: APIRouter, office: Office, courier: Courier) -> None:
    @router.post("/send-raw")
    async def send_raw(request: Request) -> JSONResponse:
        try:
            answer = await courier.send(await request.body())
        except httpx.HTTPError as error:
            return JSONResponse({"status": None, "body": type(error).__name__}, 502)
        return JSONResponse({"status": answer.status_code, "body": answer.text})

    @router.post("/reset")
    async def reset() -> dict[str, bool]:
        courier.cancel_deliveries()
        office.store.reset()
        return {"reset": True}
