"""模板: made from any application, named once in the enterprise, sealed, and never with a date of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api import templates
from identity.passwords import Passwords
from identity.users import Users
from tests.e2e.searching import files, found
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content, refused, saturday
from tests.integration.api.browsing import add_user, sitting

TEMPLATES = "/api/v1/templates"
KEY = "Idempotency-Key"


@asynccontextmanager
async def desks(stack: ApiStack, count: int = 1) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Users of one enterprise that nobody knew before."""
    code = f"3122{uuid4().hex[:6].upper()}"
    async with stack.client("operator") as operator:
        entry = {"name": "模板企业", "qualification": "registered", "grade": "常规"}
        body(await operator.put(f"/ops/v1/enterprises/{code}", json=entry))
    users = [add_user(stack, f"desk.{code.lower()}.{place}", code=code) for place in range(count)]
    async with sitting(stack, users[0]) as first, sitting(stack, users[-1]) as last:
        yield [first, last]


async def make(client: httpx.AsyncClient, name: str = "夜间鲜活", **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = body(await client.post(TEMPLATES, json={"name": name, "content": content()} | changes), 201)
    return made


async def names(client: httpx.AsyncClient) -> list[str]:
    return [each["name"] for each in body(await client.get(TEMPLATES))["items"]]


async def test_a_template_of_an_appointment_makes_a_draft_once_a_time_is_given(stack: ApiStack) -> None:
    async with desks(stack) as (client, _):
        number = body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"]
        made = body(await client.post(TEMPLATES, json={"name": "鲜活", "pre_entry_no": number}), 201)
        assert made["window_time"] == "20:00"
        assert made["content"]["window_start"] is None
        shown = body(await client.get(f"{TEMPLATES}/{made['template_id']}"))
        assert shown == made
        draft = shown["content"] | {"window_start": saturday().isoformat()}
        again = body(await client.post(APPOINTMENTS, json=draft), 201)["content"]
        assert {name: again[name] for name in content() if name != "window_start"} == {
            name: value for name, value in content().items() if name != "window_start"
        }


async def test_it_is_renamed_changed_and_deleted(stack: ApiStack) -> None:
    async with desks(stack) as (client, _):
        made = await make(client)
        path = f"{TEMPLATES}/{made['template_id']}"
        renamed = body(await client.put(path, json={"name": " 夜间冷冻 "}))
        assert (renamed["name"], renamed["content"]) == ("夜间冷冻", made["content"])
        other = body(await client.put(path, json={"name": "夜间冷冻", "content": content(contact_name="李四")}))
        assert other["content"]["contact_name"] == "李四"
        assert (await client.delete(path)).status_code == 204
        for call in (client.get(path), client.delete(path), client.put(path, json={"name": "夜间"})):
            assert refused(await call, 404) == ["not_found"]
        assert await names(client) == []


async def test_one_is_found_by_name_pinyin_and_initials(stack: ApiStack) -> None:
    async with desks(stack) as (client, _):
        for name in ("夜间鲜活", "重庆冷冻"):
            await make(client, name)
        for q, expected in (("鲜活", "夜间鲜活"), ("yjxh", "夜间鲜活"), ("chongqing", "重庆冷冻"), ("cq", "重庆冷冻")):
            items = body(await client.get(TEMPLATES, params={"q": q}))["items"]
            assert [each["name"] for each in items] == [expected], q


async def test_a_name_is_there_once_in_an_enterprise(stack: ApiStack) -> None:
    async with desks(stack, 2) as (client, colleague), desks(stack) as (stranger, _):
        await make(client, "Night 夜间", shared=False)
        second = {"name": "night 夜间 ", "content": content()}
        answer = await colleague.post(TEMPLATES, json=second)
        assert refused(answer, 409) == ["template.name_taken"]
        assert answer.json()["errors"][0]["field"] == "name"
        other = await make(colleague, "白天")
        path = f"{TEMPLATES}/{other['template_id']}"
        assert refused(await colleague.put(path, json={"name": "NIGHT 夜间"}), 409) == ["template.name_taken"]
        body(await colleague.put(path, json={"name": "白天"}))
        await make(stranger, "Night 夜间")


async def test_shared_ones_are_the_enterprises_and_others_their_makers(stack: ApiStack) -> None:
    async with desks(stack, 2) as (client, colleague), desks(stack) as (stranger, _):
        shared, own = await make(client, "共用"), await make(client, "自用", shared=False)
        assert (shared["shared"], own["shared"]) == (True, False)
        assert await names(client) == ["自用", "共用"]
        assert await names(colleague) == ["共用"]
        assert await names(stranger) == []
        assert body(await colleague.get(TEMPLATES))["items"][0]["made_by"] == shared["made_by"]
        for whose, template in ((colleague, own), (stranger, shared)):
            path = f"{TEMPLATES}/{template['template_id']}"
            for call in (whose.get(path), whose.delete(path), whose.put(path, json={"name": "夺"})):
                assert refused(await call, 404) == ["not_found"]
        body(await colleague.put(f"{TEMPLATES}/{shared['template_id']}", json={"name": "大家的"}))
        assert await names(client) == ["自用", "大家的"]


async def test_a_key_shares_what_it_makes_and_keeps_nothing_for_itself(stack: ApiStack) -> None:
    async with stack.client("advanced") as client:
        name = uuid4().hex
        alone = {"name": name, "content": content(), "shared": False}
        assert refused(await client.post(TEMPLATES, json=alone), 403) == ["session.required"]
        made = await make(client, name)
        assert (await client.delete(f"{TEMPLATES}/{made['template_id']}")).status_code == 204


async def test_the_same_key_makes_one_template(stack: ApiStack) -> None:
    async with desks(stack) as (client, _):
        given = {"name": "一次", "content": content()}
        first = body(await client.post(TEMPLATES, json=given, headers={KEY: "once"}), 201)
        assert body(await client.post(TEMPLATES, json=given, headers={KEY: "once"}), 201) == first
        other = given | {"name": "两次"}
        assert refused(await client.post(TEMPLATES, json=other, headers={KEY: "once"}), 422) == ["idempotency.conflict"]
        assert await names(client) == ["一次"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"content": None}, "template.source"),
        ({"pre_entry_no": "203000000000000001"}, "template.source"),
        ({"name": "  "}, "field.invalid"),
        ({"name": "长" * 51}, "field.invalid"),
        ({"content": {"contact_mobile": "12"}}, "field.invalid"),
        ({"content": {"declaration_port": "22"}}, "field.invalid"),
        ({"content": {"colour": "red"}}, "field.unknown"),
    ],
)
async def test_what_could_be_no_draft_is_no_template(stack: ApiStack, changes: dict[str, Any], code: str) -> None:
    async with desks(stack) as (client, _):
        answer = await client.post(TEMPLATES, json={"name": "不成", "content": content()} | changes)
        assert refused(answer, 422) == [code]
        assert await names(client) == []


