"""The card's program as a desk runs it: a process of its own, spoken to over HTTP and WebSocket."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from cli.up.ports import free_base
from tests.e2e.stack import until

PAGE = "https://yuyue.example"
#: What must have happened by then; a machine under load is slow.
SECONDS = 20.0


class Program:
    """A running one, as its page sees it."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, code: str, log: Path) -> None:
        self.process, self.port, self.code, self.log = process, port, code, log
        self.address = f"http://127.0.0.1:{port}"

    def page(self, **headers: str) -> httpx.Client:
        """The paired page; headers with None are left out."""
        given = {"Origin": PAGE, "Authorization": f"Bearer {self.code}"} | headers
        sent = {name: value for name, value in given.items() if value}
        return httpx.Client(base_url=self.address, headers=sent, timeout=30, trust_env=False)

    @contextmanager
    def events(self) -> Iterator["Events"]:
        with connect(f"ws://127.0.0.1:{self.port}/v1/events", origin=Origin(PAGE), proxy=None) as socket:
            socket.send(json.dumps({"code": self.code}))
            yield Events(socket)

    def cards(self) -> dict[str, dict[str, Any]]:
        """Customs code → the card in a reader."""
        with self.page() as page:
            readers = page.get("/v1/status").raise_for_status().json()["readers"]
        return {each["card"]["customs_code"]: each["card"] for each in readers if each["card"]}


class Events:
    """Events that the page receives."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    def wait_for(self, event: str) -> dict[str, Any]:
        while True:
            told: dict[str, Any] = json.loads(self._socket.recv(timeout=SECONDS))
            if told["event"] == event:
                return told


@contextmanager
def program(folder: Path, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[Program]:
    """Started and ready; stopped in the end, if the test has not."""
    folder.mkdir(parents=True, exist_ok=True)
    port, pairing, log = free_base(), folder / "pairing", folder / "agent.log"
    command = [sys.executable, "-P", "-m", "card_agent", "--port", str(port), "--origin", PAGE]
    command += ["--pairing", str(pairing), *options]
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command, stdout=sink, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})}
        )
    try:
        until(lambda: _answers(port) or process.poll() is not None, seconds=SECONDS, what="ready")
        assert process.poll() is None, log.read_text()
        yield Program(process, port, pairing.read_text().strip(), log)
    finally:
        process.terminate()
        process.wait(SECONDS)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=2, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
