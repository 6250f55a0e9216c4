import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from db import access_log, keys
from db.access_log import Access
from db.engine import connect, reading
from db.keys import find
from domain.actor import ActorKind
from identity.key_usage import NOBODY, KeyUsage
from identity.keys import Grant, Keys, hash_of, import_key, issue
from identity.principal import Scope
from tests.copies import Copy

AT = datetime(2026, 11, 24, tzinfo=UTC)
ENTERPRISE = frozenset({Scope.APPOINTMENTS})


@pytest.fixture
def engine(tmp_path: Path, migrated: Copy) -> Engine:
    return connect(migrated(tmp_path / "keys.db"))


def test_a_key_is_random_and_only_its_hash_is_kept(engine: Engine) -> None:
    key = issue(engine, Grant("erp", ENTERPRISE, "3122260002"), at=AT)
    other = issue(engine, Grant("erp", ENTERPRISE, "3122260002"), at=AT)
    assert re.fullmatch(r"yuyue_[A-Za-z0-9_-]{43}", key)
    assert key != other
    with reading(engine) as session:
        kept = find(session, hash_of(key))
    assert kept is not None
    assert key not in kept.model_dump_json()


def test_a_principal_is_who_the_key_was_made_for(engine: Engine) -> None:
    principal = Keys(engine).principal(issue(engine, Grant("erp", ENTERPRISE, "3122260002"), at=AT), AT)
    assert principal is not None
    assert (principal.kind, principal.customs_code) == (ActorKind.ENTERPRISE, "3122260002")
    assert principal.actor().id == "3122260002"


@pytest.mark.parametrize(
    ("scope", "kind"), [(Scope.OPERATIONS, ActorKind.OPERATOR), (Scope.RECEIPTS, ActorKind.CUSTOMS)]
)
def test_an_office_acts_under_the_name_of_its_key(engine: Engine, scope: Scope, kind: ActorKind) -> None:
    key = issue(engine, Grant("night shift", frozenset({scope}), None), at=AT)
    principal = Keys(engine).principal(key, AT)
    assert principal is not None
    assert (principal.kind, principal.actor().id) == (kind, "night shift")


def test_an_unknown_key_is_nobody(engine: Engine) -> None:
    assert Keys(engine).principal("yuyue_unknown", AT) is None


def test_a_key_entered_twice_stays_as_it_was(engine: Engine) -> None:
    for code in ("3122260002", "3122260003"):
        import_key(engine, "given", Grant("demo", ENTERPRISE, code), at=AT)
    principal = Keys(engine).principal("given", AT)
    assert principal is not None
    assert principal.customs_code == "3122260002"


@pytest.mark.parametrize(
    ("scopes", "code"),
    [
        (frozenset(), None),
        (ENTERPRISE, None),
        (ENTERPRISE, "312226000"),
        (frozenset({Scope.OPERATIONS}), "3122260002"),
        (frozenset({Scope.OPERATIONS, Scope.APPOINTMENTS}), "3122260002"),
    ],
)
def test_a_key_that_opens_nothing_or_too_much_is_not_made(
    engine: Engine, scopes: frozenset[Scope], code: str | None
) -> None:
    with pytest.raises(ValueError, match=r"key|code"):
        issue(engine, Grant("x", scopes, code), at=AT)


def recorded(engine: Engine) -> list[Access]:
    with reading(engine) as session:
        return access_log.accesses(session)


def test_a_key_ends_at_its_instant_and_not_before(engine: Engine) -> None:
    end = AT + timedelta(days=1)
    key = issue(engine, Grant("guest", ENTERPRISE, "3122260002", end), at=AT)
    known = Keys(engine)
    assert known.principal(key, end - timedelta(microseconds=1)) is not None
    assert known.principal(key, end) is None
    with pytest.raises(ValueError, match="expired"):
        issue(engine, Grant("late", ENTERPRISE, "3122260002", AT), at=AT)


def test_uses_are_counted_and_written_once(engine: Engine) -> None:
    usage = KeyUsage()
    known = Keys(engine, usage)
    key = issue(engine, Grant("erp", ENTERPRISE, "3122260002"), at=AT)
    for second in range(5):
        known.principal(key, AT + timedelta(seconds=second), "192.0.2.1")
    known.principal(key, AT, "192.0.2.2")
    assert recorded(engine) == []
    usage.write(engine)
    usage.write(engine)
    lines = {(each.what, each.subject, each.customs_code, each.address, each.count) for each in recorded(engine)}
    assert lines == {("key", "erp", "3122260002", "192.0.2.1", 5), ("key", "erp", "3122260002", "192.0.2.2", 1)}
    with reading(engine) as session:
        assert keys.all_keys(session)[0].last_used_at == AT + timedelta(seconds=4)


def test_refused_keys_are_on_record_with_the_reason_and_never_as_they_were_shown(engine: Engine) -> None:
    usage = KeyUsage()
    known = Keys(engine, usage)
    ended = issue(engine, Grant("ended", ENTERPRISE, "3122260002", AT + timedelta(hours=1)), at=AT)
    revoked = issue(engine, Grant("revoked", ENTERPRISE, "3122260002"), at=AT)
    keys.revoke(engine, "revoked", at=AT)
    for shown in (ended, revoked, "yuyue_made-up"):
        assert known.principal(shown, AT + timedelta(hours=1)) is None
    usage.write(engine)
    lines = {(each.what, each.subject, each.detail) for each in recorded(engine)}
    assert lines == {
        ("key.refused", "ended", "expired"),
        ("key.refused", "revoked", "revoked"),
        ("key.refused", NOBODY, "unknown"),
    }
    with reading(engine) as session:
        assert {each.last_used_at for each in keys.all_keys(session)} == {None}


def test_counts_that_could_not_be_written_are_kept(engine: Engine, tmp_path: Path) -> None:
    usage = KeyUsage()
    known = Keys(engine, usage)
    key = issue(engine, Grant("erp", ENTERPRISE, "3122260002"), at=AT)
    known.principal(key, AT)
    empty = connect(f"sqlite:///{tmp_path}/empty.db")
    (tmp_path / "empty.db").touch()
    with pytest.raises(OperationalError):
        usage.write(empty)
    known.principal(key, AT)
    usage.write(engine)
    assert [each.count for each in recorded(engine)] == [2]


def test_any_number_of_addresses_is_counted_in_bounded_memory(engine: Engine) -> None:
    usage = KeyUsage()
    for number in range(3_000):
        usage.record(None, "unknown", f"2001:db8::{number:x}", AT)
    usage.write(engine)
    with reading(engine) as session:
        lines = access_log.accesses(session, limit=10_000)
    assert len(lines) < 2_100
    assert sum(each.count for each in lines) == 3_000