async def test_anothers_appointment_makes_no_template(stack: ApiStack) -> None:
    async with stack.client("advanced") as others:
        number = body(await others.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"]
    async with desks(stack) as (client, _):
        answer = await client.post(TEMPLATES, json={"name": "别人的", "pre_entry_no": number})
        assert refused(answer, 404) == ["not_found"]


async def test_there_are_so_many_and_no_more(stack: ApiStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MOST", 1)
    async with desks(stack) as (client, _):
        await make(client)
        answer = await client.post(TEMPLATES, json={"name": "又一个", "content": content()})
        assert refused(answer, 409) == ["template.too_many"]


async def test_nothing_of_it_stands_in_the_database_in_the_clear(stack: ApiStack) -> None:
    secrets = ["周吴郑王冯陈", "15112345678", "褚卫蒋沈韩杨"]
    async with desks(stack) as (client, _):
        told = content(contact_name=secrets[0], contact_mobile=secrets[1])
        made = await make(client, secrets[2], content=told)
        assert made["content"]["contact_mobile"] == secrets[1]
    folder = stack.context.settings.data_dir
    assert (folder / "test.db").exists()
    assert found(secrets, files(folder)) == set()


async def test_what_a_user_kept_for_himself_goes_with_him(stack: ApiStack) -> None:
    async with desks(stack, 2) as (client, colleague):
        await make(client, "自用", shared=False)
        await make(client, "共用")
        passwords, user = Passwords(), body(await client.get("/api/v1/session"))["name"]
        Users(stack.engine, passwords).disable(user, at=datetime.now(UTC))
        passwords.close()
        assert await names(colleague) == ["共用"]
        await make(colleague, "自用")


async def test_a_copy_has_the_window_only_while_that_is_to_come(stack: ApiStack) -> None:
    async with desks(stack) as (client, _):
        for start, left in ((saturday(), saturday()), (saturday() - timedelta(days=400), None)):
            draft = content(window_start=start.isoformat())
            number = body(await client.post(APPOINTMENTS, json=draft), 201)["pre_entry_no"]
            copy = body(await client.post(f"{APPOINTMENTS}/{number}/copy"), 201)
            told = copy["content"]["window_start"]
            assert (told and datetime.fromisoformat(told)) == left
            assert copy["content"]["reason"] == draft["reason"]
            assert copy["copied_from"] == number
