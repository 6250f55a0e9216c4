"""The real children, as the door keeps them."""

from collections.abc import AsyncIterator

import pytest_asyncio

from runtime.inspection.pool import Inspectors


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def inspectors() -> AsyncIterator[Inspectors]:
    """Two warm children for all tests of a file."""
    pool = Inspectors(2)
    yield pool
    await pool.close()
