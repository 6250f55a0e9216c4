"""Every test of the store runs on both databases, and finds an empty one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from db.engine import connect
from tests.integration.db.servers import (
    Make,
    empty_postgres,
    postgres_copies,
    postgres_server,
    postgres_wiped,
    sqlite_copies,
)

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres() -> Iterator[sa.URL]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_maker(tmp_path_factory: pytest.TempPathFactory) -> Make:
    return sqlite_copies(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_maker(postgres: sa.URL) -> Iterator[Make]:
    with postgres_wiped(postgres) as make:
        yield make


@pytest.fixture(scope="session")
def postgres_copier(postgres: sa.URL) -> Make:
    return postgres_copies(postgres)


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database without rows."""
    maker: Make = request.getfixturevalue("sqlite_maker" if request.param == "sqlite" else "postgres_maker")
    return maker(tmp_path)


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    opened = connect(url)
    yield opened
    opened.dispose()


@pytest.fixture(params=BOTH)
def own_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A migrated database whose schema the test may change."""
    maker: Make = request.getfixturevalue("sqlite_maker" if request.param == "sqlite" else "postgres_copier")
    opened = connect(maker(tmp_path))
    yield opened
    opened.dispose()


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: sa.URL = request.getfixturevalue("postgres")
    return empty_postgres(server)
