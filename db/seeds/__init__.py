"""What a new database starts with. Nothing that somebody entered is ever replaced."""

from datetime import datetime

from sqlalchemy import Engine

from db.seeds.calendar import YEARS, seed_calendar
from db.seeds.demo import DEMO_ENTERPRISES, DEMO_USER, seed_demo
from db.seeds.lists import seed_lists, starter

__all__ = [
    "DEMO_ENTERPRISES",
    "DEMO_USER",
    "YEARS",
    "seed_calendar",
    "seed_demo",
    "seed_lists",
    "seed_reference",
    "starter",
]


def seed_reference(engine: Engine, *, at: datetime) -> None:
    """Ports, tariff and published years: what every installation needs. Run again it adds what is missing."""
    seed_lists(engine, at=at)
    seed_calendar(engine, at=at)
