"""The database of the embedded stack: what every database has, and what only a sandbox has."""

from datetime import UTC, datetime

from cli.schema import upgrade
from db.engine import connect
from db.seeds import seed_demo
from identity import keys
from identity.principal import Scope

#: key → the fictional enterprise it acts for.
ENTERPRISES = {
    "advanced": "3122260001",
    "general": "3122260002",
    "importer": "3122260003",
    "importer_advanced": "3122260004",
    "dishonest": "3122260005",
    "unqualified": "3122260006",
}
#: key → what it opens, for those who act for no enterprise.
OFFICES = {"operator": Scope.OPERATIONS, "customs": Scope.RECEIPTS}


def prepare_database(url: str, demo_keys: dict[str, str]) -> None:
    """Brings the database up to date; whatever is there already stays as it is."""
    upgrade(url)
    engine, now = connect(url), datetime.now(UTC)
    try:
        seed_demo(engine, at=now)
        for name, key in demo_keys.items():
            scopes = frozenset({OFFICES.get(name, Scope.APPOINTMENTS)})
            keys.enter(engine, key, name=name, scopes=scopes, customs_code=ENTERPRISES.get(name), at=now)
    finally:
        engine.dispose()
