"""Compares the observed state with the answers that clients got; knows the contract and nothing of our code."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from tests.faults.journal import Ack
from tests.faults.observing import Seen

#: act of a client → what the timeline calls it.
ACTIONS = {
    "creation": "created",
    "save": "saved",
    "submission": "submitted",
    "deletion": "deleted",
    "cancellation": "cancelled",
    "feedback": "fed_back",
    "explanation": "explained",
}
#: What customs must hear of, by which message.
MESSAGES = {
    "submitted": "APPOINTMENT_APPLY",
    "cancelled": "APPOINTMENT_CANCEL",
    "fed_back": "APPOINTMENT_FEEDBACK",
    "explained": "APPOINTMENT_EXPLANATION",
}
#: Actions that happen at most once in a life, by any cause.
ONCE = frozenset({"created", "submitted", "deleted", "cancelled", "explained", "approved", "accepted", "returned"}) | {
    *("overdue", "lapsed", "cancellation_closed", "feedback_closed", "undecided", "explanation_accepted", "released"),
    "cancel_confirmed",
}


def check(acks: Iterable[Ack], ends: Mapping[str, str], seen: Mapping[str, Seen]) -> list[str]:
    """Returns every disagreement in words; an empty list when all holds."""
    told: dict[str, dict[str, Ack]] = {}
    wrong: list[str] = []
    for ack in acks:
        first = told.setdefault(ack.number, {}).setdefault(ack.key, ack)
        if (first.version, first.at, first.state) != (ack.version, ack.at, ack.state):
            wrong.append(f"{ack.number}: {ack.act} was answered twice, and differently")
    wrong += [f"{number}: acknowledged, and nobody looked" for number in told.keys() - seen.keys()]
    for number, each in seen.items():
        wrong += [f"{number}: {what}" for what in _check_one(told.get(number, {}).values(), ends.get(number), each)]
    return wrong


def _check_one(acks: Iterable[Ack], end: str | None, seen: Seen) -> Iterator[str]:
    if end is None:
        yield "never came to an end"
    elif seen.view is None:
        if end != "deleted":
            yield f"is gone; its client left it {end}"
        if seen.messages:
            yield "was deleted, and customs heard of it"
    else:
        yield from _timeline(seen)
        yield from _commands(acks, seen)
        yield from _end(end, seen)
        yield from _messages(seen)
        yield from _receipts(seen)


def _timeline(seen: Seen) -> Iterator[str]:
    versions = [event["version"] for event in seen.timeline]
    if versions != list(range(1, len(versions) + 1)):
        yield f"versions {versions}"
    states = [None, *(event["to"] for event in seen.timeline)]
    for before, event in zip(states, seen.timeline, strict=False):
        if event["from"] != before:
            yield f"version {event['version']} goes on from {event['from']}, the one before ended in {before}"
    instants = [event["at"] for event in seen.timeline]
    if instants != sorted(instants):
        yield "the timeline goes back in time"
    many = Counter(event["action"] for event in seen.timeline)
    yield from (f"{many[action]} times {action}" for action in sorted(ONCE & many.keys()) if many[action] > 1)


def _commands(acks: Iterable[Ack], seen: Seen) -> Iterator[str]:
    """Each acknowledged one at its version, and none beside them."""
    events = {event["version"]: event for event in seen.timeline}
    mine = {event["version"] for event in seen.timeline if event["actor"]["kind"] == "enterprise"}
    told = set()
    for ack in acks:
        event = events.get(ack.version)
        told.add(ack.version)
        if event is None:
            yield f"{ack.act} was acknowledged as version {ack.version}, which is not there"
        elif (event["action"], event["at"], event["to"]) != (ACTIONS[ack.act], ack.at, ack.state):
            yield f"{ack.act} was acknowledged as version {ack.version}, which is {event['action']} at {event['at']}"
    yield from (f"version {version}: {events[version]['action']}, told to nobody" for version in sorted(mine - told))


def _end(end: str, seen: Seen) -> Iterator[str]:
    view, last = seen.view or {}, seen.timeline[-1] if seen.timeline else {}
    if (view.get("version"), view.get("state")) != (last.get("version"), last.get("to")):
        yield f"the view is {view.get('state')} v{view.get('version')}, the timeline {last.get('to')}"
    if view.get("state") != end:
        yield f"its client left it {end}, it is {view.get('state')}"
    if view.get("attention"):
        yield f"attention {view['attention']}"


def _messages(seen: Seen) -> Iterator[str]:
    """Every promised message arrives once, in the order of the versions; repetitions are equal."""
    promised = [(event["message_id"], event["action"]) for event in seen.timeline if event["message_id"]]
    silent = [event["action"] for event in seen.timeline if event["action"] in MESSAGES and not event["message_id"]]
    yield from (f"{action} promised no message" for action in silent)
    arrived = [(message["message_id"], message["message_type"]) for message in seen.messages]
    expected = [(message_id, MESSAGES[action]) for message_id, action in promised]
    if Counter(arrived) != Counter(expected):
        yield f"customs received {[kind for _, kind in arrived]}, promised were {[kind for _, kind in expected]}"
    elif arrived != expected:
        yield "messages arrived in another order than they were promised"
    yield from (f"{each['message_type']} came with two bodies" for each in seen.messages if each["differing"])


def _receipts(seen: Seen) -> Iterator[str]:
    """Every receipt is kept, and each applied one happened once."""
    outcomes = {receipt["receipt_id"]: receipt["outcome"] for receipt in seen.receipts}
    happened = Counter(event["receipt_id"] for event in seen.timeline if event["receipt_id"])
    lapsed = any(event["action"] == "lapsed" for event in seen.timeline)
    for notice in seen.notices:
        outcome = outcomes.get(notice["receipt_id"])
        if outcome == "parked" and lapsed:
            continue  # customs decided on what had lapsed: a person must settle it
        if notice["state"] != "taken" or outcome not in {"applied", "ignored"}:
            yield f"receipt {notice['result']} is {notice['state']}, {outcome or 'unknown'} here"
        elif happened[notice["receipt_id"]] != (outcome == "applied"):
            yield f"receipt {notice['result']} was {outcome}, and stands {happened[notice['receipt_id']]} times"
