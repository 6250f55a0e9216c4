"""A page that stays open hears of every change of its own appointments, over real HTTP."""

import json
from collections.abc import Iterator

from tests.e2e.client import APPOINTMENTS, Broker, body
from tests.e2e.stack import Up


def events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Name and data of each server-sent event."""
    name = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def test_the_consignee_sees_the_application_move(stack: Up, broker: Broker) -> None:
    with stack.client("importer") as consignee, consignee.stream("GET", f"{APPOINTMENTS}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        heard = events(stream.iter_lines())
        assert next(heard)[0] == "ready"
        number = broker.draft()
        body(broker.act(number, "submission"))
        states = []
        for name, data in heard:
            assert name == "changed"
            if data["pre_entry_no"] == number:
                states.append(data["state"])
            if data["state"] == "succeeded":
                break
    assert states[-3:] == ["submitted", "accepted", "succeeded"]


def test_a_stranger_may_not_listen(stack: Up) -> None:
    with stack.client() as nobody:
        assert nobody.get(f"{APPOINTMENTS}/events").status_code == 401
    with stack.client("operator") as operator:
        assert operator.get(f"{APPOINTMENTS}/events").status_code == 403
