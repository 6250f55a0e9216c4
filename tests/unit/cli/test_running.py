"""The start of a stack: real child processes in place of the parts."""

import asyncio
import threading
from pathlib import Path

import pytest

from cli.up import running, supervisor
from cli.up.parts import Parts
from cli.up.process import ProcessSpec
from cli.up.supervisor import StartFailed
from tests.unit.cli.processes import Listening, part


async def test_a_start_that_failed_is_reported_when_nothing_of_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is prepared in a thread, and its folder may be deleted as soon as the start has failed."""

    def runs(*_: object, **__: object) -> ProcessSpec:
        return part(tmp_path, "touch {mark}; exec sleep 60")

    def fails(_: object) -> ProcessSpec:
        (tmp_path / "failing").mkdir()
        return part(tmp_path / "failing", "exit 3")

    def prepare(*_: object) -> None:
        begun.set()
        gate.wait(60)

    async def start() -> None:
        async with running.running(running.Options(data_dir=tmp_path / "data"), report):
            pass

    report, begun, gate = Listening(), threading.Event(), threading.Event()
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(running, "prepare_authority", lambda *_: None)
    monkeypatch.setattr(running, "prepare_database", prepare)
    monkeypatch.setattr(running, "prepare_cards", lambda *_: None)
    for name, made in {"simulator": fails, "temporal": runs, "card_agent": runs}.items():
        monkeypatch.setattr(Parts, name, made)
    starting = asyncio.create_task(start())
    try:
        for _ in range(supervisor.HOPELESS - 1):
            await report.deaths.get()
        assert await asyncio.to_thread(begun.wait, 60)
        done, _ = await asyncio.wait({starting}, timeout=1)
        assert not done
    finally:
        gate.set()
    with pytest.raises(StartFailed):
        await starting
