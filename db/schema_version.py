"""The version of a database's schema: the newest migration that was run on it.

It is read without Alembic, because every process checks it at its start, and none but an upgrade needs Alembic itself.
"""

from enum import Enum
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

MIGRATIONS = Path(__file__).parent / "migrations"
#: The revisions that this version knows, oldest first; a migration's file begins with its number.
REVISIONS = tuple(sorted(path.name[:4] for path in MIGRATIONS.glob("versions/[0-9]*.py")))
HEAD = REVISIONS[-1]
#: Alembic's own table, of one row.
_VERSION = sa.table("alembic_version", sa.column("version_num"))


class SchemaStatus(Enum):
    """Age of a database's schema compared with this version; ``OLDER`` also for an empty database."""

    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


def revision(engine: Engine) -> str | None:
    """Returns the revision of the database; None for a new one."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(_VERSION.name):
            return None
        found: str | None = connection.execute(sa.select(_VERSION.c.version_num)).scalar()
        return found


def schema_status(engine: Engine) -> SchemaStatus:
    """Compares the schema with this version; a revision that this version does not know belongs to a newer one."""
    found = revision(engine)
    if found == HEAD:
        return SchemaStatus.CURRENT
    return SchemaStatus.OLDER if found is None or found in REVISIONS else SchemaStatus.NEWER


def is_current(engine: Engine) -> bool:
    """True if the database has exactly the schema of this version; used by the readiness check."""
    return schema_status(engine) is SchemaStatus.CURRENT
