"""A server that does not answer, in the browser: the page says so after three seconds, and asks again when told to."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from tests.e2e.stack import Up
from tests.web.accessible import barriers
from tests.web.bookings import Booking
from tests.web.browser import desk as at_desk
from tests.web.entering import answer_login, enter

pytestmark = pytest.mark.e2e

APPOINTMENTS = "/api/v1/appointments"
PATIENCE = "00:03"


class Held:
    """Calls of one method and path that nobody answers, for as long as ``holds``; the others go through."""

    def __init__(self, page: Page, method: str, path: str) -> None:
        self.routes: list[Route] = []
        self.holds = True
        self._page, self._asked = page, (method, path)
        page.route("**/api/v1/**", self._meet)

    def _meet(self, route: Route) -> None:
        held = self.holds and self._asks(route.request)
        self.routes.append(route) if held else route.continue_()

    def release(self) -> None:
        """Lets all of them go on; the page may have asked again meanwhile, because news came."""
        self.holds = False
        for route in self.routes:
            route.continue_()

    def _asks(self, asked: Request) -> bool:
        return (asked.method, urlsplit(asked.url).path) == self._asked

    def while_asked(self, act: Callable[[], None]) -> Request:
        """Does it, and waits for the call that it leads to."""
        with self._page.expect_request(self._asks) as asked:
            act()
        return asked.value


def said(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text="服务器还没有答复")


def ask_again(page: Page) -> None:
    page.get_by_role("button", name="重新请求", exact=True).press("Enter")


def test_a_command_is_asked_again_under_its_key_and_takes_effect_once(browser: Browser, stack: Up) -> None:
    with at_desk(browser, stack.ready["api"], lost=True) as page:
        page.clock.install()
        enter(page, stack, "general", "/apply")
        page.get_by_role("textbox", name="预约通关事由", exact=True).fill("夜间到港")
        held = Held(page, "POST", APPOINTMENTS)
        first = held.while_asked(lambda: page.get_by_role("button", name="暂存", exact=True).click())
        expect(said(page)).to_have_count(0)
        page.clock.fast_forward(PATIENCE)
        expect(said(page)).to_be_visible()
        held.holds = False
        second = held.while_asked(lambda: ask_again(page))
        assert second.headers["idempotency-key"] == first.headers["idempotency-key"]
        assert second.post_data == first.post_data
        page.wait_for_url("**/apply/2*")
        expect(said(page)).to_have_count(0)


def test_a_list_says_it_too_and_the_word_goes_with_the_answer(page: Page, stack: Up, desk: Booking) -> None:
    number = desk.new()
    page.clock.install()
    enter(page, stack, "general", "/home")
    held = Held(page, "GET", APPOINTMENTS)
    held.while_asked(lambda: page.get_by_role("navigation").get_by_role("link", name="预约通关查询").click())
    page.clock.fast_forward(PATIENCE)
    expect(said(page)).to_be_visible()
    assert barriers(page) == []
    held.release()
    expect(page.get_by_role("link", name=number, exact=True)).to_be_visible()
    expect(said(page)).to_have_count(0)


def test_the_login_says_it_too(browser: Browser, stack: Up) -> None:
    with at_desk(browser, stack.ready["api"], lost=True) as page:
        page.clock.install()
        with page.expect_response("**/api/v1/captcha") as drawn:
            page.goto("/login")
        held = Held(page, "POST", "/api/v1/session")
        captcha = drawn.value.json()["sandbox_answer"]
        held.while_asked(lambda: answer_login(page, stack, "general", captcha))
        page.clock.fast_forward(PATIENCE)
        held.holds = False
        held.while_asked(lambda: ask_again(page))
        expect(page.get_by_role("button", name="退出登录")).to_be_visible()
