"""Instants and days in bodies and parameters: RFC 3339 alone.

Pydantic by itself reads "20260102" as seconds, a moment of August 1970.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, get_args, get_type_hints

import pytest
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import AwareDatetime, BaseModel, NaiveDatetime, TypeAdapter, ValidationError

from api.app import create_app
from api.appointments.listing import ListQuery
from api.bodies import Body, Instant
from runtime.settings import Settings

MOMENTS = {date, datetime, AwareDatetime, NaiveDatetime}


def api_routes(among: Iterable[object]) -> Iterator[APIRoute]:
    for route in among:
        if isinstance(route, APIRoute):
            yield route
        elif isinstance(inner := getattr(route, "original_router", None), APIRouter):
            yield from api_routes(inner.routes)


def calls(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """A route's function and all that it depends on."""
    if dependant.call is not None:
        yield dependant.call
    for each in dependant.dependencies:
        yield from calls(each)


def moments(hint: Any) -> Iterator[Any]:
    """The types of instants and days within a type, each with what checks it."""
    parts = get_args(hint)
    if hint in MOMENTS or (parts and parts[0] in MOMENTS and hasattr(hint, "__metadata__")):
        yield hint
        return
    for part in parts:
        yield from moments(part)


def subclasses(of: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in of.__subclasses__():
        yield each
        yield from subclasses(each)


def accepted() -> dict[str, Any]:
    """Every instant and day that the API takes, by its place."""
    called = {call for route in api_routes(create_app(Settings()).routes) for call in calls(route.dependant)}
    return {
        f"{getattr(source, '__qualname__', source)}.{name}": found
        for source in (*called, *subclasses(Body), *subclasses(ListQuery))
        for name, hint in get_type_hints(source, include_extras=True).items()
        if name != "return"
        for found in moments(hint)
    }


ACCEPTED = accepted()


def test_the_instants_and_days_of_all_calls_are_found() -> None:
    some = {
        "ContentBody.window_start",
        "Read.due",
        "CalendarYearBody.holidays",
        "list_window_starts.day",
        "OperatorListQuery.applied_to",
    }
    assert some <= ACCEPTED.keys()


@pytest.mark.parametrize("place", sorted(ACCEPTED))
@pytest.mark.parametrize("text", ["20260102", "202601021830", "1767349800", "1767349800.5", 1_767_349_800])
def test_a_compact_date_or_a_number_is_no_moment(place: str, text: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(ACCEPTED[place]).validate_python(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02",
        "2026-01-02T18:30:00",
        "2026-01-02T18:30+08",
        "２０２６-01-02T18:30:00+08:00",
        "2026-01-02T18:30:00+08:00 ",
    ],
)
def test_an_instant_has_its_date_its_time_and_its_offset(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Instant).validate_python(text)
    assert [error["type"] for error in refused.value.errors()] == ["instant"]
