"""The simulated office as a real process, and its control calls."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx

from cli.up.ports import free_base
from tests.unit.customs.samples import sample

ROOT = Path(__file__).parents[3]
KEY = "receipts-key-of-the-test"
PRE_ENTRY_NO = "202600000000000042"
#: Numbers of declarations, and what the office may hold under the first.
NUMBERS = ("223320261000000001", "223320261000000002", "223320261000000003")
HELD = {
    "number": NUMBERS[0],
    "direction": "I",
    "applicant": "3122260001",
    "consignee": "3122260003",
    "declaration_port": "2233",
    "entry_exit_port": "2248",
    "declared_on": "2026-11-28",
}
#: A machine under load is slow; nothing here measures time.
_DEADLINE_SECONDS = 60
T = TypeVar("T")


def eventually(look: Callable[[], T]) -> T:
    """The first true answer of ``look``; fails after the deadline."""
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while not (seen := look()):
        assert time.monotonic() < deadline, f"never came true: {look}"
        time.sleep(0.01)
    return seen


def message(name: str, pre_entry_no: str = PRE_ENTRY_NO) -> tuple[str, bytes]:
    """A golden message under a new id, for any appointment: ``(message_id, xml)``."""
    message_id = str(uuid4())
    xml = sample(name).replace(b"0d5c4a0e-0000-4000-8000-000000000001", message_id.encode())
    return message_id, xml.replace(PRE_ENTRY_NO.encode(), pre_entry_no.encode())


class OfficeProcess:
    """``python -m simulator``; can be killed and started again on the same port and file."""

    def __init__(self, receipts_url: str, database: Path, *options: str) -> None:
        self.port = free_base()
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", trust_env=False, timeout=10)
        self.log = database.with_suffix(".log")
        self._command = [
            sys.executable,
            "-m",
            "simulator",
            "--port",
            str(self.port),
            "--receipts-url",
            f"{receipts_url}/receipts",
            "--receipts-key-env",
            "TEST_RECEIPTS_KEY",
            "--database",
            str(database),
            *options,
        ]
        self.start()

    @property
    def url(self) -> str:
        """The address of the process."""
        return str(self.http.base_url)

    def start(self) -> None:
        """Returns once it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, env=os.environ | {"TEST_RECEIPTS_KEY": KEY}, stdout=log, stderr=log
            )
        try:
            eventually(self._is_live)
        except BaseException:
            self.stop(signal.SIGKILL)
            raise

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Returns once it is gone."""
        self.process.send_signal(how)
        self.process.wait(_DEADLINE_SECONDS)

    def close(self) -> None:
        """Ends the process for good."""
        if self.process.poll() is None:
            self.stop()
        self.http.close()

    def control(self, name: str, body: object = None) -> Any:
        """``POST /control/<name>``: the answer's JSON."""
        return self.http.post(f"/control/{name}", json=body).raise_for_status().json()

    def scenario(self, name: str, delay_seconds: float = 0, **more: str) -> None:
        """Sets the scenario to play."""
        self.control("scenario", {"name": name, "delay_seconds": delay_seconds, **more})

    def decide(self, result: str, pre_entry_no: str = PRE_ENTRY_NO, **more: str) -> str:
        """An officer's decision; the receipt's id."""
        return str(self.control("decide", {"pre_entry_no": pre_entry_no, "result": result, **more})["receipt_id"])

    def take(self, message_id: str, xml: bytes) -> httpx.Response:
        """``POST /messages`` as an enterprise's system does."""
        return self.http.post("/messages", content=xml, headers={"Idempotency-Key": message_id})

    def send(self, name: str, pre_entry_no: str = PRE_ENTRY_NO) -> str:
        """A golden message, taken; its id."""
        message_id, xml = message(name, pre_entry_no)
        assert self.take(message_id, xml).status_code == 200
        return message_id

    def received(self, pre_entry_no: str | None = None) -> list[dict[str, Any]]:
        """The answer of ``GET /control/received``."""
        return self._list("received", pre_entry_no)

    def receipts(self, pre_entry_no: str | None = None) -> list[dict[str, Any]]:
        """The answer of ``GET /control/receipts``."""
        return self._list("receipts", pre_entry_no)

    def _list(self, name: str, pre_entry_no: str | None) -> list[dict[str, Any]]:
        query = {} if pre_entry_no is None else {"pre_entry_no": pre_entry_no}
        listed: list[dict[str, Any]] = self.http.get(f"/control/{name}", params=query).raise_for_status().json()
        return listed

    def _is_live(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.http.get("/health/live").status_code == 200
        except httpx.ConnectError:
            return False
