"""The page, the card's program, PC/SC and a card: all of them real but the card's plastic."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from cli.pki.authority import Authority
from tests.cards.making import CODE, OTHER_CODE, PIN, WRONG_PIN, Issuer
from tests.cards.piv import Faults, PivCard
from tests.cards.reader import Reader
from tests.e2e.archived import archive, verified
from tests.e2e.client import Broker
from tests.e2e.conftest import close_port
from tests.e2e.searching import files, stands_in
from tests.e2e.stack import POLICY, Up, up
from tests.web.browser import desk, hold, launch, requests_to

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(240)]

CARDED = POLICY.replace("PT5S", "PT1S") + '[signature]\nrequired = "card_sessions"\n'
#: Time enough to sign before the window opens, on a busy machine too; others are signed meanwhile.
SOON = timedelta(seconds=30)


@pytest.fixture(scope="module")
def stack(slot: Reader, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A stack whose card program looks into readers."""
    folder = tmp_path_factory.mktemp("readers")
    with (
        environ(slot.environment),
        up(folder, "--readers", "--ephemeral", "--port-base", "0", policy=CARDED) as running,
    ):
        close_port(running.wait_until_ready())
        yield running


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
    """Sets the environment of child processes that start meanwhile."""
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
    empty.insert(theirs.card(faults=Faults(mute=True)))
    expect(page.get_by_text("读卡器中的卡没有应答")).to_be_visible()
    empty.insert(card)
    go_on(page)

    empty.kill()
    expect(page.get_by_text("与读卡器的联系已中断，申报已锁定")).to_be_visible()
    empty.start()
    go_on(page)


def test_three_wrong_pins_block_the_card_and_the_last_is_asked_about(page: Page, empty: Reader, theirs: Issuer) -> None:
    card = theirs.card()
    empty.insert(card)
    for left in (2, 1):
        log_in(page, card, WRONG_PIN)
        expect(page.get_by_role("alert").get_by_text(f"还可尝试 {left} 次")).to_be_visible()
    log_in(page, card)
    expect(page.get_by_role("alert").get_by_text("再输错卡介质将被锁定")).to_be_visible()
    assert card.tries == 1, "not even the right PIN is tried unasked"

    page.get_by_text("只剩最后一次，再输错将锁定卡介质。确认尝试").click()
    page.get_by_role("textbox", name="PIN").fill(WRONG_PIN)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("卡介质已锁定")).to_be_visible()
    expect(page.get_by_role("textbox", name="PIN")).to_have_count(0)
    assert card.tries == 0
    page.reload()
    page.get_by_role("tab", name="卡介质").click()
    expect(page.get_by_role("alert").get_by_text("请到制卡中心解锁或更换卡介质")).to_be_visible()


def declare(page: Page, number: str, button: str, then: str) -> None:
    """An act of the page that is open: asked once, shown as the card's program reads it, signed with the PIN."""
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()
    box = page.get_by_role("dialog", name="电子签名")
    expect(box.get_by_text(number, exact=True)).to_be_visible()
    box.get_by_role("textbox", name="PIN").fill(PIN)
    box.get_by_role("button", name="签名", exact=True).click()
    expect(textbox(page, "申请状态")).to_have_value(then)


def textbox(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def submitted(page: Page, desk: Broker, **window: timedelta) -> str:
    """A draft of the desk, declared in the page and approved."""
    number = desk.draft(**window)
    page.goto(f"/apply/{number}")
    declare(page, number, "预约申报", "预约成功")
    return number


def test_whole_lives_are_signed_by_a_card_in_a_reader_and_proven_from_the_archive(
    page: Page, stack: Up, empty: Reader, theirs: Issuer, place: Path
) -> None:
    card = theirs.card()
    empty.insert(card)
    with Broker(stack, "advanced", CODE, "3122260004") as desk:
        log_in(page, card)
        expect(page.get_by_role("banner").get_by_text(CODE)).to_be_visible()
        kept, given_up = submitted(page, desk), submitted(page, desk)
        neglected = submitted(page, desk, starts_in=SOON)
        page.goto(f"/apply/{kept}")
        textbox(page, "预约通关报关单号").fill(desk.declare(kept))
        page.keyboard.press("Enter")
        declare(page, kept, "预约申报", "通关完成已反馈")
        page.goto(f"/apply/{given_up}")
        declare(page, given_up, "取消预约", "已取消")
        page.goto(f"/apply/{neglected}")
        expect(textbox(page, "申请状态")).to_have_value("通关完成未反馈", timeout=60_000)
        textbox(page, "情况说明").fill("船期延误，货物次日到港")
        declare(page, neglected, "预约申报", "违约已解除")

        told = [each["message_type"] for number in (kept, given_up, neglected) for each in desk.received(number)]
    assert len(told) == 6
    done = verified(archive(Path(stack.ready["data_dir"]), place), place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "hold: 6, 未签名 unsigned: 0" in done.stdout
    assert_no_pin_in(stack)


def test_a_key_that_is_held_down_signs_once_and_not_before_the_pin(
    page: Page, stack: Up, empty: Reader, theirs: Issuer
) -> None:
    card = theirs.card()
    empty.insert(card)
    signed = requests_to(page, "/submission")
    with Broker(stack, "advanced", CODE, "3122260004") as desk:
        log_in(page, card)
        expect(page.get_by_role("banner").get_by_text(CODE)).to_be_visible()
        page.goto(f"/apply/{desk.draft()}")
        page.get_by_role("button", name="预约申报", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="预约申报", exact=True).focus()
        hold(page, "Enter")
        pin = page.get_by_role("dialog", name="电子签名").get_by_role("textbox", name="PIN")
        expect(pin).to_be_focused()
        hold(page, "Enter")
        assert signed == []
        pin.fill(PIN)
        hold(page, "Enter")
        expect(textbox(page, "申请状态")).to_have_value("预约成功")
    assert len(signed) == 1


def assert_no_pin_in(stack: Up) -> None:
    """The card's program had it with every signature; what this stack keeps, and has written so far, has it not."""
    with stack.client("operator") as operator:
        metrics = ("metrics", operator.get("/metrics").raise_for_status().content)
    kept = [metrics, *files(Path(stack.ready["data_dir"]), but=("cards.json",))]
    assert [name for name, text in kept if b"statement signed: explanation" in text] == ["logs/card_agent.log"]
    assert not [(name, pin) for name, text in kept for pin in (PIN, WRONG_PIN) if stands_in(pin, text)]
