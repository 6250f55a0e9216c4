"""Puts the program together: back end, desk, hub, doors, and the guard before them."""

import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import ASGIApp

from card_agent.desk import Desk
from card_agent.doors import Doors
from card_agent.guard import Guard
from card_agent.hub import Hub
from card_agent.port import Backend
from card_agent.shown import Shown

NOT_A_CARD = (
    "软件卡:这是文件,不是卡介质,谁有文件和口令谁就能签名,仅供试用和程序。"
    "Software cards: files, NOT cards; whoever has file and PIN can sign. For trying out and for programs only."
)
_log = logging.getLogger("card_agent")


def create_app(backend: Backend, origins: Iterable[str], code: str) -> ASGIApp:
    """The whole program; it touches readers with its lifespan."""
    desk = Desk(backend)
    hub = Hub(desk)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if not backend.is_card:
            _log.warning(NOT_A_CARD)
        async with hub.watching():
            yield
            hub.end()

    app = Starlette(routes=Doors(desk, hub, Shown(), code).routes(), lifespan=lifespan)
    return Guard(app, frozenset(origins), code)
