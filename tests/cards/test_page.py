"""The page, the card's program, PC/SC and a card: all of them real but the card's plastic."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cli.pki.authority import Authority
from tests.cards.making import CODE, OTHER_CODE, PIN, WRONG_PIN, Issuer
from tests.cards.piv import PivCard
from tests.cards.reader import Reader
from tests.e2e.stack import Up, up
from tests.web.browser import desk, launch

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

POLICY = '[signature]\nrequired = "card_sessions"\n'


@pytest.fixture(scope="module")
def stack(slot: Reader, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A stack whose card program looks into readers."""
    folder = tmp_path_factory.mktemp("readers")
    with (
        environ(slot.environment),
        up(folder, "--readers", "--ephemeral", "--port-base", "0", policy=POLICY) as running,
    ):
        yield running.wait_until_ready()


@pytest.fixture(scope="module")
def theirs(stack: Up) -> Issuer:
    """The authority that this stack trusts."""
    return Issuer(Authority(Path(stack.ready["data_dir"]) / "pki"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, stack: Up) -> Iterator[Page]:
    with desk(browser, stack.ready["api"], also=(stack.ready["card_agent"],)) as page:
        yield page


@contextmanager
def environ(given: dict[str, str]) -> Iterator[None]:
    """For the child processes that start meanwhile."""
    os.environ.update(given)
    try:
        yield
    finally:
        for name in given:
            del os.environ[name]


def log_in(page: Page, card: PivCard, pin: str = PIN) -> None:
    page.goto("/login")
    page.get_by_role("tab", name="卡介质").click()
    expect(page.get_by_role("tabpanel", name="卡介质").get_by_text(code_of(card))).to_be_visible()
    page.get_by_role("textbox", name="PIN").fill(pin)
    page.get_by_role("button", name="登录", exact=True).click()


def code_of(card: PivCard) -> str:
    return CODE if CODE.encode() in card.keys.login.certificate.dump() else OTHER_CODE


def go_on(page: Page) -> None:
    """The PIN typed again, after the card was put back."""
    page.get_by_role("textbox", name="PIN").fill(PIN)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("请输入 PIN 继续")).to_have_count(0)


def test_a_card_in_a_reader_through_its_day(page: Page, empty: Reader, theirs: Issuer) -> None:
    card = theirs.card()
    empty.insert(card)
    log_in(page, card, WRONG_PIN)
    expect(page.get_by_role("alert").get_by_text("还可尝试 2 次")).to_be_visible()
    log_in(page, card)
    expect(page.get_by_role("banner").get_by_text(CODE)).to_be_visible()

    empty.pull()
    expect(page.get_by_text("卡介质已拔出，申报已锁定")).to_be_visible()
    empty.insert(theirs.card(OTHER_CODE))
    expect(page.get_by_text("插入的是另一张卡介质，申报已锁定")).to_be_visible()
    empty.insert(card)
    go_on(page)

    empty.kill()
    expect(page.get_by_text("与读卡器的联系已中断，申报已锁定")).to_be_visible()
    empty.start()
    go_on(page)
