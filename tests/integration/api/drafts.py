"""Drafts and their files, made over HTTP."""

from typing import Any

import httpx

from tests.integration.api.api_stack import APPOINTMENTS, body, content, saturday
from tests.pdfs.raw import one_page


async def draft(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    view = body(await client.post(APPOINTMENTS, json=content(**changes)), 201)
    assert isinstance(view, dict)
    return view


async def new_draft(client: httpx.AsyncClient) -> str:
    return f"{APPOINTMENTS}/{body(await client.post(APPOINTMENTS, json=content()), 201)['pre_entry_no']}"


async def upload(
    client: httpx.AsyncClient, path: str, data: bytes = b"", *, name: str = "a.pdf", **more: Any
) -> httpx.Response:
    purpose, key, kind = more.get("purpose", "application"), more.get("key"), more.get("kind", "application/pdf")
    headers = {"Idempotency-Key": key} if key else {}
    file = {"file": (name, data or one_page(), kind)}
    return await client.post(f"{path}/attachments", files=file, data={"purpose": purpose}, headers=headers, timeout=60)


async def attachments(client: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    return list(body(await client.get(path))["attachments"])


async def listed(client: httpx.AsyncClient, reason: str) -> list[dict[str, Any]]:
    """Appointments with this reason, which is a mark of the test's own."""
    day = saturday().date().isoformat()
    asked = {"party": "A", "window_from": day, "window_to": day, "limit": "100"}
    rows = body(await client.get(APPOINTMENTS, params=asked))["items"]
    return [row for row in rows if row["content"]["reason"] == reason]
