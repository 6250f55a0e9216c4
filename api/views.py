"""What the outside sees of an appointment: exactly the JSON of the HTTP contract, opened for its parties."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from domain.appointment import (
    Party,
)
from domain.instants import shown
from domain.problems import Fault, explain
from domain.problems.kinds import Language

Shown = Annotated[
    datetime,
    PlainSerializer(shown, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


class View(BaseModel):
    """An answer's shape; instants are written in Asia/Shanghai with their offset."""

    model_config = ConfigDict(frozen=True)


class Error(View):
    """One fault: its stable ``code``, the ``field`` it is about, if any, what is wrong, and what helps."""

    code: Annotated[str, Field(examples=["cutoff.passed"])]
    field: str | None
    message: str
    remedy: str
    facts: dict[str, Any]


class PartyView(View):
    """A party's four fields."""

    code: str
    uscc: str | None
    ciq_code: str | None
    name: str


class Verdict(View):
    """What the rules say of a submit; ``submit_by`` is null when no moment is legal."""

    submit_by: Shown | None
    errors: list[Error]
    facts: dict[str, Any]


def party(of: Party) -> PartyView:
    """A party's four fields."""
    return PartyView(**of.model_dump())


def error(fault: Fault, language: Language) -> Error:
    """A fault as ``errors[]`` shows it."""
    return Error(**explain(fault, language))


def errors(faults: Iterable[Fault], language: Language) -> list[Error]:
    """Faults as ``errors[]`` shows them."""
    return [error(each, language) for each in faults]
