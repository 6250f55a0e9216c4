"""The program at the desk goes on closing cards, also after an error."""

import asyncio
from pathlib import Path

import pytest

from card_agent import live_status
from card_agent.live_status import LiveStatus
from card_agent.readers import Readers
from card_agent.software import SoftwareCards


class ClosingFails(Readers):
    """Readers that cannot close an idle card at first."""

    def __init__(self, folder: Path) -> None:
        super().__init__(SoftwareCards(folder))
        self.tried = 0
        self.again = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def close_idle(self) -> list[str]:
        self.tried += 1
        if self.tried == 1:
            raise OSError("the reader is gone")
        self._loop.call_soon_threadsafe(self.again.set)
        return super().close_idle()


async def test_an_error_does_not_end_the_closing_of_idle_cards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(live_status, "IDLE_CHECK_SECONDS", 0)
    readers = ClosingFails(tmp_path)
    async with asyncio.timeout(10), LiveStatus(readers).watching():
        await readers.again.wait()
    assert "could not be closed" in caplog.text
