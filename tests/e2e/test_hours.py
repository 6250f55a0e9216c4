"""A port changes its hours under approved windows; the API is killed the moment it has answered."""

import os
import signal
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from domain.instants import SHANGHAI
from tests.e2e.client import APPOINTMENTS, Broker, body
from tests.e2e.stack import Up, until

pytestmark = pytest.mark.e2e

PORT = "5304"


def evening() -> datetime:
    """20:00 of the day after tomorrow."""
    return (datetime.now(SHANGHAI) + timedelta(days=2)).replace(hour=20, minute=0, second=0, microsecond=0)


def test_the_holder_is_told_though_the_api_is_killed_and_told_again_when_it_is_changed_back(
    stack: Up, broker: Broker
) -> None:
    path = f"/ops/v1/ports/{PORT}/calendar/{evening().date()}"
    with stack.client("operator") as operator:
        body(operator.put(path, json={"sessions": [], "note": "e2e"}))
        number = booked(broker)
        body(operator.put(path, json={"sessions": [["18:00", "24:00"]], "note": "加班"}))
        os.kill(stack.ready["pids"]["api"], signal.SIGKILL)
    until(lambda: attention(broker, number) == ["hours_changed"], seconds=60, what="the holder hears of it")
    view = broker.view(number)
    assert view["state"] == "succeeded"
    assert [notice["code"] for notice in view["notices"]] == ["window.hours_changed"]
    with stack.client("operator") as operator:
        body(operator.put(path, json={"sessions": [], "note": "e2e"}))
    until(lambda: attention(broker, number) == [], seconds=60, what="the notice goes")
    actions = [each["action"] for each in body(broker.http.get(f"{APPOINTMENTS}/{number}/timeline"))["items"]]
    assert actions[-2:] == ["hours_changed", "hours_restored"]
    body(broker.act(number, "cancellation"))


def booked(broker: Broker) -> str:
    """An approved window at a port that is closed that evening."""
    where: dict[str, Any] = {"declaration_port": PORT, "entry_exit_port": PORT, "window_start": evening().isoformat()}
    number = str(body(broker.http.post(APPOINTMENTS, json=broker.content() | where), 201)["pre_entry_no"])
    body(broker.act(number, "submission"))
    broker.until_state(number, "succeeded")
    return number


def attention(broker: Broker, number: str) -> list[str] | None:
    """The attention flags of the view; None while the API is away."""
    try:
        answer = broker.http.get(f"{APPOINTMENTS}/{number}")
    except httpx.TransportError:
        return None
    return list(answer.json()["attention"]) if answer.status_code == 200 else None
