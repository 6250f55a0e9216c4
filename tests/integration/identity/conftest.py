"""On both databases, as the tests of the store are."""

from tests.integration.db.conftest import postgres, postgres_maker, sqlite_maker, url

__all__ = ["postgres", "postgres_maker", "sqlite_maker", "url"]
