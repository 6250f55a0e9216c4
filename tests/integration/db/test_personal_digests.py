"""Appointments are found by a phone number of which the database has a keyed hash alone."""

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db import access_log, personal_digests
from db.access_log import Access
from db.backfill import backfill
from db.engine import read, writing
from db.personal_digests import LoggedLook
from db.projections import project, rebuild
from db.repair import repair_rows
from db.tables import PersonalDigestRow
from db.verify import DiscrepancyKind, verify
from domain.appointment import Content, State
from domain.event import Action, Event
from runtime.sealing import Keyring, Sealer, new_key
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import NOON, appointment, created, event

SEALER = Sealer(Keyring.parse(f"k1:{new_key()}", b64encode(b"f" * 32).decode()))
FIELD = "contact_mobile"
FIRST, SECOND = "13800138000", "13912345678"
ROWS = PersonalDigestRow.table()


def number(place: int) -> str:
    return f"2026{place:014}"


def held(pre_entry_no: str, mobile: str) -> dict[str, Any]:
    return {"content": SEALER.seal_content(Content(declaration_port="2233", contact_mobile=mobile), pre_entry_no)}


def saved(pre_entry_no: str, mobile: str, version: int = 2) -> Event:
    return event(appointment(pre_entry_no, version, **held(pre_entry_no, mobile)))


def write(engine: sa.Engine, *events: Event) -> None:
    project(engine, events, digests=SEALER.digests)


def found(engine: sa.Engine, mobile: str, before: str | None = None, limit: int = 10) -> list[str]:
    wanted = (FIELD, SEALER.digest(FIELD, mobile))
    held_by = read(engine, lambda session: personal_digests.holders(session, wanted, before=before, limit=limit))
    return [each.pre_entry_no for each in held_by]


def looks(engine: sa.Engine, mobile: str, before: int | None = None, limit: int = 10) -> list[LoggedLook]:
    wanted = (FIELD, SEALER.digest(FIELD, mobile))
    return read(engine, lambda session: personal_digests.openings(session, wanted, before=before, limit=limit))


def test_it_is_found_by_the_number_it_has_and_had_however_that_is_written(engine: sa.Engine) -> None:
    write(engine, created(number(1), **held(number(1), FIRST)))
    write(engine, created(number(2), **held(number(2), FIRST)), saved(number(2), SECOND))
    assert found(engine, "+86 138-0013-8000") == [number(2), number(1)]
    assert found(engine, FIRST, before=number(2)) == [number(1)]
    assert found(engine, SECOND) == [number(2)]
    assert found(engine, "13800138001") == []
    with engine.connect() as connection:
        kept = str(connection.execute(sa.select(ROWS)).all())
    assert FIRST not in kept


def test_another_fingerprint_key_and_another_field_give_another_hash() -> None:
    other = Sealer(Keyring.parse(f"k1:{new_key()}", b64encode(b"g" * 32).decode()))
    rotated = Sealer(Keyring.parse(f"k2:{new_key()}", b64encode(b"f" * 32).decode()))
    assert SEALER.digest(FIELD, FIRST) == rotated.digest(FIELD, FIRST)
    assert SEALER.digest(FIELD, FIRST) != other.digest(FIELD, FIRST)
    assert SEALER.digest(FIELD, FIRST) != SEALER.fingerprint(FIRST)


def test_of_a_deleted_draft_nothing_is_left(engine: sa.Engine) -> None:
    gone = appointment(number(1), 2, State.DELETED, content=Content())
    write(engine, created(number(1), **held(number(1), FIRST)), event(gone, Action.DELETED))
    assert found(engine, FIRST) == []
    with writing(engine) as session:
        digest = SEALER.digest(FIELD, FIRST)
        session.execute(sa.insert(ROWS), [{"pre_entry_no": number(1), "kind": FIELD, "digest": digest}])
    findings = list(verify(engine, digests=SEALER.digests))
    assert [(each.what, each.detail) for each in findings] == [(DiscrepancyKind.PERSONAL_LEFT, FIELD)]
    assert repair_rows(engine, findings, SEALER.digests) == [number(1)]
    assert list(verify(engine, digests=SEALER.digests)) == []


@pytest.mark.parametrize("mend", [backfill, rebuild])
def test_rows_that_are_missing_are_noticed_and_made_of_all_versions(engine: sa.Engine, mend: Any) -> None:
    project(engine, [created(number(1), **held(number(1), FIRST)), saved(number(1), SECOND)])
    findings = list(verify(engine, digests=SEALER.digests))
    assert [each.what for each in findings] == [DiscrepancyKind.PERSONAL_MISSING]
    assert list(verify(engine)) == [], "the keys are needed to notice"
    mend(engine, digests=SEALER.digests)
    assert list(verify(engine, digests=SEALER.digests)) == []
    assert found(engine, FIRST) == found(engine, SECOND) == [number(1)]


def test_a_damaged_field_keeps_no_event_from_being_written(engine: sa.Engine) -> None:
    damaged = SEALER.seal(FIRST, context="elsewhere")
    write(engine, created(number(1), content=Content(contact_mobile=damaged)))
    assert found(engine, FIRST) == []


def test_who_opened_any_of_them_newest_first_by_index(engine: sa.Engine) -> None:
    for place in (1, 2):
        write(engine, created(number(place), **held(number(place), FIRST)))
    write(engine, created(number(3), **held(number(3), SECOND)))
    opened = [
        Access(at=NOON + timedelta(hours=hour), what="personal.opened", subject="night", pre_entry_no=number(place))
        for hour, place in enumerate((1, 3, 2))
    ]
    with writing(engine) as session:
        access_log.record(session, *opened, Access(at=NOON, what="personal.searched", subject="night"))
    with counting(engine) as statements:
        whole = looks(engine, FIRST)
        assert found(engine, FIRST, before=number(2)) == [number(1)]
    assert [each.access.pre_entry_no for each in whole] == [number(2), number(1)]
    assert [each.access.pre_entry_no for each in looks(engine, FIRST, before=whole[0].id)] == [number(1)]
    assert scans(engine, statements, "accesses", "personal_digests", "appointments") == []
