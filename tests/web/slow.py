"""A server that is slow: it answers when a test tells it to, so that what happens before can be seen."""

from playwright.sync_api import Page, Route


class Slow:
    """Holds the calls of one kind back until ``answer``."""

    def __init__(self, page: Page, pattern: str) -> None:
        self._held: list[Route] = []
        self._answering = False
        page.route(pattern, self._take)

    def answer(self) -> None:
        """Lets go what was held back, and what comes later."""
        self._answering = True
        for route in self._held:
            route.continue_()

    def _take(self, route: Route) -> None:
        if self._answering:
            route.continue_()
        else:
            self._held.append(route)
