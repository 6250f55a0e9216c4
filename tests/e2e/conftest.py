import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from cli.demo.story import PORT
from customs.channels import ChannelName
from domain.instants import local_date
from tests.e2e.client import Broker, body
from tests.e2e.stack import Up, up
from tests.sshd import Sshd, sshd

#: The port whose messages take each channel in the shared stack.
PORTS = {ChannelName.HTTP: PORT, ChannelName.DIRECTORY: "2248", ChannelName.SFTP: "5301"}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One stack for all tests that only talk to it; its ports are closed all day, so any moment can be booked."""
    folder = tmp_path_factory.mktemp("stack")
    with sshd(folder / "sshd") as server, up(folder, *_options(folder, server)) as running:
        began = time.monotonic()
        close_port(running.wait_until_ready(), *PORTS.values())
        print(f"ready after {time.monotonic() - began:.1f} s")  # noqa: T201 a measure worth reading with -s
        yield running


def _options(folder: Path, server: Sshd) -> list[str]:
    """Options for a stack that uses all channels, by port; the boxes are those of its simulated office."""
    data = folder / "data"
    settings = {
        "routes": ",".join(f"{port}={name}" for name, port in PORTS.items()),
        "sftp": server.url(data / "customs"),
        "sftp_key": server.key,
        "sftp_known_hosts": server.known_hosts,
        "poll_seconds": 0.2,
    }
    customs = [text for name, value in settings.items() for text in ("--customs", f"{name}={value}")]
    return ["--data-dir", str(data), "--port-base", "0", *customs]


def close_port(stack: Up, *ports: str) -> None:
    """Work two days ago, none from yesterday to tomorrow; at the demo's port unless others are named."""
    today = local_date(datetime.now(UTC))
    days = {-2: [["08:30", "17:00"]], -1: [], 0: [], 1: []}
    with stack.client("operator") as operator:
        for port, (shift, sessions) in product(ports or (PORT,), days.items()):
            path = f"/ops/v1/ports/{port}/calendar/{today + timedelta(days=shift)}"
            body(operator.put(path, json={"sessions": sessions, "note": "e2e"}))


@pytest.fixture
def port() -> str:
    """The port at which the enterprises apply; it decides the channel."""
    return PORTS[ChannelName(os.environ.get("CHANNEL", ChannelName.HTTP))]


@pytest.fixture
def broker(stack: Up, port: str) -> Iterator[Broker]:
    """The general broker for the general importer: nothing of theirs is ever left to become overdue."""
    with Broker(stack, "general", "3122260002", "3122260003", port) as broker:
        yield broker


@pytest.fixture
def stranger(stack: Up, port: str) -> Iterator[Broker]:
    """The advanced importer as an applicant of its own."""
    with Broker(stack, "importer_advanced", "3122260004", "3122260003", port) as broker:
        yield broker


@pytest.fixture
def careless(stack: Up, port: str) -> Iterator[Broker]:
    """The advanced broker for the advanced importer: blocked from time to time."""
    with Broker(stack, "advanced", "3122260001", "3122260004", port) as broker:
        yield broker
