"""The access log and the acts of operators: what is altered, removed or slipped in is found and named."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from db import access_log, audit, operator_acts
from db.access_log import Access
from db.audit import AuditFault, AuditFaultKind
from db.engine import read, reading, writing
from db.operator_acts import ActFilter, OperatorAct
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import NOON, NUMBER

DAY = timedelta(days=1)
CHANGED, MISSING = AuditFaultKind.CHANGED, AuditFaultKind.MISSING
UNLINKED, BROKEN = AuditFaultKind.UNLINKED, AuditFaultKind.BROKEN


def enter(engine: sa.Engine, days: int, *subjects: str) -> None:
    """Logins on the day so many days after NOON, in one transaction."""
    with writing(engine) as session:
        logins = [Access(at=NOON + days * DAY, what="login", subject=each, address="192.0.2.7") for each in subjects]
        access_log.record(session, *logins)


def act(engine: sa.Engine, key: str, *, number: str | None = NUMBER, operator: str = "officer", days: int = 0) -> None:
    begun = OperatorAct(
        key=key,
        body_hash="h",
        act="overdue.release",
        item=number or key,
        pre_entry_no=number,
        operator=operator,
        at=NOON + days * DAY,
        reason="sealed",
    )
    operator_acts.begin(engine, begun)


def sweep(engine: sa.Engine, days: int) -> int:
    with writing(engine) as session:
        return access_log.sweep(session, before=NOON + days * DAY, at=NOON + days * DAY)


def alter(engine: sa.Engine, *changes: str) -> None:
    """Past the triggers, as somebody with the database's password might."""
    with writing(engine) as session:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_links_no_update")
        for change in changes:
            connection.exec_driver_sql(change)


def found(engine: sa.Engine) -> list[tuple[str, AuditFaultKind]]:
    return [(f"{each.log}/{each.entry}", each.what) for each in audit.faults(engine)]


def ids(engine: sa.Engine) -> list[int]:
    with reading(engine) as session:
        found = access_log.search(session, access_log.AccessFilter(), before=None, limit=99)
    return sorted(each.id for each in found)


@pytest.fixture
def logged(engine: sa.Engine) -> sa.Engine:
    """Four accesses; two acts, of which one was refused first and done later."""
    enter(engine, 0, "a", "b")
    enter(engine, 1, "c")
    enter(engine, 2, "d")
    act(engine, "k1")
    operator_acts.settle(engine, "k1", "refused", "state.not_permitted", at=NOON)
    operator_acts.settle(engine, "k1", "done", "released", at=NOON + DAY)
    act(engine, "k2", number=None)
    return engine


def test_sound_logs_have_no_fault_and_a_repeated_act_no_second_link(logged: sa.Engine) -> None:
    act(logged, "k2", number=None)
    assert found(logged) == []


def test_each_change_of_a_row_is_named(logged: sa.Engine) -> None:
    first, second, _, fourth = ids(logged)
    alter(
        logged,
        f"UPDATE accesses SET address = '192.0.2.9' WHERE id = {first}",
        f"DELETE FROM accesses WHERE id = {second}",
        f"UPDATE accesses SET subject = 'x' WHERE id = {fourth}",
        "INSERT INTO accesses (id, at, what, subject, count) VALUES (9999, '2026-01-01', 'login', 'x', 1)",
        "UPDATE operator_acts SET operator = 'x' WHERE key = 'k1'",
        "DELETE FROM operator_acts WHERE key = 'k2'",
    )
    assert found(logged) == [
        (f"accesses/{first}", CHANGED),
        (f"accesses/{second}", MISSING),
        (f"accesses/{fourth}", CHANGED),
        ("accesses/9999", UNLINKED),
        ("operator_acts/k1", CHANGED),
        ("operator_acts/k2", MISSING),
    ]


def test_each_change_of_an_outcome_is_named(logged: sa.Engine) -> None:
    act(logged, "k3")
    operator_acts.settle(logged, "k3", "done", "released", at=NOON)
    alter(
        logged,
        "UPDATE operator_acts SET outcome = 'refused' WHERE key = 'k1'",
        "UPDATE operator_acts SET outcome = 'done' WHERE key = 'k2'",
        "UPDATE operator_acts SET outcome = NULL WHERE key = 'k3'",
    )
    assert found(logged) == [
        ("operator_acts/k1", CHANGED),
        ("operator_acts/k3", CHANGED),
        ("operator_acts/k2", UNLINKED),
    ]


