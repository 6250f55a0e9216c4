"""What the hashes of events depend on, and what not."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from db.chain import FIELDS, GENESIS, content_digest, row_hash

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
ROW: dict[str, Any] = {
    "pre_entry_no": "202600000000000001",
    "version": 1,
    "at": AT,
    "actor_kind": "enterprise",
    "actor_id": "3122260001",
    "action": "created",
    "before": None,
    "after": "draft",
    "received_at": AT,
    "due_at": None,
    "decision": {"b": 1, "a": ["浦东机场", 4.0]},
    "command_key": "key",
    "command_hash": "hash",
    "receipt_id": None,
    "message_id": None,
    "message_type": None,
    "run_id": "run",
    "signature_id": None,
    "actor_user_id": None,
    "content_digest": content_digest("{}", None),
    "previous_hash": GENESIS,
}


def test_the_hash_of_a_row_is_fixed_for_ever() -> None:
    """A change here breaks the chains that stand in databases."""
    assert row_hash(ROW) == "59a75c8c6a7ad99277c63f09ef4149e78299b4e2b3433d32fb7c143cd995f810"


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_counts(field: str) -> None:
    assert row_hash(ROW | {field: "another"}) != row_hash(ROW)


@pytest.mark.parametrize(
    "same",
    [
        {"at": AT.astimezone(timezone(timedelta(hours=8)))},
        {"decision": {"a": ["浦东机场", 4.0], "b": 1}},
        {"id": 99},
    ],
)
def test_the_same_said_otherwise_is_the_same(same: dict[str, Any]) -> None:
    assert row_hash(ROW | same) == row_hash(ROW)


def test_a_value_does_not_slip_into_the_next_field() -> None:
    one = ROW | {"command_key": "a", "command_hash": "bc"}
    two = ROW | {"command_key": "ab", "command_hash": "c"}
    assert row_hash(one) != row_hash(two)


def test_contents_count_as_they_are_stored() -> None:
    digests = {content_digest(*each) for each in [("{}", None), ("{} ", None), ("{}", ""), ("", "{}"), ("{}", "x")]}
    assert len(digests) == 5
