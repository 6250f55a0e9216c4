"""Databases for the tests of commands and stores, ready to use."""

import pytest

from cli.schema import upgrade
from db import migrate
from tests.copies import Copy, copies


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A migrated database without rows."""
    return copies(tmp_path_factory.mktemp("migrated"), migrate.upgrade)


@pytest.fixture(scope="session")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A database as `yuyue db upgrade` leaves it: starter ports and goods, published years."""
    return copies(tmp_path_factory.mktemp("upgraded"), upgrade)
