"""What the events prove is put right; what they do not prove is left for a person. Heads kept elsewhere tell a cut."""

import pytest
import sqlalchemy as sa

from db.chain_heads import head_of_heads, heads, missing
from db.engine import writing
from db.projections import count_appointments, project, rebuild
from db.repair import repair_rows
from db.verify import DiscrepancyKind, verify
from tests.integration.db.stories import NUMBER, created, fed_back, life
from tests.integration.db.tampering import OTHER, A, remove, tamper


@pytest.fixture
def two(engine: sa.Engine) -> sa.Engine:
    """A life with a declaration, and a draft."""
    project(engine, [*life(), fed_back([A])])
    project(engine, [created(OTHER)])
    return engine


def change(engine: sa.Engine, *statements: str) -> None:
    with writing(engine) as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM appointments",
        "UPDATE appointments SET state = 'returned', undecided = (1 = 1)",
        "UPDATE appointments SET snapshot = '{}'",
        "UPDATE appointments SET version = 1",
        "DELETE FROM declarations",
        f"UPDATE declarations SET outcome = NULL WHERE pre_entry_no = '{NUMBER}'",
    ],
)
def test_what_the_events_prove_is_mended(two: sa.Engine, statement: str) -> None:
    change(two, statement)
    findings = list(verify(two))
    assert findings
    assert repair_rows(two, findings) == sorted({found.pre_entry_no for found in findings})
    assert list(verify(two)) == []


def test_a_row_that_knows_more_than_the_events_is_left_alone(two: sa.Engine) -> None:
    remove(two, version=4)
    change(two, f"UPDATE appointments SET state = 'x' WHERE pre_entry_no = '{OTHER}'")
    assert repair_rows(two, list(verify(two))) == [OTHER]
    assert {found.pre_entry_no for found in verify(two)} == {NUMBER}


def test_nothing_is_made_from_a_chain_that_does_not_hold(two: sa.Engine) -> None:
    tamper(two, "UPDATE appointment_events SET actor_id = 'x' WHERE version = 2")
    change(two, f"UPDATE appointments SET state = 'x' WHERE pre_entry_no = '{NUMBER}'")
    before = list(verify(two))
    assert {found.what for found in before} == {DiscrepancyKind.EVENT_CHANGED, DiscrepancyKind.ROW_DIFFERS}
    assert repair_rows(two, before) == []
    assert list(verify(two)) == before


def test_a_rebuild_tells_how_far_it_is(two: sa.Engine) -> None:
    told: list[int] = []
    assert rebuild(two, told.append) == count_appointments(two) == 2
    assert told == [2]


def test_a_head_kept_elsewhere_tells_of_events_cut_off(two: sa.Engine) -> None:
    kept = heads(two)
    assert set(kept) == {NUMBER, OTHER}
    assert list(missing(two, kept)) == []
    remove(two, version=4)
    rebuild(two)
    assert list(verify(two)) == [], "what is left is sound in itself"
    assert list(missing(two, kept)) == [NUMBER]
    assert head_of_heads(heads(two)) != head_of_heads(kept)


def test_a_chain_that_grew_still_holds_its_old_head(engine: sa.Engine) -> None:
    project(engine, life()[:2])
    kept = heads(engine)
    project(engine, life())
    assert list(missing(engine, kept)) == []
    assert heads(engine) != kept
