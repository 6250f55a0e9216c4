"""The answers to a pick list while somebody types."""

from datetime import UTC, datetime

import httpx
import pytest

from db import lists
from db.lists import ListEntry
from db.register_history import Origin
from tests.integration.api.api_stack import PORT, ApiStack, body, refused

PORTS, HS_CODES = "/api/v1/ports", "/api/v1/hs-codes"


async def found(client: httpx.AsyncClient, path: str, q: str) -> list[str]:
    return [each["code"] for each in body(await client.get(path, params={"q": q}))["items"]]


@pytest.mark.parametrize("q", ["2233", "浦东", "pudong", "pd", "putong", "Pudong"])
async def test_ports_as_people_type_them(api_stack: ApiStack, q: str) -> None:
    async with api_stack.client("general") as client:
        assert PORT in await found(client, PORTS, q)


async def test_ports_come_best_first_and_fifty_at_most(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        assert await found(client, PORTS, "2233") == ["2233"]
        assert await found(client, PORTS, "%") == []
        shanghai = body(await client.get(PORTS, params={"q": "22"}))
        everything = body(await client.get(PORTS))
    assert {each["code"][:2] for each in shanghai["items"]} == {"22"}
    assert shanghai["items"][0] == {"code": "2200", "name": "上海关区", "name_en": "Shanghai Customs District"}
    assert (len(everything["items"]), everything["more"]) == (50, True)
    assert [each["code"] for each in everything["items"]] == sorted(each["code"] for each in everything["items"])


async def test_a_heading_and_its_lines_by_four_digits(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        fish = body(await client.get(HS_CODES, params={"q": "0301"}))
    first, *lines = fish["items"]
    assert first == {"code": "0301", "name": "活鱼", "kind": "heading", "heading": None} == fish["heading"]
    assert {(line["kind"], line["heading"], line["code"][:4]) for line in lines} == {("line", "活鱼", "0301")}
    assert [line["code"] for line in lines] == sorted(line["code"] for line in lines)
    assert (fish["complete"], fish["more"]) == (False, False)


async def test_a_code_that_the_starter_table_has_not_is_told_by_its_heading(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        unknown = body(await client.get(HS_CODES, params={"q": "0301.9999.98"}))
    assert (unknown["items"], unknown["heading"]["name"], unknown["complete"]) == ([], "活鱼", False)


@pytest.mark.parametrize("q", ["疫苗", "yimiao", "yimaio"])
async def test_goods_by_their_names(api_stack: ApiStack, q: str) -> None:
    async with api_stack.client("general") as client:
        items = body(await client.get(HS_CODES, params={"q": q}))["items"]
    assert "疫苗" in items[0]["name"]


@pytest.mark.parametrize(
    ("q", "code"),
    [("301", "field.invalid"), ("03", "field.invalid"), ("03019995901", "field.invalid"), ("", "field.required")],
)
async def test_too_few_digits_are_refused_with_a_remedy(api_stack: ApiStack, q: str, code: str) -> None:
    async with api_stack.client("general") as client:
        answer = await client.get(HS_CODES, params={"q": q})
    assert refused(answer, 422) == [code]
    [error] = answer.json()["errors"]
    assert error["field"] == "q"
    assert error["remedy"]
    assert code == "field.required" or "4至10位" in error["message"]


@pytest.mark.parametrize(("path", "q"), [(PORTS, "pd"), (HS_CODES, "0301")])
async def test_an_answer_that_is_known_is_not_sent_again(api_stack: ApiStack, path: str, q: str) -> None:
    async with api_stack.client("general") as client:
        first = await client.get(path, params={"q": q})
        tag = first.headers["etag"]
        for known in (tag, f'"other", W/{tag}', "*"):
            again = await client.get(path, params={"q": q}, headers={"If-None-Match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        for other in ('"other"', tag.strip('"'), ""):
            assert body(await client.get(path, params={"q": q}, headers={"If-None-Match": other})) == first.json()
    assert first.headers["cache-control"] == "private, max-age=60"


async def test_what_is_entered_is_found_at_once(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        before = await client.get(PORTS, params={"q": "kelamayi"})
        assert body(before)["items"] == []
        entered = [ListEntry(code="9499", name="克拉玛依测试关")]
        lists.enter(api_stack.engine, "ports", entered, Origin("officer", datetime.now(UTC)))
        after = await client.get(PORTS, params={"q": "kelamayi"}, headers={"If-None-Match": before.headers["etag"]})
    assert [each["code"] for each in body(after)["items"]] == ["9499"]


async def test_it_is_for_those_who_are_known(api_stack: ApiStack) -> None:
    async with api_stack.client() as client:
        assert refused(await client.get(HS_CODES, params={"q": "0301"}), 401) == ["auth.required"]
