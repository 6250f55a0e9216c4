"""Assembles the simulated office: store, courier, office and routes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI, Response

from simulator.boxes import Boxes
from simulator.courier import Courier
from simulator.envelopes import EnvelopeOpener
from simulator.guard import LoopbackOnly
from simulator.office import Office
from simulator.routes import control, enterprise, officer
from simulator.store import Store

NOTICE = "模拟海关：这是替身，不是海关，任何决定均无效力。Simulated customs office: a stand-in, not customs."
_log = logging.getLogger("simulator")


def create_app(
    database: Path, receipts_url: str, key: str | None, envelopes: EnvelopeOpener, *, boxes: Boxes | None = None
) -> FastAPI:
    """Returns the whole program as an ASGI application, which also works by files when it has boxes.

    The database file is opened at once; receipts are sent during the application's lifespan.
    """
    store = Store(database)
    client = httpx.AsyncClient(timeout=10, trust_env=False)
    courier = Courier(store, client, receipts_url, key, boxes=boxes)
    office = Office(store, courier.wake)
    sending: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        _log.warning(NOTICE)
        sending.append(asyncio.create_task(_working(courier.run(office))))
        if boxes:
            sending.append(asyncio.create_task(_working(boxes.run(office))))
        yield
        for task in sending:
            task.cancel()
        await asyncio.wait(sending)
        await client.aclose()
        store.close()

    app = FastAPI(
        title="Simulated customs office", description=NOTICE, docs_url=None, redoc_url=None, lifespan=lifespan
    )
    app.add_middleware(LoopbackOnly)
    app.include_router(enterprise.routes(office, envelopes))
    app.include_router(control.routes(office, courier))
    app.include_router(officer.routes(office, NOTICE))

    @app.get("/health/live")
    async def live() -> Response:
        alive = bool(sending) and not any(task.done() for task in sending)
        return Response("live" if alive else "no longer working", 200 if alive else 503)

    return app


async def _working(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        # This task is awaited only at shutdown: log the failure now; /health/live answers 503 from now on.
        _log.exception("receipts are no longer sent, or messages no longer read")
        raise
