"""The route by which enterprises' systems fetch receipts that are not pushed to them."""

import base64
import json
from typing import Annotated

from fastapi import APIRouter, Query, Response

from simulator.instants import Instant
from simulator.office import Office
from simulator.store import Row

MOST = 20
Limit = Annotated[int, Query(ge=1, le=MOST)]


def add_pull(router: APIRouter, office: Office) -> None:
    """Adds ``GET /receipts``."""

    @router.get("/receipts")
    async def pull(after: str | None = None, since: Instant | None = None, limit: Limit = MOST) -> Response:
        delivery = office.delivery
        if office.in_outage() or delivery.pull == "down":
            return Response("模拟海关暂停服务 simulated outage", 503, media_type="text/plain; charset=utf-8")
        if after is not None and not after.startswith(f"{delivery.epoch}:"):
            return Response("没有这个游标 unknown cursor", 410, media_type="text/plain; charset=utf-8")
        return _page(office, after, since.timestamp() if since else 0.0, limit)


def _page(office: Office, after: str | None, since: float, limit: int) -> Response:
    delivery = office.delivery
    place = _place(after) if after else (since, -1)
    rows = office.store.receipts_behind(*place, limit + 1)
    shown, more = rows[:limit], len(rows) > limit
    if not delivery.pushing:
        for row in shown:
            office.store.note_state(row["pre_entry_no"], row["result"])
    last = (shown[-1]["due_at"], shown[-1]["number"]) if shown else place
    cursor = f"{delivery.epoch}:{last[0]!r}:{last[1]}"
    if delivery.pull == "stuck" and after:
        cursor, more = after, True
    given = {"receipts": [_encoded(row) for row in _ordered(shown, delivery.pull)], "cursor": cursor, "more": more}
    text = json.dumps(given)
    return Response(text[: len(text) // 2] if delivery.pull == "truncated" else text, media_type="application/json")


def _place(after: str) -> tuple[float, int]:
    _, due_at, number = after.split(":")
    return float(due_at), int(number)


def _ordered(rows: list[Row], pull: str) -> list[Row]:
    if pull == "reversed":
        return rows[::-1]
    return rows[:10] * 2 if pull == "repeated" else rows


def _encoded(row: Row) -> str:
    return base64.b64encode(row["body_xml"]).decode()
