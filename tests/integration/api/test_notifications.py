"""通知 over HTTP: what happened and what is due, in the caller's language, read by each person for himself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from db.projections import project
from domain.appointment import State
from domain.event import Action
from domain.instants import SHANGHAI
from tests.integration.api.api_stack import ApiStack, body, refused
from tests.integration.api.browsing import add_user, browser, log_in
from tests.integration.db.stories import appointment, created, event, submitted

NOTIFICATIONS = "/api/v1/notifications"
NOW = datetime.now(UTC)
#: Nobody else books here.
PORT = "5304"
_SERIALS = iter(range(700_001, 800_000))


def returned(api_stack: ApiStack, note: str = "缺少检疫证") -> str:
    """An application of the advanced broker for the importer that customs has returned just now."""
    number = f"2026{next(_SERIALS):014}"
    sealed = api_stack.context.sealer.seal(note, context=f"{number}/note")
    times: dict[str, Any] = {"created_at": NOW, "updated_at": NOW}
    after = appointment(number, 3, State.RETURNED, **times, submitted_at=NOW, return_reason=sealed)
    story = [
        created(number, **times),
        submitted(number, **times),
        event(after, Action.RETURNED, State.SUBMITTED, receipt_id=f"r-{number}", reason=sealed),
    ]
    project(api_stack.engine, [each.model_copy(update={"appointment": _plain(each.appointment)}) for each in story])
    return number


def _plain(of: Any) -> Any:
    """The item without the contact's name, whose token in these stories cannot be opened."""
    return of.model_copy(update={"content": of.content.model_copy(update={"contact_name": None})})


async def told(client: httpx.AsyncClient, number: str, **asked: Any) -> list[dict[str, Any]]:
    items = body(await client.get(NOTIFICATIONS, params={"limit": 100} | asked))["items"]
    return [each for each in items if each["pre_entry_no"] == number]


async def test_the_parties_are_told_why_and_what_to_do(api_stack: ApiStack) -> None:
    number = returned(api_stack)
    async with (
        api_stack.client("advanced") as applicant,
        api_stack.client("importer", **{"Accept-Language": "en"}) as receiver,
        api_stack.client("general") as stranger,
    ):
        (ours,), (theirs,) = await told(applicant, number), await told(receiver, number)
        assert await told(stranger, number) == []
    assert (ours["code"], ours["state"], ours["version"], ours["read"]) == ("returned", "returned", 3, False)
    assert ours["message"] == "海关退单（缺少检疫证）。"
    assert ours["remedy"] == "可复制为新申请，改正后重新申报。"
    assert theirs["message"] == "Customs returned the application (缺少检疫证)."


async def test_each_person_reads_for_himself_and_a_key_for_itself(api_stack: ApiStack) -> None:
    number = returned(api_stack)
    wang, li = (
        add_user(api_stack, "notified-wang", enterprise="advanced"),
        add_user(api_stack, "notified-li", enterprise="advanced"),
    )
    async with browser(api_stack) as first, browser(api_stack) as second, api_stack.client("advanced") as key:
        await log_in(first, wang)
        await log_in(second, li)
        before = body(await first.get(NOTIFICATIONS))
        assert number in before["unread_numbers"]
        read = {"items": [{"pre_entry_no": number, "version": 3}]}
        no_content(await first.post(f"{NOTIFICATIONS}/read", json=read))
        after = body(await first.get(NOTIFICATIONS))
        assert number not in after["unread_numbers"]
        assert after["unread"] == before["unread"] - 1
        assert [each["read"] for each in await told(first, number)] == [True]
        for other in (second, key):
            assert [each["read"] for each in await told(other, number)] == [False]


async def test_all_is_read_up_to_the_newest_that_was_seen(api_stack: ApiStack) -> None:
    returned(api_stack)
    async with browser(api_stack) as client:
        await log_in(client, add_user(api_stack, "notified-all", enterprise="advanced"))
        newest = body(await client.get(NOTIFICATIONS))["items"][0]
        no_content(await client.post(f"{NOTIFICATIONS}/read", json={"until": newest["at"]}))
        answer = body(await client.get(NOTIFICATIONS))
        assert (answer["unread"], answer["unread_numbers"]) == (0, [])


async def closing(api_stack: ApiStack) -> datetime:
    """Publishes a closing such that a draft of the same port must be submitted in three hours."""
    close = (datetime.now(SHANGHAI) + timedelta(hours=3 + 8)).replace(second=0, microsecond=0)
    close += timedelta(minutes=1) if (close.hour, close.minute) == (0, 0) else timedelta()
    async with api_stack.client("operator") as operator:
        path = f"/ops/v1/ports/{PORT}/calendar/{close.date()}"
        body(await operator.put(path, json={"sessions": [["00:00", f"{close:%H:%M}"]]}))
    return close


async def test_a_near_cut_off_is_a_reminder_until_it_is_read(api_stack: ApiStack) -> None:
    number, start = f"2026{next(_SERIALS):014}", await closing(api_stack)
    by = start - timedelta(hours=8)
    ports = {"declaration_port": PORT, "entry_exit_port": PORT}
    draft = created(number, created_at=NOW, updated_at=NOW, window_end=start + timedelta(hours=2))
    plain = _plain(draft.appointment)
    plain = plain.model_copy(update={"content": plain.content.model_copy(update=ports | {"window_start": start})})
    project(api_stack.engine, [draft.model_copy(update={"appointment": plain})])
    async with api_stack.client("advanced") as client:
        (reminder,) = await reminders(client, number)
        assert (reminder["code"], reminder["read"]) == ("cutoff_near", False)
        assert datetime.fromisoformat(reminder["due"]) == by
        read = {"items": [{"pre_entry_no": number, "due": reminder["due"]}]}
        no_content(await client.post(f"{NOTIFICATIONS}/read", json=read))
        assert [each["read"] for each in await reminders(client, number)] == [True]
    async with api_stack.client("general") as stranger:
        assert await reminders(stranger, number) == []


async def reminders(client: httpx.AsyncClient, number: str) -> list[dict[str, Any]]:
    found = body(await client.get(NOTIFICATIONS))["reminders"]
    return [each for each in found if each["pre_entry_no"] == number]


async def test_pages_follow_each_other_and_only_the_first_has_reminders(api_stack: ApiStack) -> None:
    numbers = {returned(api_stack) for _ in range(3)}
    async with api_stack.client("advanced") as client:
        first = body(await client.get(NOTIFICATIONS, params={"limit": 2}))
        second = body(await client.get(NOTIFICATIONS, params={"limit": 100, "cursor": first["next_cursor"]}))
    found = [each["pre_entry_no"] for each in (*first["items"], *second["items"])]
    assert len(found) == len(set(found))
    assert numbers <= set(found)
    assert second["reminders"] == []


@pytest.mark.parametrize(
    "wrong",
    [{}, {"items": []}, {"items": [{"pre_entry_no": "1", "version": 1}]}, {"until": "yesterday"}, {"all": True}],
)
async def test_what_cannot_be_read_is_refused(api_stack: ApiStack, wrong: dict[str, Any]) -> None:
    async with api_stack.client("advanced") as client:
        assert refused(await client.post(f"{NOTIFICATIONS}/read", json=wrong), 422)
        assert refused(await client.get(NOTIFICATIONS, params={"cursor": "nonsense"}), 422) == ["field.invalid"]


def no_content(answer: httpx.Response) -> None:
    assert answer.status_code == 204, answer.text
