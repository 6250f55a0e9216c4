from datetime import timedelta
from pathlib import Path

from temporalio import activity

from activities.catalogue import effects
from activities.collection import Collection
from db.engine import connect
from domain.policy import Policy


class Nobody:
    """Customs and keys that are never asked."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(name)


def test_no_effect_is_torn_from_its_thread_when_its_time_is_up(tmp_path: Path) -> None:
    """An exception that strikes between a lock and its ``try`` leaves the database locked for good."""
    engine, nobody = connect(f"sqlite:///{tmp_path}/none.db"), Nobody()
    files = Collection(engine, nobody, timedelta())  # type: ignore[arg-type]
    made = effects(engine, Policy(), customs=nobody, quick=nobody, opener=nobody, files=files)  # type: ignore[arg-type]
    definitions = [activity._Definition.must_from_callable(each) for each in made]
    assert [each.name for each in definitions if not each.no_thread_cancel_exception] == []
    assert len(definitions) == len({each.name for each in definitions}) >= 5
