"""The upgrade of a database: its tables, the ports, the published years."""

from datetime import UTC, datetime

from db.backfill import backfill
from db.engine import connect
from db.personal_digests import Digests
from db.schema_version import HEAD, revision
from db.seeds import seed_reference
from runtime.startup_checks import demand_schema


def upgrade(url: str, digests: Digests | None = None) -> tuple[str | None, str | None]:
    """Upgrades the database and returns the revisions before and after; entered data stay as they are.

    With ``digests`` appointments from before are found by personal values, too.

    Raises ``StartupRefused`` when the database cannot be used, or has the schema of a newer version.
    """
    engine = connect(url, create=True)
    try:
        demand_schema(engine, upgradable=True)
        before = revision(engine)
    finally:
        engine.dispose()
    if before != HEAD:
        from db import migrate

        migrate.upgrade(url)
    engine = connect(url)
    try:
        seed_reference(engine, at=datetime.now(UTC))
        backfill(engine, digests)
    finally:
        engine.dispose()
    return before, HEAD
