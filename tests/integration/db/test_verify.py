"""Every change by hand behind the system's back is found and named."""

from typing import Any

import pytest
import sqlalchemy as sa

from db import claims
from db.engine import reading
from db.projections import project, rebuild
from db.verify import Discrepancy, DiscrepancyKind, verify, verify_chain
from tests.integration.db.stories import NUMBER, appointment, created, deleted, event, fed_back, life
from tests.integration.db.tampering import OTHER, A, B, remove, tamper


def findings(engine: sa.Engine) -> list[tuple[DiscrepancyKind, int | None]]:
    return [(finding.what, finding.version) for finding in verify(engine)]


@pytest.fixture
def sound(engine: sa.Engine) -> sa.Engine:
    """An appointment with a number, a draft, a deleted draft, and a claim that is still on its way."""
    project(engine, [*life(), fed_back([A])])
    project(engine, [created(OTHER)])
    third = "202600000000000003"
    project(engine, [created(third), event(appointment(third, 2)), deleted(third)])
    claims.claim(engine, NUMBER, [B])
    return engine


def test_a_sound_store_has_no_findings(sound: sa.Engine) -> None:
    assert list(verify(sound)) == []
    with reading(sound) as session:
        assert verify_chain(session, NUMBER) == ()
        assert verify_chain(session, "209900000000000000") == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE appointment_events SET actor_id = 'x' WHERE version = 2", [(DiscrepancyKind.EVENT_CHANGED, 2)]),
        ("UPDATE appointment_events SET decision = '{}' WHERE version = 2", [(DiscrepancyKind.EVENT_CHANGED, 2)]),
        ("UPDATE appointment_events SET receipt_id = NULL WHERE version = 3", [(DiscrepancyKind.EVENT_CHANGED, 3)]),
        (
            "UPDATE appointment_events SET hash = previous_hash WHERE version = 2",
            [(DiscrepancyKind.EVENT_CHANGED, 2), (DiscrepancyKind.CHAIN_BROKEN, 3)],
        ),
        (
            "UPDATE appointment_contents SET appointment = '{}' WHERE version = 2",
            [(DiscrepancyKind.CONTENTS_CHANGED, 2)],
        ),
        ("UPDATE appointment_contents SET reason = 'x' WHERE version = 3", [(DiscrepancyKind.CONTENTS_CHANGED, 3)]),
        (
            "UPDATE appointment_contents SET appointment = '{}' WHERE version = 4",
            [(DiscrepancyKind.CONTENTS_CHANGED, 4)],
        ),
        ("DELETE FROM appointment_contents WHERE version = 2", [(DiscrepancyKind.CONTENTS_MISSING, 2)]),
        ("DELETE FROM appointments", [(DiscrepancyKind.ROW_MISSING, 4)]),
        ("UPDATE appointments SET state = 'draft'", [(DiscrepancyKind.ROW_DIFFERS, 4)]),
        ("UPDATE appointments SET version = 9", [(DiscrepancyKind.ROW_DIFFERS, 4)]),
        ("UPDATE appointments SET creation_key = 'x'", [(DiscrepancyKind.ROW_DIFFERS, 4)]),
        ("UPDATE appointments SET snapshot = '{}'", [(DiscrepancyKind.ROW_DIFFERS, 4)]),
        ("UPDATE appointments SET applicant_code = '3122260002'", [(DiscrepancyKind.ROW_DIFFERS, 4)]),
        ("DELETE FROM declarations", [(DiscrepancyKind.CLAIM_MISSING, 4)]),
        ("UPDATE declarations SET outcome = 'matched'", [(DiscrepancyKind.CLAIM_MISSING, 4)]),
        (f"INSERT INTO declarations VALUES ('{B}', '{NUMBER}', 'matched')", [(DiscrepancyKind.CLAIM_LEFT, 4)]),
    ],
)
def test_each_change_is_found(engine: sa.Engine, change: str, expected: list[Any]) -> None:
    project(engine, [*life(), fed_back([A])])
    tamper(engine, change)
    assert findings(engine) == expected


def test_a_removed_event_is_found(engine: sa.Engine) -> None:
    project(engine, life())
    remove(engine, version=2)
    assert (DiscrepancyKind.VERSION_MISSING, 2) in findings(engine)


def test_events_cut_off_at_the_end_are_found_by_the_row(engine: sa.Engine) -> None:
    project(engine, life())
    remove(engine, version=3)
    assert findings(engine) == [
        (DiscrepancyKind.ROW_DIFFERS, 2),
        (DiscrepancyKind.SEARCH_DIFFERS, 2),
        (DiscrepancyKind.FIGURES_DIFFER, 2),
    ]


def test_two_events_changing_places_are_found(engine: sa.Engine) -> None:
    project(engine, life())
    tamper(
        engine,
        "DELETE FROM appointment_contents",
        *(
            f"UPDATE appointment_events SET version = {new} WHERE version = {old}"
            for old, new in [(2, 9), (3, 2), (9, 3)]
        ),
    )
    assert (DiscrepancyKind.VERSION_MISSING, 2) in findings(engine)


def test_contents_that_came_back_after_the_draft_was_deleted_are_found(engine: sa.Engine) -> None:
    project(engine, [created(), deleted(version=2)])
    tamper(engine, f"INSERT INTO appointment_contents VALUES ('{NUMBER}', 1, '{{}}', NULL)")
    assert findings(engine) == [(DiscrepancyKind.CONTENTS_NOT_ERASED, 1)]


def test_a_row_without_events_is_found(engine: sa.Engine) -> None:
    project(engine, life())
    tamper(engine, "DELETE FROM appointment_contents", "DELETE FROM appointment_events")
    assert findings(engine) == [(DiscrepancyKind.EVENTS_MISSING, None)]


def test_a_finding_names_the_place(engine: sa.Engine) -> None:
    project(engine, life())
    tamper(engine, "UPDATE appointments SET state = 'draft', undecided = (1 = 1)")
    assert list(verify(engine)) == [Discrepancy(NUMBER, DiscrepancyKind.ROW_DIFFERS, 3, "state, undecided")]
    rebuild(engine)
    assert list(verify(engine)) == []
