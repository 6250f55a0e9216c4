"""The checker finds every lie that is planted, and none where there is none."""

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.faults.checker import check
from tests.faults.journal import Ack
from tests.faults.observing import Seen, settled

NUMBER = "202600000000000001"


class World(NamedTuple):
    """The answers that clients got, their last state, and the observed one."""

    acks: list[Ack]
    ends: dict[str, str]
    all: dict[str, Seen]

    @property
    def seen(self) -> Seen:
        return self.all[NUMBER]


def event(version: int, action: str, before: str | None, after: str, **more: Any) -> dict[str, Any]:
    """An event by the enterprise, or by customs when it has a receipt."""
    kind = "customs" if "receipt_id" in more else "enterprise"
    bare = {"version": version, "action": action, "from": before, "to": after, "at": f"12:00:0{version}"}
    return bare | {"actor": {"kind": kind}, "message_id": None, "receipt_id": None} | more


def message(message_id: str, kind: str) -> dict[str, Any]:
    return {"message_id": message_id, "message_type": kind, "times": 1, "differing": 0}


def ack(act: str, version: int, state: str) -> Ack:
    return Ack(NUMBER, act, f"key-{version}", version, state, f"12:00:0{version}", 0.0, 1.0)


def world() -> World:
    """Booked, approved, fed back; everything as it should be."""
    timeline = [
        event(1, "created", None, "draft"),
        event(2, "submitted", "draft", "submitted", message_id="m1"),
        event(3, "approved", "submitted", "succeeded", receipt_id="r1"),
        event(4, "fed_back", "succeeded", "completed", message_id="m2"),
    ]
    seen = Seen(
        view={"version": 4, "state": "completed", "attention": []},
        timeline=timeline,
        receipts=[{"receipt_id": "r1", "outcome": "applied"}],
        messages=[message("m1", "APPOINTMENT_APPLY"), message("m2", "APPOINTMENT_FEEDBACK")],
        notices=[{"receipt_id": "r1", "result": "APPROVED", "state": "taken"}],
    )
    acks = [ack("creation", 1, "draft"), ack("submission", 2, "submitted"), ack("feedback", 4, "completed")]
    return World(acks, {NUMBER: "completed"}, {NUMBER: seen})


def test_where_all_is_well_nothing_is_found() -> None:
    assert check(*world()) == []
    assert settled(world().seen)


def a_command_that_was_lost(of: World) -> None:
    of.acks.append(ack("cancellation", 5, "cancelled"))


def a_command_that_was_overwritten(of: World) -> None:
    of.seen.timeline[1]["at"] = "12:00:09"


def a_command_applied_twice(of: World) -> None:
    of.seen.timeline.append(event(5, "fed_back", "completed", "completed", message_id="m3"))
    of.seen.messages.append(message("m3", "APPOINTMENT_FEEDBACK"))
    of.seen.view = {"version": 5, "state": "completed", "attention": []}


def two_answers_to_one_key(of: World) -> None:
    of.acks.append(Ack(NUMBER, "feedback", "key-4", 4, "succeeded", "12:00:04", 0.0, 1.0))


def a_version_that_is_missing(of: World) -> None:
    del of.seen.timeline[2]


def a_jump_from_state_to_state(of: World) -> None:
    of.seen.timeline[3]["from"] = "accepted"


def a_row_that_lags_behind(of: World) -> None:
    of.seen.view["version"] = 3  # type: ignore[index]


def a_message_that_never_arrived(of: World) -> None:
    of.seen.messages.pop()


def a_message_sent_twice_under_two_ids(of: World) -> None:
    of.seen.messages.append(message("m9", "APPOINTMENT_FEEDBACK"))


def a_copy_that_says_something_else(of: World) -> None:
    of.seen.messages[0]["differing"] = 1


def messages_out_of_order(of: World) -> None:
    of.seen.messages.reverse()


def a_receipt_that_was_lost(of: World) -> None:
    of.seen.receipts.clear()


def a_receipt_applied_twice(of: World) -> None:
    of.seen.timeline[1]["receipt_id"] = "r1"


def an_approval_without_an_end(of: World) -> None:
    of.seen.view["state"] = "succeeded"  # type: ignore[index]


LIES = [each for name, each in list(globals().items()) if name.startswith(("a_", "an_", "two_", "messages_"))]


@pytest.mark.parametrize("plant", LIES, ids=lambda lie: lie.__name__)
def test_a_planted_lie_is_found(plant: Callable[[World], None]) -> None:
    lying = copy.deepcopy(world())
    plant(lying)
    assert check(*lying) != []


def test_whoever_is_stuck_is_found() -> None:
    acks, _, seen = world()
    assert check(acks, {}, seen) == [f"{NUMBER}: never came to an end"]


def test_a_deleted_draft_is_gone_and_nothing_else_may_be() -> None:
    assert check([ack("deletion", 2, "deleted")], {NUMBER: "deleted"}, {NUMBER: Seen(None)}) == []
    assert check([], {NUMBER: "completed"}, {NUMBER: Seen(None)}) != []


def test_what_lapsed_before_customs_approved_waits_for_a_person() -> None:
    acks, _, seen = world()
    late = seen[NUMBER]
    late.receipts[0]["outcome"] = "parked"
    late.timeline[2] = event(3, "lapsed", "submitted", "returned", actor={"kind": "system"})
    del late.timeline[3], late.messages[1], acks[2]
    late.view.update(version=3, state="returned")  # type: ignore[union-attr]
    assert check(acks, {NUMBER: "returned"}, seen) == []
