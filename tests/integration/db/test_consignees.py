"""Whom an enterprise has applied for: each once, by its newest application, found by an index."""

from datetime import timedelta

import sqlalchemy as sa

from db import queries
from db.engine import reading
from db.projections import project
from domain.appointment import Party
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import BROKER, IMPORTER, NOON, STRANGER, created, deleted

THIRD = "3122260007"
DAY = timedelta(days=1)


def put(engine: sa.Engine, serial: int, consignee: str | None, **changes: object) -> str:
    """A draft that is as many days old as its number says."""
    number = f"2026{serial:014}"
    party = Party(code=consignee, name="企业") if consignee else None
    project(engine, [created(number, consignee=party, created_at=NOON + serial * DAY, **changes)])
    return number


def test_each_consignee_comes_once_with_its_newest_application(engine: sa.Engine) -> None:
    for serial, consignee in enumerate((THIRD, IMPORTER, THIRD, None)):
        put(engine, serial, consignee)
    with counting(engine) as statements, reading(engine) as session:
        found = queries.last_applied(session, BROKER)
    assert found == {THIRD: NOON + 2 * DAY, IMPORTER: NOON + DAY}
    assert len(statements) == 1
    assert scans(engine, statements, "appointments") == []


def test_others_and_deleted_drafts_do_not_count(engine: sa.Engine) -> None:
    put(engine, 1, IMPORTER, applicant=Party(code=STRANGER, name="企业"))
    project(engine, [deleted(put(engine, 2, THIRD), version=2)])
    with reading(engine) as session:
        assert queries.last_applied(session, BROKER) == {}
