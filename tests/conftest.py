"""For all levels."""

from typing import Any

import pytest
from hypothesis import settings

from tests.scheduling import LongestFirst, arrange

# How long an example takes says something of the machine, not of the rule.
settings.register_profile("yuyue", deadline=None)
settings.load_profile("yuyue")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    arrange(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LongestFirst | None:
    return LongestFirst(config, log) if config.getvalue("dist") == "loadfile" else None
