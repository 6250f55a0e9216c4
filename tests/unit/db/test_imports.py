"""Importing the store touches nothing."""

import subprocess
import sys


def test_importing_opens_no_database_and_loads_no_seeds() -> None:
    program = (
        "import sys, sqlite3; sqlite3.connect = None\n"
        "import db.migrate, db.projections, db.queries, db.inbox, db.reference, db.keys, db.seeds, db.verify\n"
        "sys.exit(any(name in sys.modules for name in ('chinese_calendar', 'psycopg')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