def test_each_change_of_a_link_is_named(logged: sa.Engine) -> None:
    first, second, third, _ = ids(logged)
    alter(
        logged,
        f"DELETE FROM audit_links WHERE log = 'accesses' AND entry = '{first}'",
        f"UPDATE audit_links SET digest = hash WHERE log = 'accesses' AND entry = '{third}'",
    )
    assert found(logged) == [
        (f"accesses/{second}", BROKEN),
        (f"accesses/{third}", BROKEN),
        (f"accesses/{third}", CHANGED),
        (f"accesses/{first}", UNLINKED),
    ]


def test_the_links_themselves_are_never_changed(logged: sa.Engine) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing(logged) as session:
        session.execute(sa.text("UPDATE audit_links SET digest = 'x'"))


def test_the_chain_holds_after_old_entries_were_removed_again_and_again(logged: sa.Engine) -> None:
    assert sweep(logged, 1) == 2
    assert found(logged) == []
    assert sweep(logged, 2) == 1
    assert found(logged) == []
    with reading(logged) as session:
        subjects = [each.subject for each in access_log.accesses(session)]
    assert sorted(subjects) == ["d", "housekeeping", "housekeeping"]


def test_a_removal_while_the_chain_is_read_is_no_gap(logged: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_CHUNK", 1)
    first, *_ = ids(logged)
    alter(logged, f"UPDATE accesses SET subject = 'x' WHERE id = {first}")
    faults = audit.faults(logged)
    assert next(faults) == AuditFault("accesses", str(first), CHANGED)
    assert sweep(logged, 2) == 3
    assert list(faults) == []


def test_more_than_was_removed_in_order_is_found(logged: sa.Engine) -> None:
    sweep(logged, 1)
    first, second, *_ = ids(logged)
    alter(
        logged,
        f"DELETE FROM audit_links WHERE log = 'accesses' AND entry = '{first}'",
        f"DELETE FROM accesses WHERE id = {first}",
    )
    assert found(logged) == [(f"accesses/{second}", BROKEN)]


def test_an_end_that_was_cut_off_is_found_by_the_heads_kept_elsewhere(logged: sa.Engine) -> None:
    kept = read(logged, audit.heads)
    assert read(logged, lambda session: audit.missing_heads(session, kept)) == []
    enter(logged, 3, "e")
    assert read(logged, lambda session: audit.missing_heads(session, kept)) == []
    last = ids(logged)[-2]
    alter(
        logged,
        f"DELETE FROM audit_links WHERE log = 'accesses' AND CAST(entry AS INTEGER) >= {last}",
        f"DELETE FROM accesses WHERE id >= {last}",
    )
    assert found(logged) == []
    assert read(logged, lambda session: audit.missing_heads(session, kept)) == ["accesses"]


def test_a_head_older_than_what_was_removed_proves_nothing_and_accuses_nobody(logged: sa.Engine) -> None:
    kept = read(logged, audit.heads)
    enter(logged, 9, "e")
    sweep(logged, 5)
    assert read(logged, lambda session: audit.missing_heads(session, kept)) == []


def test_acts_are_found_by_appointment_operator_and_time_page_by_page(engine: sa.Engine) -> None:
    for day, (number, operator) in enumerate([(NUMBER, "a"), (NUMBER, "b"), (None, "a"), (None, "a")]):
        act(engine, f"k{day}", number=number, operator=operator, days=day)

    def keys(**wanted: object) -> list[str]:
        with reading(engine) as session:
            acts = operator_acts.search(session, ActFilter.model_validate(wanted), before=None, limit=9)
        return [each.key for each in acts]

    assert keys() == ["k3", "k2", "k1", "k0"]
    assert keys(pre_entry_no=NUMBER) == ["k1", "k0"]
    assert keys(operator="a") == ["k3", "k2", "k0"]
    assert keys(since=NOON + DAY, until=NOON + 3 * DAY) == ["k2", "k1"]
    with reading(engine) as session:
        rest = operator_acts.search(session, ActFilter(), before=(NOON + 2 * DAY, "k2"), limit=1)
    assert [each.key for each in rest] == ["k1"]


def test_searches_and_links_go_by_an_index(logged: sa.Engine) -> None:
    with counting(logged) as statements:
        enter(logged, 3, "e")
        for wanted in ({}, {"pre_entry_no": NUMBER}, {"operator": "a"}, {"since": NOON}):
            with reading(logged) as session:
                operator_acts.search(session, ActFilter.model_validate(wanted), before=(NOON, "k"), limit=2)
    assert scans(logged, statements, "operator_acts", "audit_links") == []


def test_a_fault_says_which_row_of_which_log(logged: sa.Engine) -> None:
    alter(logged, "DELETE FROM operator_acts WHERE key = 'k2'")
    assert list(audit.faults(logged)) == [AuditFault("operator_acts", "k2", MISSING)]
