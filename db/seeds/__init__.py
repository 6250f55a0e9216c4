"""Initial data of a new database. A seed never replaces what an operator entered."""

from datetime import datetime

from sqlalchemy import Engine

from db.seeds.calendar import seed_calendar
from db.seeds.demo import DEMO_ENTERPRISES, DEMO_USER, seed_demo
from db.seeds.lists import seed_lists, starter

__all__ = [
    "DEMO_ENTERPRISES",
    "DEMO_USER",
    "seed_calendar",
    "seed_demo",
    "seed_lists",
    "seed_reference",
    "starter",
]


def seed_reference(engine: Engine, *, at: datetime) -> None:
    """Adds ports, tariff and published years, which every installation needs; a repetition adds what is missing."""
    seed_lists(engine, at=at)
    seed_calendar(engine, at=at)
