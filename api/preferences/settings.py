"""个人设置: the settings of a user, by name; sealed at rest, for that user alone."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field, ValidationError

from api.bodies import Body, Text
from api.context import Caller, CallerDep, Context, ContextDep
from api.http.lenient_body import LenientBody, RequestBody
from api.http.problems import Refusal, fault_of, refusal
from api.views import View
from db import preferences
from db.engine import writing

router = APIRouter(prefix="/api/v1/preferences", tags=["preferences"])

#: Entries of a list, and characters of a name and of a parameter.
MOST = 50
NAME_CHARACTERS = 50
PARAMETER_CHARACTERS = 200
MOST_PARAMETERS = 30

_CustomsCode = Annotated[str, Field(pattern=r"^[0-9]{4}[0-9A-Z]{6}$")]
_PortCode = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
_Parameter = Annotated[Text, Field(max_length=PARAMETER_CHARACTERS)]
_Parameters = Annotated[list[_Parameter], Field(max_length=MOST_PARAMETERS)]


class SavedQuestion(Body):
    """A saved query of the query page: its name, and its parameters as in the page's address."""

    name: Annotated[Text, Field(min_length=1, max_length=NAME_CHARACTERS)]
    params: Annotated[dict[_Parameter, _Parameter | _Parameters], Field(max_length=MOST_PARAMETERS)]


class PreferencesView(View):
    """All settings; one that was never set has its default. A field's name is the ``name`` of the path."""

    favourite_consignees: Annotated[list[_CustomsCode], Field(max_length=MOST)] = []
    favourite_ports: Annotated[list[_PortCode], Field(max_length=MOST)] = []
    saved_questions: Annotated[list[SavedQuestion], Field(max_length=MOST)] = []
    theme: Literal["system", "light", "dark"] = "system"


class PreferenceBody(Body):
    """``value`` has the shape that ``GET /api/v1/preferences`` shows under the name."""

    value: Any


@router.get("")
def get_preferences(ctx: ContextDep, caller: CallerDep) -> PreferencesView:
    """Returns all settings of the user. An API key has none: 403 ``session.required``."""
    return of(ctx, caller)


@router.put("/{name}")
def put_preference(ctx: ContextDep, caller: CallerDep, name: str, body: RequestBody[PreferenceBody]) -> PreferencesView:
    """Replaces one setting and returns all of them; 404 ``not_found`` for a name that is no setting."""
    holder = caller.holder
    if name not in PreferencesView.model_fields:
        raise refusal("not_found")
    value = _checked(name, body).model_dump_json(include={name})
    sealed = ctx.sealer.seal(value, context=sealing_context(holder, name))
    with writing(ctx.engine) as session:
        preferences.save(session, holder, name, sealed, at=caller.received_at)
    return of(ctx, caller)


def of(ctx: Context, caller: Caller) -> PreferencesView:
    """Returns the user's settings. Raises Refusal when the caller has an API key."""
    holder = caller.holder
    sealed = ctx.read_sync(lambda session: preferences.all_of(session, holder))
    known = {name: text for name, text in sealed.items() if name in PreferencesView.model_fields}
    values: dict[str, Any] = {}
    for name, text in known.items():
        opened = PreferencesView.model_validate_json(ctx.sealer.open(text, context=sealing_context(holder, name)))
        values[name] = getattr(opened, name)
    return PreferencesView(**values)


def sealing_context(holder: str, name: str) -> str:
    """Returns the context that a setting is sealed for."""
    return f"preferences/{holder}/{name}"


def _checked(name: str, body: LenientBody[PreferenceBody]) -> BaseModel:
    try:
        value = PreferencesView.model_validate({name: body.partial.value}, strict=True)
    except ValidationError as wrong:
        faults = [fault_of({**each, "loc": ("body", "value", *each["loc"][1:])}) for each in wrong.errors()]
        raise Refusal(body.all_faults(faults)) from None
    body.checked()
    return value
