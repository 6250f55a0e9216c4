"""The real children, as the door keeps them."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from runtime.inspection.pool import Inspectors
from tests.pdfs.raw import one_page


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def inspectors() -> AsyncIterator[Inspectors]:
    """Two warm children for all tests of a file."""
    pool = Inspectors(2)
    await asyncio.gather(*(pool.inspect(one_page()) for _ in range(2)))
    yield pool
    await pool.close()
