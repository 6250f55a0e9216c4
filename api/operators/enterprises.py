"""Register of enterprises, maintained by hand until customs supplies it."""

from typing import Annotated

import structlog
from fastapi import APIRouter
from pydantic import Field

from api.bodies import Body, Code, Day, FreeText
from api.context import CallerDep, ContextDep
from api.http.lenient_body import RequestBody
from api.views import View
from db import reference
from db.register_history import Origin
from domain.codes import customs_code_fault, uscc_fault
from domain.enterprise import Enterprise, Grade, Qualification
from domain.problems import Fault

router = APIRouter(prefix="/ops/v1/enterprises", tags=["operators"])

log = structlog.get_logger("api.operators")


class EnterpriseBody(Body):
    """Enterprise in the register; the path has its code."""

    uscc: Code | None = None
    ciq_code: Code | None = None
    name: Annotated[FreeText, Field(min_length=1, max_length=200)]
    qualification: Qualification
    valid_until: Day | None = None
    grade: Grade


class RegisterEntry(View, Enterprise):
    """Enterprise in the register."""


@router.put("/{code}")
def put_enterprise(ctx: ContextDep, caller: CallerDep, code: Code, body: RequestBody[EnterpriseBody]) -> RegisterEntry:
    """Adds or replaces an enterprise in the register: qualification 报关资质, credit 信用等级."""
    entry = Enterprise(code=code, **dict(body.checked(enterprise_faults(code, body.partial.uscc))))
    origin = Origin(caller.principal.name, caller.received_at, "edit")
    reference.save_enterprise(ctx.engine, entry, origin)
    log.info("register entry put", code=code, by=caller.principal.name, grade=entry.grade.value)
    return RegisterEntry(**dict(entry))


def enterprise_faults(code: str, uscc: str | None) -> list[Fault]:
    """Returns the faults of the two codes of an enterprise."""
    reasons = (("code", customs_code_fault(code)), ("uscc", uscc and uscc_fault(uscc)))
    return [Fault(code="field.invalid", field=field, facts={"reason": why}) for field, why in reasons if why]
