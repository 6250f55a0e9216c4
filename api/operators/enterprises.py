"""The register of enterprises, looked after by hand until it comes from customs."""

import structlog
from fastapi import APIRouter

from api.bodies import Code, EnterpriseBody
from api.context import CallerDep, ContextDep
from api.given import Sent
from api.views import View
from db import reference
from domain.codes import customs_code_fault, uscc_fault
from domain.enterprise import Enterprise
from domain.problems import Fault

router = APIRouter(prefix="/ops/v1/enterprises", tags=["operators"])

log = structlog.get_logger("api.operators")


class RegisterEntry(View, Enterprise):
    """As it stands in the register."""


@router.put("/{code}")
def put_enterprise(ctx: ContextDep, caller: CallerDep, code: Code, body: Sent[EnterpriseBody]) -> RegisterEntry:
    """Enters or replaces a register entry: qualification 报关资质, credit 信用等级."""
    uscc = body.partial.uscc
    reasons = (("code", customs_code_fault(code)), ("uscc", uscc and uscc_fault(uscc)))
    wrong = (Fault(code="field.invalid", field=field, facts={"reason": why}) for field, why in reasons if why)
    entry = Enterprise(code=code, **dict(body.checked(wrong)))
    reference.put_enterprise(ctx.engine, entry, at=caller.received_at)
    log.info("register entry put", code=code, by=caller.principal.name, grade=entry.grade.value)
    return RegisterEntry(**dict(entry))
