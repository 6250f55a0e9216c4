"""A browser for tests: it keeps cookies, solves captchas as the sandbox tells them, and sends its CSRF token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from api.identity.cookies import PLAIN
from db.engine import writing
from domain.actor import ActorKind
from identity.passwords import Passwords
from identity.sessions import csrf_token_of
from identity.users import Rights, Users
from tests.integration.api.api_stack import CODES, ApiStack, body

SESSION, CAPTCHA = "/api/v1/session", "/api/v1/captcha"
PASSWORD = "滨海夜航 42 tideways"
HOST = "http://127.0.0.1"


def add_user(
    api_stack: ApiStack,
    name: str,
    *,
    enterprise: str | None = "general",
    password: str = PASSWORD,
    code: str | None = None,
    display_name: str | None = None,
    rights: Rights | None = None,
) -> str:
    """A user of a demo enterprise, or of the one of that code; without an enterprise an operator."""
    passwords = Passwords()
    kind = ActorKind.ENTERPRISE if enterprise else ActorKind.OPERATOR
    code = code or (CODES[enterprise] if enterprise else None)
    told: dict[str, Any] = {"display_name": display_name, "rights": rights, "at": datetime.now(UTC)}
    users = Users(api_stack.engine, passwords, api_stack.context.sealer)
    made = users.add(name, password, kind=kind, customs_code=code, **told)
    passwords.close()
    return made


def browser(api_stack: ApiStack, **headers: str) -> httpx.AsyncClient:
    """A browser without a session."""
    transport = httpx.ASGITransport(api_stack.app)
    return httpx.AsyncClient(transport=transport, base_url=HOST, headers=headers)


async def attempt(client: httpx.AsyncClient, username: str, password: str = PASSWORD, **changes: Any) -> httpx.Response:
    """One try to log in, with a fresh captcha rightly solved unless ``changes`` say otherwise."""
    captcha = body(await client.get(CAPTCHA))
    given = {"captcha_id": captcha["captcha_id"], "captcha_answer": captcha["sandbox_answer"]}
    return await client.post(SESSION, json={"username": username, "password": password} | given | changes)


async def log_in(client: httpx.AsyncClient, username: str, password: str = PASSWORD) -> dict[str, Any]:
    """Logs in, and sends the session's token from now on; gives the principal."""
    principal: dict[str, Any] = body(await attempt(client, username, password), 201)
    client.headers["X-CSRF-Token"] = principal["csrf_token"]
    return principal


@asynccontextmanager
async def sitting(api_stack: ApiStack, user: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in a session of the user's that was opened without a login: logins are limited per address."""
    with writing(api_stack.engine) as session:
        token = api_stack.context.services.sessions.open(session, user, card=None, at=datetime.now(UTC))
    async with browser(api_stack, **{"X-CSRF-Token": csrf_token_of(token)}) as client:
        plant(client, token)
        yield client


def plant(client: httpx.AsyncClient, token: str) -> None:
    """Puts a cookie of that name into the browser, instead of any other."""
    client.cookies.clear()
    client.cookies.set(PLAIN, token, domain="127.0.0.1")


def cookie(client: httpx.AsyncClient) -> str | None:
    """The session's token as the browser holds it."""
    return client.cookies.get(PLAIN)
