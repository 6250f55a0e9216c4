"""Assembles the simulated office: store, courier, office and routes."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from fastapi import FastAPI, Response

from simulator.courier import Courier
from simulator.envelopes import EnvelopeOpener
from simulator.guard import LoopbackOnly
from simulator.office import Office
from simulator.routes import control, enterprise, officer
from simulator.store import Store

NOTICE = "模拟海关：这是替身，不是海关，任何决定均无效力。Simulated customs office: a stand-in, not customs."
_log = logging.getLogger("simulator")


def create_app(database: Path, receipts_url: str, key: str | None, envelopes: EnvelopeOpener) -> FastAPI:
    """Returns the whole program as an ASGI application.

    The database file is opened at once; receipts are sent during the application's lifespan.
    """
    store = Store(database)
    client = httpx.AsyncClient(timeout=10, trust_env=False)
    courier = Courier(store, client, receipts_url, key)
    office = Office(store, courier.wake)
    sending: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        _log.warning(NOTICE)
        sending.append(asyncio.create_task(_send(courier, office)))
        yield
        sending[0].cancel()
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
        alive = bool(sending) and not sending[0].done()
        return Response("live" if alive else "no longer sending", 200 if alive else 503)

    return app


async def _send(courier: Courier, office: Office) -> None:
    try:
        await courier.run(office)
    except Exception:
        # This task is awaited only at shutdown: log the failure now; /health/live answers 503 from now on.
        _log.exception("receipts are no longer sent")
        raise
