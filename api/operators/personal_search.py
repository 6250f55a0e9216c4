"""Who looked at this phone number: the appointments that have or had it, and who opened their personal fields.

The number is in the body alone; the database has only its keyed hash, so a search needs the whole number.
"""

from typing import Annotated, TypeVar

from fastapi import APIRouter, Response
from pydantic import Field

from api.bodies import Text
from api.context import Caller, CallerDep, Context, ContextDep
from api.http.lenient_body import RequestBody
from api.http.problems import Refusal, refusal
from api.operators.looks import SEARCHED, record_look
from api.operators.paging import cut
from api.operators.reasons import ReasonBody, reason_faults
from api.operators.recording import reason_context
from api.views import Shown, View
from db import personal_digests
from db.personal_digests import Digest, LoggedLook
from db.queries import cursors
from domain.appointment import LETTERS, Appointment, State
from domain.codes import mobile_fault
from domain.normalising import mobile
from domain.problems import Fault
from domain.problems.kinds import Language
from identity.rate_limits import RateLimited

router = APIRouter(prefix="/ops/v1/personal-search", tags=["operators"])

FIELD = "contact_mobile"
Key = TypeVar("Key", str, int)


class PersonalSearchBody(ReasonBody):
    """A whole phone number, and the reason, which the access log keeps; the number is kept nowhere.

    A cursor continues its own list.
    """

    contact_mobile: Text
    appointments_cursor: str | None = None
    openings_cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class HolderView(View):
    """An appointment; ``holds`` is false when it had the number earlier and now has another one."""

    pre_entry_no: str
    state: State
    state_label: str
    applicant: str
    created_at: Shown
    holds: bool


class OpeningView(View):
    """One look at personal fields of an appointment: by whom (``subject``), when, from which address and why.

    ``what``: ``personal.opened`` or ``personal.receipt``.
    """

    id: int
    at: Shown
    what: str
    subject: str
    address: str | None
    pre_entry_no: str
    reason: str | None


class HoldersView(View):
    """Appointments, the highest number first; ``next_cursor`` is null on the last page."""

    items: list[HolderView]
    next_cursor: str | None


class OpeningsView(View):
    """Looks at personal fields, newest first; ``next_cursor`` is null on the last page."""

    items: list[OpeningView]
    next_cursor: str | None


class PersonalSearchView(View):
    """The appointments that have or had the number, and who opened their personal fields."""

    appointments: HoldersView
    openings: OpeningsView


@router.post("")
def search_person(
    ctx: ContextDep, caller: CallerDep, response: Response, body: RequestBody[PersonalSearchBody]
) -> PersonalSearchView:
    """谁看过这个手机号: returns the appointments with a phone number, and who opened their personal fields.

    The search is on record before anything is shown: the operator, the address and the reason, without the number.
    """
    given = body.checked(_faults(body.partial))
    number, entry = _position(given, "appointments_cursor", str), _position(given, "openings_cursor", int)
    _limit(ctx, caller)
    record_look(ctx, caller, SEARCHED, pre_entry_no=None, reason=given.reason)
    response.headers["Cache-Control"] = "no-store"
    wanted = (FIELD, ctx.sealer.digest(FIELD, given.contact_mobile))
    return PersonalSearchView(
        appointments=_holders(ctx, caller.language, wanted, before=number, limit=given.limit),
        openings=_openings(ctx, wanted, before=entry, limit=given.limit),
    )


def _faults(given: PersonalSearchBody) -> tuple[Fault, ...]:
    return (*_number_faults(mobile(given.contact_mobile or "")), *reason_faults(given.reason))


def _number_faults(number: str) -> tuple[Fault, ...]:
    if not number:
        return (Fault(code="field.required", field=FIELD),)
    wrong = mobile_fault(number)
    return (Fault(code="field.invalid", field=FIELD, facts={"reason": wrong}),) if wrong else ()


def _limit(ctx: Context, caller: Caller) -> None:
    try:
        ctx.services.rate_limiter.hit("personal search", caller.address)
    except RateLimited as many:
        fault = Fault(code="rate.limited", facts={"retry_after": many.retry_after})
        raise Refusal([fault], {"Retry-After": str(many.retry_after)}) from None


def _position(given: PersonalSearchBody, name: str, kind: type[Key]) -> Key | None:
    """Returns where the list continues, None at its beginning. Raises ``Refusal`` when the cursor is none of ours."""
    cursor = getattr(given, name)
    if cursor is None:
        return None
    try:
        (found,) = cursors.read(cursor)
    except ValueError:
        found = None
    if not isinstance(found, kind) or (isinstance(found, int) and not 0 < found < 2**63):
        raise refusal("field.invalid", name, reason="malformed")
    return found


def _holders(ctx: Context, language: Language, wanted: Digest, *, before: str | None, limit: int) -> HoldersView:
    found = ctx.read_sync(lambda session: personal_digests.holders(session, wanted, before=before, limit=limit + 1))
    page, last = cut(found, limit)
    return HoldersView(
        items=[_holder(ctx, wanted, each, language) for each in page],
        next_cursor=cursors.write([last.pre_entry_no]) if last else None,
    )


def _holder(ctx: Context, wanted: Digest, appointment: Appointment, language: Language) -> HolderView:
    field, digest = wanted
    return HolderView(
        pre_entry_no=appointment.pre_entry_no,
        state=appointment.state,
        state_label=LETTERS[appointment.state][1 if language == "zh" else 2],
        applicant=appointment.applicant.name,
        created_at=appointment.created_at,
        holds=ctx.sealer.digests(appointment).get(field) == digest,
    )


def _openings(ctx: Context, wanted: Digest, *, before: int | None, limit: int) -> OpeningsView:
    found = ctx.read_sync(lambda session: personal_digests.openings(session, wanted, before=before, limit=limit + 1))
    page, last = cut(found, limit)
    return OpeningsView(
        items=[_opening(ctx, each) for each in page], next_cursor=cursors.write([last.id]) if last else None
    )


def _opening(ctx: Context, opening: LoggedLook) -> OpeningView:
    access, reason = opening.access, None
    if access.reason is not None:
        reason = ctx.sealer.open(access.reason, context=reason_context(access.subject, access.pre_entry_no))
    shown = access.model_dump(include={"at", "what", "subject", "address"})
    return OpeningView(**shown, id=opening.id, pre_entry_no=access.pre_entry_no or "", reason=reason)
