"""No more guesses get through from many processes at once than from one after the other."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from db.engine import connect, reading
from db.tables import AccessRow, AttemptRow
from domain.actor import ActorKind
from identity.lockout import FREE
from identity.passwords import Passwords
from identity.users import Users
from tests.integration.db.servers import Make
from tests.integration.identity.guessing import Counting, door, guess

PROCESSES, TIMES = 3, 8
PASSWORD = "滨海夜航 42 tideways"


async def guessing(url: str, name: str) -> int:
    """Returns the number of guesses that one more process gets through."""
    command = [sys.executable, "-m", "tests.integration.identity.guessing", url, name, str(TIMES)]
    root = Path(__file__).parents[3]
    process = await asyncio.create_subprocess_exec(*command, cwd=root, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    assert process.returncode == 0
    return int(told)


@pytest.mark.parametrize("name", ["harbour", "nobody-has-this-name"])
async def test_guesses_from_many_processes_are_counted_together(url: str, name: str) -> None:
    engine = connect(url)
    passwords = Passwords(Counting())
    Users(engine, passwords).add(
        "harbour", PASSWORD, kind=ActorKind.ENTERPRISE, customs_code="3122260002", at=datetime.now(UTC)
    )
    through = await asyncio.gather(*(guessing(url, name) for _ in range(PROCESSES)))
    assert sum(through) == FREE
    with reading(engine) as session:
        (kept,) = session.execute(sa.select(AttemptRow.table())).all()
        refusals = session.execute(sa.select(AccessRow.table())).all()
    assert (kept.failures, kept.wait_until > kept.last_at) == (FREE, True)
    assert name not in str(kept)
    assert len(refusals) == PROCESSES * TIMES
    assert "nobody-has-this-name" not in str(refusals)
    engine.dispose()


async def test_an_unknown_name_takes_the_same_work_as_a_wrong_password(tmp_path: Path, sqlite_maker: Make) -> None:
    url = sqlite_maker(tmp_path)
    hasher = Counting()
    logins = door(url, hasher)
    Users(connect(url), Passwords(hasher)).add(
        "harbour", PASSWORD, kind=ActorKind.OPERATOR, customs_code=None, at=datetime.now(UTC)
    )
    seen: dict[str, tuple[int, int]] = {}
    statements: list[str] = []
    sa.event.listen(logins.captchas._engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    for name in ("harbour", "nobody-has-this-name"):
        before = hasher.verified, len(statements)
        assert await guess(logins, name)
        seen[name] = hasher.verified - before[0], len(statements) - before[1]
    assert seen["harbour"] == seen["nobody-has-this-name"]
    assert seen["harbour"][0] == 1
