"""Bodies read leniently: faults of the shape are kept, so that the rules can judge the other fields.

Pydantic refuses a body as a whole: a caller would learn of an unknown field first, and of a wrong mobile number or a
closed port only after removing it. ``LenientBody`` reports all of them at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Annotated, Any, Generic, TypeVar, get_args

from fastapi import Body as InBody
from pydantic import GetCoreSchemaHandler, ValidationError, ValidatorFunctionWrapHandler, create_model
from pydantic_core import CoreSchema, core_schema

from api.bodies import Body
from api.http.problems import fault_of, refuse_if, untagged
from domain.problems import Fault

B = TypeVar("B", bound=Body)


class LenientBody(Generic[B]):
    """A body of which ``partial`` has the readable fields, and ``faults`` the faults of the others.

    In ``partial`` a field that could not be read is absent: its default, or None where it has none.
    """

    def __init__(self, partial: B, faults: Sequence[Fault] = (), raw: Any = None) -> None:
        self.partial = partial
        self.faults = tuple(faults)
        self.raw = raw

    def all_faults(self, found: Iterable[Fault]) -> tuple[Fault, ...]:
        """Returns the faults of the shape, then those that rules found, except in fields that could not be read."""
        unread = [fault.field or "" for fault in self.faults]
        return (*self.faults, *(fault for fault in found if not _is_about(fault.field or "", unread)))

    def checked(self, found: Iterable[Fault] = ()) -> B:
        """Returns the whole body. Raises Refusal with all faults when there is any."""
        refuse_if(self.all_faults(found))
        return self.partial

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Wraps the body's own schema, so that a faulty body gives a ``LenientBody`` and no error."""
        (body,) = get_args(source)

        def lenient(raw: Any, strictly: ValidatorFunctionWrapHandler) -> "LenientBody[Any]":
            try:
                return cls(strictly(raw), raw=raw)
            except ValidationError as wrong:
                if not isinstance(raw, Mapping):
                    raise
                return cls(_partial(body, raw, wrong), _faults(wrong), raw)

        return core_schema.no_info_wrap_validator_function(lenient, handler(body))


#: For a route's parameter: ``body: RequestBody[CancelBody]``.
RequestBody = Annotated[LenientBody[B], InBody()]


def read(body: type[B], raw: Mapping[str, Any]) -> LenientBody[B]:
    """Reads a part of another body leniently."""
    try:
        return LenientBody(body.model_validate(raw), raw=raw)
    except ValidationError as wrong:
        return LenientBody(_partial(body, raw, wrong), _faults(wrong), raw)


def _faults(wrong: ValidationError) -> list[Fault]:
    return [fault_of({**each, "loc": ("body", *each["loc"])}) for each in wrong.errors()]


def _partial(body: type[B], raw: Mapping[str, Any], wrong: ValidationError) -> B:
    """Reads the body without the faulty values; if that fails too, without the whole fields that hold them."""
    rest: dict[str, Any] = deepcopy(dict(raw))
    relaxed: type[B] = _relaxed(body)
    for each in wrong.errors():
        _remove(rest, untagged(list(each["loc"])))
    try:
        return relaxed.model_validate(rest)
    except ValidationError as still:
        unread = {each["loc"][0] for each in (*wrong.errors(), *still.errors())}
        return relaxed.model_validate({name: value for name, value in raw.items() if name not in unread})


def _remove(value: Any, path: Sequence[int | str]) -> None:
    """Removes a field; an item of a list is replaced by an empty one, so that the others keep their places."""
    for part in path[:-1]:
        value = _within(value, part)
    if isinstance(value, list):
        value[int(path[-1])] = {}
    elif isinstance(value, dict):
        value.pop(path[-1], None)


def _within(value: Any, part: int | str) -> Any:
    if isinstance(value, list) and isinstance(part, int):
        return value[part]
    return value.get(part) if isinstance(value, dict) else None


@cache
def _relaxed(body: type[B]) -> type[B]:
    """Returns a variant of the body in which every field may be absent."""
    fields: dict[str, Any] = {
        name: (Annotated[field.annotation, "as it is", *field.metadata], None)
        for name, field in body.model_fields.items()
        if field.is_required()
    }
    return create_model(body.__name__, __base__=body, **fields)


def _is_about(field: str, unread: Iterable[str]) -> bool:
    """Returns True if the field is one of ``unread`` or lies within one of them."""
    return any(field == one or field.startswith((f"{one}.", f"{one}[")) for one in unread)
