"""Records unknown outcomes: appointments of which it is not known whether a command took effect."""

import asyncio
from datetime import UTC, datetime

import structlog
from sqlalchemy import Engine

from db import unknown_outcomes

log = structlog.get_logger("dispatch.outcomes")


class OutcomeRecorder:
    """Writes notes into the database, where ``runtime.dispatch.unknown_outcomes`` finds them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def note(self, pre_entry_no: str) -> None:
        """Notes an appointment; an error of the database is logged, for the sender needs its own answer."""
        try:
            await asyncio.to_thread(unknown_outcomes.note, self._engine, [pre_entry_no], datetime.now(UTC))
        except Exception as error:
            log.warning("an unknown outcome was not noted", pre_entry_no=pre_entry_no, exc_info=error)
