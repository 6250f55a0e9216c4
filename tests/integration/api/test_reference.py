"""What may be looked up, and what operators put there."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.integration.api.api_stack import CODES, PORT, ApiStack, body, refused, saturday

LATEST = "/api/v1/latest-submission"


async def latest(client: httpx.AsyncClient, start: datetime, **changes: str) -> Any:
    query = {"declaration_port": PORT, "entry_exit_port": PORT, "window_start": start.isoformat()} | changes
    return body(await client.get(LATEST, params=query))


async def test_the_starts_of_a_working_day_say_which_are_free_and_why_the_others_are_not(api_stack: ApiStack) -> None:
    monday = saturday() + timedelta(days=2)
    query = {"declaration_port": PORT, "entry_exit_port": PORT, "date": monday.date().isoformat()}
    async with api_stack.client("general") as client:
        starts = body(await client.get("/api/v1/window-starts", params=query))["items"]
    assert [datetime.fromisoformat(each["window_start"]).hour for each in starts] == [*range(24)]
    free = [each for each in starts if each["bookable"]]
    assert [datetime.fromisoformat(each["window_start"]).hour for each in free] == [*range(7), *range(17, 24)]
    assert {error["code"] for each in starts for error in each["errors"]} == {"window.working_time"}
    assert free[0]["window_end"] == monday.replace(hour=2).isoformat()
    # Before the day's own closing the Friday's counts.
    assert {each["submit_by"][:10] for each in free} == {f"{(monday - timedelta(days=3)).date()}", f"{monday.date()}"}


@pytest.mark.parametrize(("key", "entry_exit_port", "hour"), [("general", PORT, 9), ("advanced", PORT, 13)])
async def test_the_latest_moment_before_a_saturday_evening(
    api_stack: ApiStack, key: str, entry_exit_port: str, hour: int
) -> None:
    async with api_stack.client(key) as client:
        answer = await latest(client, saturday(), entry_exit_port=entry_exit_port)
    friday = saturday() - timedelta(days=1)
    assert answer["bookable"]
    assert answer["errors"] == []
    assert answer["submit_by"] == friday.replace(hour=hour).isoformat()


async def test_different_ports_need_a_day_more_notice(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        answer = await latest(client, saturday(), entry_exit_port="2225")
    assert answer["submit_by"] == (saturday() - timedelta(days=2)).replace(hour=17).isoformat()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"window_start": (saturday() + timedelta(days=2)).replace(hour=10).isoformat()}, "window.working_time"),
        ({"window_start": (saturday() - timedelta(days=365)).isoformat()}, "window.past"),
        ({"window_start": (saturday() + timedelta(days=1500)).isoformat()}, "calendar.missing"),
        ({"window_start": saturday().replace(minute=7).isoformat()}, "window.step"),
        ({"window_start": "tomorrow"}, "field.invalid"),
        ({"window_start": ""}, "field.required"),
        ({"declaration_port": "9999"}, "field.invalid"),
        ({"consignee": CODES["dishonest"]}, "eligibility.dishonest"),
        ({"consignee": CODES["unqualified"]}, "eligibility.unqualified"),
    ],
)
async def test_why_not_is_always_answered(api_stack: ApiStack, changes: dict[str, str], code: str) -> None:
    async with api_stack.client("general") as client:
        answer = await latest(client, saturday(), **changes)
    assert not answer["bookable"]
    assert code in [error["code"] for error in answer["errors"]]


async def test_a_plus_that_became_a_blank_is_forgiven(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        query = f"declaration_port={PORT}&entry_exit_port={PORT}&window_start={saturday().isoformat()}"
        assert body(await client.get(f"{LATEST}?{query}"))["bookable"]
        assert body(await client.get(f"{LATEST}?{query.replace('+', quote('+'))}"))["bookable"]


async def test_all_eighteen_transport_modes(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        modes = body(await client.get("/api/v1/transport-modes"))["items"]
    assert len(modes) == 18
    assert {"code": "5", "name": "航空运输", "name_en": "Air"} in modes


@pytest.mark.parametrize(
    ("name", "eligible"), [("general", True), ("importer", True), ("dishonest", False), ("unqualified", False)]
)
async def test_whether_an_enterprise_may_take_part(api_stack: ApiStack, name: str, eligible: bool) -> None:
    async with api_stack.client("advanced") as client:
        entry = body(await client.get(f"/api/v1/enterprises/{CODES[name]}"))
        assert refused(await client.get("/api/v1/enterprises/3122269999"), 404) == ["not_found"]
        assert refused(await client.get("/api/v1/enterprises/x"), 422) == ["field.invalid"]
    assert (entry["code"], entry["eligible"], entry["block"]) == (CODES[name], eligible, None)


async def test_working_hours_show_working_time_only_and_gaps_by_their_message(api_stack: ApiStack) -> None:
    monday = saturday().date() + timedelta(days=2)
    async with api_stack.client("general") as client:
        hours = await client.get("/api/v1/port-work-hours", params=span(monday - timedelta(days=1), monday, port=PORT))
        far = monday.replace(year=monday.year + 5)
        gap = await client.get("/api/v1/port-work-hours", params=span(far, far, port=PORT))
        everywhere = await client.get("/api/v1/port-work-hours", params=span(monday, monday))
    [port] = body(hours)["items"]
    assert [(day["date"], day["sessions"]) for day in port["days"]] == [(monday.isoformat(), [["08:30", "17:00"]])]
    [unknown] = body(gap)["items"]
    assert unknown["days"] == []
    assert "更新工作日历" in unknown["errors"][0]["message"] + unknown["errors"][0]["remedy"]
    assert len(body(everywhere)["items"]) > 10


async def test_working_hours_begin_with_the_rest_of_the_night_before(api_stack: ApiStack) -> None:
    first = saturday().date()
    eve = f"/ops/v1/ports/{PORT}/calendar/{first - timedelta(days=1)}"
    async with api_stack.client("general") as client, api_stack.client("operator") as operator:
        body(await operator.put(eve, json={"sessions": [["08:30", "17:00"], ["20:00", "26:30"]]}))
        shown = await client.get("/api/v1/port-work-hours", params=span(first, first, port=PORT))
        with_eve = await client.get("/api/v1/port-work-hours", params=span(first - timedelta(days=1), first, port=PORT))
        await operator.delete(eve)
    assert [(port["before"], port["days"]) for port in body(shown)["items"]] == [([["00:00", "02:30"]], [])]
    assert [port["before"] for port in body(with_eve)["items"]] == [[]]


def span(first: date, last: date, **more: str) -> dict[str, str]:
    return {"from": first.isoformat(), "to": last.isoformat()} | more


@pytest.mark.parametrize(("days", "codes"), [(15, None), (16, ["query.span_too_long"]), (-1, ["field.invalid"])])
async def test_working_hours_of_sixteen_dates_at_most(api_stack: ApiStack, days: int, codes: list[str] | None) -> None:
    first = saturday().date()
    async with api_stack.client("general") as client:
        answer = await client.get(
            "/api/v1/port-work-hours", params=span(first, first + timedelta(days=days), port=PORT)
        )
        assert refused(await client.get("/api/v1/port-work-hours"), 422) == ["field.required"] * 2
        unknown = await client.get("/api/v1/port-work-hours", params=span(first, first, port="9999"))
    assert refused(unknown, 422) == ["field.invalid"]
    if codes is None:
        body(answer)
    else:
        assert refused(answer, 422) == codes


async def test_an_operator_closes_a_port_and_opens_it_again(api_stack: ApiStack) -> None:
    day = saturday().date() + timedelta(days=3)
    path = f"/ops/v1/ports/2248/calendar/{day}"
    async with api_stack.client("operator") as operator:
        closed = body(await operator.put(path, json={"sessions": [], "note": "台风"}))
        assert (closed["layer"], closed["sessions"], closed["note"]) == ("override", [], "台风")
        halves = [["08:30", "12:00"], ["13:00", "24:00"]]
        assert body(await operator.put(path, json={"sessions": halves}))["sessions"] == halves
        shown = body(await operator.get("/ops/v1/ports/2248/calendar", params=span(day, day + timedelta(days=1))))
        assert [each["layer"] for each in shown["items"]] == ["override", "national"]
        assert body(await operator.delete(path))["layer"] == "national"
        assert refused(await operator.delete(path), 404) == ["not_found"]
        assert refused(await operator.put("/ops/v1/ports/9999/calendar/2026-01-01", json={"sessions": []}), 404)


@pytest.mark.parametrize(
    "sessions",
    [
        [["17:00", "08:30"]],
        [["08:30", "12:00"], ["11:00", "17:00"]],
        [["08:30", "30:01"]],
        [["8:30", "17:00"]],
        [["08:30"]],
        [["22:00", "02:00"]],
        "closed",
    ],
)
async def test_sessions_that_are_none_are_refused(api_stack: ApiStack, sessions: Any) -> None:
    async with api_stack.client("operator") as operator:
        answer = await operator.put(f"/ops/v1/ports/2248/calendar/{saturday().date()}", json={"sessions": sessions})
    assert refused(answer, 422) == ["field.invalid"]


async def test_a_year_is_published_once_for_all(api_stack: ApiStack) -> None:
    async with api_stack.client("operator") as operator:
        path = "/ops/v1/calendar/years/2035"
        published = {"holidays": {"2035-01-01": "元旦"}, "workdays": ["2035-01-06"]}
        assert body(await operator.post(path, json=published)) == {"year": 2035, "holidays": 1, "workdays": 1}
        days = body(await operator.get("/ops/v1/ports/2248/calendar", params=span(date(2035, 1, 1), date(2035, 1, 6))))
        assert [bool(each["sessions"]) for each in days["items"]] == [False, True, True, True, True, True]
        assert days["items"][0]["note"] == "元旦"
        for wrong in ({"holidays": {"2036-01-01": "x"}}, {"holidays": ["2035-01-06"], "workdays": ["2035-01-06"]}, {}):
            assert refused(await operator.post(path, json=wrong), 422)[0] in {"field.invalid", "field.required"}


async def test_an_operator_keeps_the_register(api_stack: ApiStack) -> None:
    entry = {
        "name": "示例庚有限公司（虚构）",
        "uscc": "91350100M000100Y43",
        "qualification": "registered",
        "valid_until": "2099-12-31",
        "grade": "常规",
    }
    async with api_stack.client("operator") as operator, api_stack.client("general") as client:
        path = "/ops/v1/enterprises/3122260099"
        first = body(await operator.put(path, json=entry))
        assert body(await operator.put(path, json=entry)) == first
        assert body(await client.get("/api/v1/enterprises/3122260099"))["eligible"]
        body(await operator.put(path, json=entry | {"grade": "失信"}))
        assert not body(await client.get("/api/v1/enterprises/3122260099"))["eligible"]
        assert refused(await operator.put(path, json=entry | {"uscc": "91350100M000100Y4Z"}), 422) == ["field.invalid"]
        assert refused(await operator.put("/ops/v1/enterprises/x", json=entry), 422) == ["field.invalid"]
        assert refused(await operator.put(path, json=entry | {"grade": "AAA"}), 422) == ["field.invalid"]
