"""The names by which the workflow is called: recorded in histories and sent by callers, so they never change."""

import pytest

from states.appointment import EVENTS
from workflows.contracts import Command, HoursChanged, Revive

COMMANDS = tuple(kind for kind in Command.__subclasses__() if kind is not Revive)
UPDATES = {
    *("create", "save", "submit", "delete", "cancel", "feed_back", "explain", "release", "receive"),
    *("resume_delivery", "attach", "detach", "take_back", "record_reversal"),
}


def test_every_update_has_one_command_and_keeps_its_name() -> None:
    assert sorted(kind.update for kind in COMMANDS) == sorted(UPDATES)
    assert HoursChanged.signal == "hours_changed"


@pytest.mark.parametrize("kind", [*COMMANDS, Revive, HoursChanged])
def test_the_names_are_in_no_payload(kind: type[Command]) -> None:
    assert not {"update", "event", "signal"} & set(kind.model_json_schema()["properties"])


def test_the_event_of_a_command_is_one_of_the_chart() -> None:
    assert {kind.event for kind in COMMANDS if kind.event} <= set(EVENTS)
