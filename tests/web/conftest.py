import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.stack import Up, up
from tests.web.bookings import Booking, booking
from tests.web.browser import desk as at_desk
from tests.web.browser import launch

#: The ready file of a stack that runs already: saves its start while one works on a page.
RUNNING = os.environ.get("YUYUE_READY_FILE")


class Running(Up):
    """Somebody else's stack; it is not ours to stop."""

    def __init__(self, ready_file: Path) -> None:
        self._ready_file = ready_file


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """The real thing, under the rules as they are."""
    if RUNNING:
        yield Running(Path(RUNNING))
        return
    with up(tmp_path_factory.mktemp("stack"), "--ephemeral", "--port-base", "0", policy="") as running:
        yield running.wait_until_ready()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one file at a time: while it is open, Playwright's event loop runs."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def desk(stack: Up) -> Iterator[Booking]:
    """The general broker's, whose appointments the page shows."""
    with booking(stack) as desk:
        yield desk


@pytest.fixture
def page(browser: Browser, stack: Up) -> Iterator[Page]:
    with at_desk(browser, stack.ready["api"]) as page:
        yield page
