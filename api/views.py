"""Shapes that the answers of several routes share."""

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
    """The base of all answers; instants are written in Asia/Shanghai with their offset."""

    model_config = ConfigDict(frozen=True)


class Error(View):
    """One fault: its stable ``code``, its ``field``, if any, a ``message``, and a ``remedy``."""

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
    """The verdict of the rules on a submit; ``submit_by`` is null when no instant is legal."""

    submit_by: Shown | None
    errors: list[Error]
    facts: dict[str, Any]


def party(of: Party) -> PartyView:
    """Returns the view of a party."""
    return PartyView(**of.model_dump())


def error(fault: Fault, language: Language) -> Error:
    """Returns a fault as ``errors[]`` shows it."""
    return Error(**explain(fault, language))


def errors(faults: Iterable[Fault], language: Language) -> list[Error]:
    """Returns faults as ``errors[]`` shows them."""
    return [error(each, language) for each in faults]
