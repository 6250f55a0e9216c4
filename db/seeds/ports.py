"""A starter table of ports 关区: every direct customs district and its main ports."""

import csv
from importlib import resources

from sqlalchemy import Engine

from db.engine import writing
from db.reference import Port
from db.tables import PortRow
from db.upsert import add


def seed_ports(engine: Engine) -> None:
    """Enters the ports of ``ports.csv`` that are not there yet."""
    with writing(engine) as session:
        add(session, PortRow.table(), *(port.model_dump() for port in starter_ports()))


def starter_ports() -> list[Port]:
    """The rows of ``ports.csv``: code, Chinese name, English name."""
    text = resources.files("db.seeds").joinpath("ports.csv").read_text(encoding="utf-8")
    return [Port.model_validate(row | {"district": row["code"][:2]}) for row in csv.DictReader(text.splitlines())]
