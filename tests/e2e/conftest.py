import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from domain.instants import local_date
from tests.e2e.client import Broker, body
from tests.e2e.stack import Up, up


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One stack for all tests that only talk to it; its port is closed all day, so any moment can be booked."""
    with up(tmp_path_factory.mktemp("stack"), "--ephemeral", "--port-base", "0") as running:
        began = time.monotonic()
        close_port(running.wait_until_ready())
        print(f"ready after {time.monotonic() - began:.1f} s")  # noqa: T201 a measure worth reading with -s
        yield running


def close_port(stack: Up) -> None:
    """Work two days ago, none from yesterday to tomorrow."""
    today = local_date(datetime.now(UTC))
    days = {-2: [["08:30", "17:00"]], -1: [], 0: [], 1: []}
    with stack.client("operator") as operator:
        for shift, sessions in days.items():
            path = f"/ops/v1/ports/2233/calendar/{today + timedelta(days=shift)}"
            body(operator.put(path, json={"sessions": sessions, "note": "e2e"}))


@pytest.fixture
def broker(stack: Up) -> Iterator[Broker]:
    """The general broker for the general importer: nothing of theirs is ever left to become overdue."""
    with Broker(stack, "general", "3122260002", "3122260003") as broker:
        yield broker


@pytest.fixture
def stranger(stack: Up) -> Iterator[Broker]:
    """The advanced importer as an applicant of its own."""
    with Broker(stack, "importer_advanced", "3122260004", "3122260003") as broker:
        yield broker


@pytest.fixture
def careless(stack: Up) -> Iterator[Broker]:
    """The advanced broker for the advanced importer: blocked from time to time."""
    with Broker(stack, "advanced", "3122260001", "3122260004") as broker:
        yield broker
