"""Several processes share what they know of people; what strangers may do is limited; accesses are on record."""

from datetime import UTC, datetime
from pathlib import Path

from db import access_log, keys
from db.access_log import Access
from db.engine import reading
from identity.keys import Grant, issue
from identity.principal import Scope
from tests.integration.api.api_stack import CODES, ApiStack, body, make_settings, opened, refused
from tests.integration.api.browsing import CAPTCHA, SESSION, add_user, attempt, browser, log_in, plant
from tests.integration.api.browsing import cookie as token_of


def on_record(api_stack: ApiStack, subject: str) -> list[Access]:
    """The newest first."""
    with reading(api_stack.engine) as session:
        return access_log.accesses(session, subject=subject)


async def test_a_session_is_one_in_every_process_and_outlives_each(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    async with opened(settings) as first:
        name = add_user(first, "commuter")
        async with browser(first) as client:
            principal = await log_in(client, name)
            token = token_of(client) or ""
        async with opened(settings) as second, browser(second) as client:
            plant(client, token)
            assert body(await client.get(SESSION)) == principal
    async with opened(settings) as third, browser(third) as client:
        plant(client, token)
        assert body(await client.get(SESSION)) == principal
        answer = await client.delete(SESSION, headers={"X-CSRF-Token": principal["csrf_token"]})
        assert answer.status_code == 204


async def test_strangers_get_so_many_captchas_and_tries_and_then_wait(tmp_path: Path) -> None:
    async with opened(make_settings(tmp_path, captchas_per_minute=3, logins_per_minute=2)) as api_stack:
        async with browser(api_stack) as client:
            tries = [await attempt(client, "nobody") for _ in range(3)]
            assert [answer.status_code for answer in tries] == [401, 401, 429]
            drawn = await client.get(CAPTCHA)
        for limited in (tries[-1], drawn):
            assert refused(limited, 429) == ["rate.limited"]
            assert 1 <= int(limited.headers["retry-after"]) <= 60


async def test_uses_of_keys_come_on_record_and_so_does_their_last_use(api_stack: ApiStack) -> None:
    grant = Grant("recorded", frozenset({Scope.APPOINTMENTS}), CODES["general"])
    key = issue(api_stack.engine, grant, at=datetime.now(UTC))
    async with api_stack.client(None, Authorization=f"Bearer {key}") as client:
        for _ in range(3):
            body(await client.get("/api/v1/ports"))
        api_stack.context.services.usage.write(api_stack.engine)
        assert [(each.what, each.count, each.address) for each in on_record(api_stack, "recorded")] == [
            ("key", 3, "127.0.0.1")
        ]
        with reading(api_stack.engine) as session:
            (used,) = [each.last_used_at for each in keys.all_keys(session) if each.name == "recorded"]
        assert used is not None
