"""Whose address counts: a proxy's word is taken only where an operator has named the proxy."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlmodel import select

from cli.up.ports import free_base
from db.engine import reading
from db.tables import AccessRow
from tests.integration.api.api_stack import ApiStack, environment_of
from tests.integration.api.browsing import add_user, attempt

FORWARDED = "203.0.113.9"


@asynccontextmanager
async def served(api_stack: ApiStack, **changes: str) -> AsyncIterator[httpx.AsyncClient]:
    """The door as an operator starts it, in a process of its own."""
    port = free_base()
    environment = os.environ | environment_of(api_stack.context.settings) | changes
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli", "api", "--port", str(port), env=environment
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            await answers(client)
            yield client
    finally:
        process.terminate()
        await process.wait()


async def answers(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                await client.get("/health/live")
            except httpx.TransportError:
                await asyncio.sleep(0.1)  # another process begins
            else:
                return


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({}, "127.0.0.1"), ({"YUYUE_TRUSTED_PROXIES": "127.0.0.1"}, FORWARDED)],
    ids=["nobody is trusted", "the proxy is trusted"],
)
async def test_a_refused_login_is_recorded_with_the_address_that_can_be_believed(
    api_stack: ApiStack, changes: dict[str, str], expected: str
) -> None:
    name = add_user(api_stack, f"proxied-{len(changes)}")
    async with served(api_stack, **changes) as client:
        client.headers["X-Forwarded-For"] = FORWARDED
        assert (await attempt(client, name, "wrong")).status_code == 401
    with reading(api_stack.engine) as session:
        rows = session.exec(select(AccessRow).where(AccessRow.subject == name)).all()
    assert [row.address for row in rows] == [expected]
