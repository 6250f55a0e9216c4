"""Assembles the program: back end, readers, live status, routes, and the guard around them."""

import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import ASGIApp

from card_agent.guard import Guard
from card_agent.live_status import LiveStatus
from card_agent.port import Backend
from card_agent.readers import Readers
from card_agent.rendering import RenderedStatements
from card_agent.routes import Routes

NOT_A_CARD = (
    "软件卡：这是文件，不是卡介质，谁有文件和口令谁就能签名，仅供试用和程序。"
    "Software cards: files, NOT cards; anybody with file and PIN can sign. For trying out and for programs only."
)
_log = logging.getLogger("card_agent")


def create_app(backend: Backend, origins: Iterable[str], code: str) -> ASGIApp:
    """Returns the whole program as an ASGI application; it uses the readers only during its lifespan."""
    readers = Readers(backend)
    live_status = LiveStatus(readers)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if not backend.is_card:
            _log.warning(NOT_A_CARD)
        async with live_status.watching():
            yield
            live_status.disconnect_all()

    app = Starlette(routes=Routes(readers, live_status, RenderedStatements(), code).routes(), lifespan=lifespan)
    return Guard(app, frozenset(origins), code)
