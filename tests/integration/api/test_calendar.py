"""Weekly plans, gaps and the history of the calendar, as operators ask for them."""

from datetime import date, timedelta
from typing import Any

import pytest

from runtime.dispatch.system_counts import count_calendar_gaps
from tests.integration.api.api_stack import ApiStack, body, refused, saturday, this_year

PORT = "5301"
PLAN = f"/ops/v1/ports/{PORT}/weekly-plan"
LUNCH = [["08:30", "12:00"], ["13:30", "17:00"]]


def plan(valid_from: date, **days: Any) -> dict[str, Any]:
    return {"valid_from": valid_from.isoformat(), "days": days, "note": "冬令"}


async def test_a_plan_is_set_replaced_read_and_removed(api_stack: ApiStack) -> None:
    first, second = saturday().date() - timedelta(days=60), saturday().date()
    async with api_stack.client("operator") as operator:
        body(await operator.put(PLAN, json=plan(first, monday=LUNCH, saturday=[])))
        body(await operator.put(PLAN, json=plan(second, saturday=[["20:00", "26:00"]])))
        newest, oldest = body(await operator.get(PLAN))["items"]
        assert (newest["valid_from"], newest["in_force"], oldest["in_force"]) == (second.isoformat(), False, True)
        assert oldest["days"] == {
            "monday": LUNCH,
            "tuesday": None,
            "wednesday": None,
            "thursday": None,
            "friday": None,
            "saturday": [],
            "sunday": None,
        }
        assert (oldest["note"], oldest["set_by"]) == ("冬令", "operator")
        assert await layer_of(api_stack, second) == ("weekly", [["20:00", "26:00"]])
        left = body(await operator.delete(f"{PLAN}/{second}"))["items"]
        assert [each["valid_from"] for each in left] == [first.isoformat()]
        assert await layer_of(api_stack, second) == ("weekly", [])
        body(await operator.put(PLAN, json=plan(first, monday=LUNCH)))
        assert await layer_of(api_stack, second) == ("national", [])
        body(await operator.delete(f"{PLAN}/{first}"))
        assert refused(await operator.delete(f"{PLAN}/{first}"), 404) == ["not_found"]
        assert body(await operator.get(PLAN))["items"] == []


async def layer_of(api_stack: ApiStack, day: date) -> tuple[str, list[list[str]]]:
    async with api_stack.client("operator") as operator:
        span = {"from": day.isoformat(), "to": day.isoformat()}
        (found,) = body(await operator.get(f"/ops/v1/ports/{PORT}/calendar", params=span))["items"]
    return found["layer"], found["sessions"]


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"monday": [["17:00", "08:30"]]}, "days.monday"),
        ({"friday": [["22:00", "02:00"]]}, "days.friday"),
        ({"friday": [["08:30", "12:00"], ["11:00", "17:00"]]}, "days.friday"),
        ({"someday": []}, "days.someday"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused_and_named(
    api_stack: ApiStack, days: dict[str, Any], field: str
) -> None:
    async with api_stack.client("operator") as operator:
        answer = await operator.put(PLAN, json=plan(saturday().date(), **days))
        assert refused(answer, 422)[0] in {"field.invalid", "field.unknown"}
        assert answer.json()["errors"][0]["field"] == field
        unknown = await operator.put("/ops/v1/ports/9999/weekly-plan", json=plan(saturday().date()))
    assert refused(unknown, 404) == ["not_found"]


async def test_a_plan_tells_on_which_holidays_it_opens_and_on_which_make_up_days_it_closes(api_stack: ApiStack) -> None:
    year = this_year() + 9
    new_year, make_up = date(year, 1, 1), date(year, 1, 6)
    weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    days = {weekdays[new_year.weekday()]: LUNCH, weekdays[make_up.weekday()]: []}
    async with api_stack.client("operator") as operator:
        published = {"holidays": {new_year.isoformat(): "元旦"}, "workdays": {make_up.isoformat(): "元旦"}}
        body(await operator.post(f"/ops/v1/calendar/years/{year}", json=published))
        (view,) = body(await operator.put(PLAN, json=plan(saturday().date(), **days)))["items"]
        body(await operator.delete(f"{PLAN}/{saturday().date()}"))
    assert [each for each in view["strange_days"] if each["date"].startswith(str(year))] == [
        {"date": new_year.isoformat(), "name": "元旦", "open": True},
        {"date": make_up.isoformat(), "name": "元旦", "open": False},
    ]


async def test_who_changed_what_can_be_read_page_by_page(api_stack: ApiStack) -> None:
    day, path = saturday().date(), f"/ops/v1/ports/{PORT}/calendar/{saturday().date()}"
    async with api_stack.client("operator") as operator:
        body(await operator.put(path, json={"sessions": [["20:00", "26:00"]], "note": "台风"}))
        body(await operator.put(path, json={"sessions": []}))
        body(await operator.delete(path))
        changes = body(await operator.get("/ops/v1/calendar/changes", params={"port": PORT, "limit": 2}))
        gone, closed = changes["items"]
        older = {"port": PORT, "limit": 1, "before": changes["next_before"]}
        (first,) = body(await operator.get("/ops/v1/calendar/changes", params=older))["items"]
    assert (gone["content"], closed["content"]) == (None, {"sessions": []})
    assert first["content"] == {"sessions": [["20:00", "26:00"]]}
    assert (first["kind"], first["first_day"], first["note"]) == ("override", day.isoformat(), "台风")
    assert first["by"] == "operator"


async def test_there_is_no_gap_while_every_year_is_published(api_stack: ApiStack) -> None:
    async with api_stack.client("operator") as operator:
        assert body(await operator.get("/ops/v1/calendar/gaps"))["years"] == []
        await count_calendar_gaps(api_stack.context.dispatcher)
        metrics = (await operator.get("/metrics")).text
    assert 'yuyue_calendar_gaps{kind="year"} 0.0' in metrics
    assert 'yuyue_calendar_gaps{kind="port"} 0.0' in metrics


async def test_only_operators_keep_the_calendar(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        for path in (PLAN, "/ops/v1/calendar/gaps", "/ops/v1/calendar/changes"):
            assert refused(await client.get(path), 403) == ["auth.forbidden"]
        assert refused(await client.put(PLAN, json=plan(saturday().date())), 403) == ["auth.forbidden"]
        assert refused(await client.delete(f"{PLAN}/2026-01-01"), 403) == ["auth.forbidden"]
