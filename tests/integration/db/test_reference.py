"""Register, ports, keys and seeds."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from db import calendar, keys, reference, seeds
from db.calendar import PlanSet, YearPublished
from db.engine import reading
from db.keys import ApiKey
from db.register_history import Origin
from domain.codes import customs_code_fault, uscc_fault
from domain.enterprise import Enterprise, Grade, Qualification
from tests.integration.db.stories import BROKER, NOON

LATER = NOON + timedelta(days=1)


class TestRegister:
    def test_an_entry_comes_back_as_it_was_and_can_be_replaced(self, engine: sa.Engine) -> None:
        entry = Enterprise(
            code=BROKER,
            name="企业",
            uscc="91350100M000100Y43",
            qualification=Qualification.REGISTERED,
            valid_until=date(2027, 1, 1),
            grade=Grade.ADVANCED_CERTIFIED,
        )
        reference.save_enterprise(engine, entry, Origin("officer", NOON))
        worse = entry.model_copy(update={"grade": Grade.DISHONEST, "valid_until": None})
        with reading(engine) as session:
            assert reference.enterprise(session, BROKER) == entry
        reference.save_enterprise(engine, worse, Origin("officer", LATER))
        with reading(engine) as session:
            assert reference.enterprise(session, BROKER) == worse
            assert reference.enterprise(session, "3122269999") is None


class TestCalendar:
    @pytest.mark.parametrize(
        ("holidays", "workdays"),
        [
            ({date(2025, 10, 1): "国庆节"}, {}),
            ({}, {date(2028, 1, 1): "元旦"}),
            ({date(2027, 1, 1): "元旦"}, {date(2027, 1, 1): "元旦"}),
        ],
    )
    def test_a_year_that_cannot_be_is_refused(
        self, engine: sa.Engine, holidays: dict[date, str], workdays: dict[date, str]
    ) -> None:
        with pytest.raises(ValueError, match=r"date"):
            calendar.apply_changes(engine, YearPublished(2027, holidays, workdays, source="x"), by="officer", at=NOON)
        with reading(engine) as session:
            assert calendar.years(session) == []

    def test_a_weekday_that_does_not_exist_is_refused(self, engine: sa.Engine) -> None:
        with pytest.raises(ValueError, match="weekdays"):
            calendar.apply_changes(engine, PlanSet("2233", date(2026, 1, 1), {7: ()}), by="officer", at=NOON)


class TestKeys:
    def key(self, key_hash: str = "a" * 64, name: str = "erp") -> ApiKey:
        told = {"key_id": key_hash, "name": name, "scopes": frozenset({"appointments", "receipts"})}
        return ApiKey.model_validate(told | {"key_hash": key_hash, "customs_code": BROKER, "created_at": NOON})

    def test_a_key_is_found_with_the_moment_it_was_revoked(self, engine: sa.Engine) -> None:
        keys.create(engine, self.key())
        keys.create(engine, self.key("b" * 64))
        keys.create(engine, self.key("c" * 64, "another"))
        with reading(engine) as session:
            assert keys.find(session, "a" * 64) == self.key()
            assert keys.find(session, "d" * 64) is None
        assert keys.revoke(engine, "erp", at=LATER) == 2
        assert keys.revoke(engine, "erp", at=LATER) == 0
        with reading(engine) as session:
            assert keys.find(session, "a" * 64) == self.key().model_copy(update={"revoked_at": LATER})
            assert keys.find(session, "c" * 64) is not None
            assert [each.revoked_at for each in keys.all_keys(session)] == [LATER, LATER, None]

    def test_entering_a_revoked_key_again_does_not_bring_it_back(self, engine: sa.Engine) -> None:
        keys.create(engine, self.key())
        keys.revoke(engine, "erp", at=LATER)
        keys.create(engine, self.key())
        with reading(engine) as session:
            found = keys.find(session, "a" * 64)
            assert found is not None
            assert found.revoked_at == LATER


class TestSeeds:
    def test_again_they_add_nothing_and_replace_nothing(self, engine: sa.Engine) -> None:
        seeds.seed_reference(engine, at=NOON)
        seeds.seed_demo(engine, at=NOON)
        downgraded = seeds.DEMO_ENTERPRISES[0].model_copy(update={"grade": Grade.REGULAR})
        reference.save_enterprise(engine, downgraded, Origin("officer", LATER))
        calendar.apply_changes(engine, YearPublished(2026, {}, {}, source="x"), by="officer", at=LATER)
        seeds.seed_reference(engine, at=LATER)
        seeds.seed_demo(engine, at=LATER)
        with reading(engine) as session:
            assert reference.enterprise(session, BROKER) == downgraded
            assert [year.published_by for year in calendar.years(session)] == ["seed", "officer"]

    def test_reference_data_have_no_demo_enterprise(self, engine: sa.Engine) -> None:
        seeds.seed_reference(engine, at=NOON)
        with reading(engine) as session:
            assert reference.enterprise(session, BROKER) is None

    @pytest.mark.parametrize("entry", seeds.DEMO_ENTERPRISES, ids=lambda entry: entry.code)
    def test_demo_enterprises_have_valid_codes(self, entry: Enterprise) -> None:
        assert customs_code_fault(entry.code) is None
        assert entry.uscc is not None
        assert uscc_fault(entry.uscc) is None
        assert "虚构" in entry.name
