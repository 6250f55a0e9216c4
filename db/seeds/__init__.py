"""What a new database starts with. Nothing that somebody entered is ever replaced."""

from datetime import datetime

from sqlalchemy import Engine

from db.seeds.calendar import YEARS, seed_calendar
from db.seeds.demo import DEMO_ENTERPRISES, DEMO_USER, seed_demo
from db.seeds.ports import seed_ports, starter_ports

__all__ = [
    "DEMO_ENTERPRISES",
    "DEMO_USER",
    "YEARS",
    "seed_calendar",
    "seed_demo",
    "seed_ports",
    "seed_reference",
    "starter_ports",
]


def seed_reference(engine: Engine, *, at: datetime) -> None:
    """Ports and published years: what every installation needs. Run again it adds what is missing."""
    seed_ports(engine)
    seed_calendar(engine, at=at)
