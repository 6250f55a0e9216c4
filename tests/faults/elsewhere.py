"""``yuyue`` with its database elsewhere than in the data directory: ``python elsewhere.py URL COMMAND…``.

The embedded stack knows its own SQLite file only; this gives worker, API and commands a PostgreSQL to live on.
"""

import sys

from cli.main import app
from cli.up.environment import Environment

if __name__ == "__main__":
    url, *arguments = sys.argv[1:]
    Environment.database_url = property(lambda _: url)  # type: ignore[method-assign,assignment]
    app(arguments)
