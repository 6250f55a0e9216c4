"""卡介质 in the browser: logged in with, pulled, put back, signed with; the card's program has software cards."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.client import body, codes
from tests.e2e.stack import Up, up
from tests.integration.card_agent.asking import PRESENCE_PURPOSE, answer, challenge, code_of, sign
from tests.web.accessible import barriers
from tests.web.batches import declare, numbers, upload, values, workbook
from tests.web.bookings import BROKER, booking
from tests.web.browser import CHROMIUM, FLAGS, desk
from tests.web.queries import select

pytestmark = pytest.mark.e2e

#: Where a page passes signs of life on.
LIFE = "**/api/v1/session/card-presence"
POLICY = '[signature]\nrequired = "card_sessions"\n'


@pytest.fixture(scope="module")
def carded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A stack that wants cards, as it is outside a demo."""
    with up(tmp_path_factory.mktemp("carded"), "--ephemeral", "--port-base", "0", policy=POLICY) as running:
        yield running.wait_until_ready()


@pytest.fixture
def page(browser: Browser, carded: Up) -> Iterator[Page]:
    ready = carded.ready
    with desk(browser, ready["api"], also=(ready["card_agent"],)) as page:
        yield page


def log_in(page: Page, stack: Up, role: str) -> Path:
    """Logs in with the card of the role and returns the folder that is the card."""
    card = stack.ready["cards"][role]
    folder = Path(card["folder"])
    page.goto("/login")
    page.get_by_role("tab", name="卡介质").click()
    expect(page.get_by_text("这是软件卡，不是卡介质")).to_be_visible()
    page.get_by_role("tabpanel", name="卡介质").get_by_text("有效期至").click()
    page.get_by_role("option", name=folder.name[:10]).click()
    page.get_by_role("textbox", name="PIN").fill(card["pin"])
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    return folder


def go_on(page: Page, stack: Up) -> None:
    """The PIN typed again, after the card was put back."""
    expect(page.get_by_text("卡介质已重新插入，请输入 PIN 继续")).to_be_visible()
    page.get_by_role("textbox", name="PIN").fill(stack.ready["cards"]["general"]["pin"])
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("请输入 PIN 继续")).to_have_count(0)


@contextmanager
def pulled(folder: Path) -> Iterator[None]:
    """Out of its reader for the length of the block."""
    aside = folder.parent.parent / "pulled"
    folder.rename(aside)
    try:
        yield
    finally:
        aside.rename(folder)


def test_a_card_logs_in_and_a_pulled_card_locks_until_it_is_back(page: Page, carded: Up) -> None:
    folder = log_in(page, carded, "general")
    expect(page.get_by_role("banner").get_by_text("3122260002")).to_be_visible()
    expect(page.get_by_text("申报已锁定")).to_have_count(0)
    with pulled(folder):
        expect(page.get_by_text("卡介质已拔出，申报已锁定")).to_be_visible()
        assert barriers(page) == []
    expect(page.get_by_role("textbox", name="PIN")).to_be_visible()
    assert barriers(page) == []
    go_on(page, carded)


def test_a_card_that_is_pulled_while_the_server_thinks_stays_locked(page: Page, carded: Up) -> None:
    """The PIN was right, and the server says so late: what the card's program has said meanwhile counts."""
    folder = log_in(page, carded, "general")
    with pulled(folder):
        expect(page.get_by_text("卡介质已拔出，申报已锁定")).to_be_visible()
    held: list[Route] = []
    page.route(LIFE, lambda route: held.append(route))  # noqa: PLW0108 Playwright writes on its handlers
    with page.expect_request(LIFE):
        go_on(page, carded)
    with pulled(folder):
        expect(page.get_by_text("卡介质已拔出，申报已锁定")).to_be_visible()
        with page.expect_response(LIFE) as late:
            held[0].continue_()
        assert late.value.ok
        page.evaluate("fetch('/api/v1/session').then(answer => answer.text())")  # what was waiting has gone on
        expect(page.get_by_text("卡介质已拔出，申报已锁定")).to_be_visible()


def test_what_is_submitted_in_the_page_is_shown_and_signed_by_the_card(page: Page, carded: Up) -> None:
    with booking(carded) as desk:
        number = desk.new()
        folder = log_in(page, carded, "general")
        page.goto(f"/apply/{number}")
        submit = page.get_by_role("toolbar").get_by_role("button", name="预约申报", exact=True)
        with pulled(folder):
            expect(submit).to_be_disabled()
        go_on(page, carded)
        submit.click()
        page.get_by_role("dialog").get_by_role("button", name="预约申报", exact=True).click()
        box = page.get_by_role("dialog", name="电子签名")
        expect(box.get_by_text(number, exact=True)).to_be_visible()
        expect(box.get_by_text(desk.content()["reason"], exact=True)).to_be_visible()
        for meaning in ("进口 (I)", "5 航空运输", "鲜活易腐等不宜久存货物 (perishable)", re.compile("^2233 浦东机场")):
            expect(box.get_by_role("definition").filter(has_text=meaning).first).to_be_visible()
        for raw in ("seq", "hs_code", "transport_mode"):
            expect(box.get_by_role("term").filter(has_text=re.compile(f"^{raw}$"))).to_have_count(0)
        assert barriers(page) == []
        box.get_by_role("textbox", name="PIN").fill(carded.ready["cards"]["general"]["pin"])
        box.get_by_role("button", name="签名", exact=True).click()
        expect(page.get_by_text("已申报").first).to_be_visible()
        desk.until_state(number, "succeeded")


def sign_in_the_page(page: Page, stack: Up, what: str) -> None:
    """Reads what is signed and types the PIN."""
    box = page.get_by_role("dialog", name="电子签名")
    expect(box.get_by_text(what, exact=True)).to_be_visible()
    box.get_by_role("textbox", name="PIN").fill(stack.ready["cards"]["general"]["pin"])
    box.get_by_role("button", name="签名", exact=True).click()


def test_applications_of_a_file_are_signed_one_after_the_other(page: Page, carded: Up, tmp_path: Path) -> None:
    with booking(carded) as desk:
        log_in(page, carded, "general")
        page.goto("/batch")
        upload(page, workbook(tmp_path, values("K-1", name="活鱼一"), values("K-2", name="活鱼二")))
        declare(page, 2)
        for name in ("活鱼一", "活鱼二"):
            sign_in_the_page(page, carded, name)
        expect(page.get_by_text("已申报 2 份")).to_be_visible()
        for number in numbers(page):
            desk.until_state(number, "succeeded")


def test_chosen_drafts_are_signed_one_after_the_other(page: Page, carded: Up) -> None:
    with booking(carded) as desk:
        drafts = [desk.new(22), desk.new(22)]
        log_in(page, carded, "general")
        page.goto("/query")
        select(page, *drafts)
        page.keyboard.press("Alt+d")
        expect(page.get_by_role("dialog", name="申报 2 条预约申请？")).to_be_visible()
        page.keyboard.press("Alt+y")
        for number in reversed(drafts):
            sign_in_the_page(page, carded, number)
        expect(page.get_by_text("2 条全部完成")).to_be_visible()


def test_the_login_notices_a_card_that_is_put_in_and_one_that_is_pulled(page: Page, carded: Up) -> None:
    """No key is pressed, and text typed for another card stays."""
    page.goto("/login")
    page.get_by_role("tab", name="卡介质").click()
    expect(page.get_by_text("这是软件卡，不是卡介质")).to_be_visible()
    offered = page.get_by_role("option")
    page.get_by_role("tabpanel", name="卡介质").get_by_text("有效期至").click()
    expect(offered.first).to_be_visible()
    others = offered.count()
    page.keyboard.press("Escape")
    with pulled(Path(carded.ready["cards"]["importer"]["folder"])):
        page.get_by_role("textbox", name="PIN").fill("1234")
        page.get_by_role("tabpanel", name="卡介质").get_by_text("有效期至").click()
        expect(offered).to_have_count(others - 1)
    expect(offered).to_have_count(others)
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox", name="PIN")).to_have_value("1234")


def test_a_wrong_pin_is_told(page: Page) -> None:
    page.goto("/login")
    page.get_by_role("tab", name="卡介质").click()
    page.get_by_role("textbox", name="PIN").fill("00000000")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("软件卡的口令不正确")).to_be_visible()
    expect(page.get_by_role("textbox", name="PIN")).to_have_value("")
    assert barriers(page) == []


@contextmanager
def card_session(stack: Up, role: str) -> Iterator[tuple[httpx.Client, httpx.Client, dict[str, str]]]:
    """A browser and the card's program beside it, logged in by card; and the card in use."""
    ready = stack.ready
    headers = {"Origin": ready["api"], "Authorization": f"Bearer {ready['pairing_code']}"}
    agent = httpx.Client(base_url=ready["card_agent"], headers=headers, timeout=30, trust_env=False)
    with stack.client() as browser, agent:
        readers = [each["card"] for each in body(agent.get("/v1/status"))["readers"]]
        card = next(each for each in readers if each["customs_code"] == BROKER)
        asked = body(browser.post("/api/v1/session/card-challenge"), 201)
        given = body(answer(agent, card, asked["challenge"].encode(), ready["cards"][role]["pin"]))
        who = body(browser.post("/api/v1/session/card", json={"nonce": asked["nonce"]} | given), 201)
        browser.headers["X-CSRF-Token"] = who["csrf_token"]
        yield browser, agent, card


def test_what_a_card_session_declares_is_signed_by_its_card_while_that_is_in(carded: Up) -> None:
    general = carded.ready["cards"]["general"]
    with card_session(carded, "general") as (browser, agent, card), booking(carded) as desk:
        number = desk.new()
        path = f"/api/v1/appointments/{number}"
        assert codes(browser.post(f"{path}/submission", json={})) == ["signature.required"]
        offer = body(browser.post(f"{path}/signing-request", json={"act": "submission"}), 201)
        statement = base64.b64decode(offer["statement"])
        signed = body(sign(agent, card, statement, general["pin"]))
        given = {"signature": {"nonce": offer["nonce"], "cms": signed["cms"]}}
        assert body(browser.post(f"{path}/submission", json=given))["state"] == "submitted"
        with pulled(Path(general["folder"])):
            alive = challenge(PRESENCE_PURPOSE, carded.ready["api"])
            assert code_of(answer(agent, card, alive, None)) == "card.removed"
            assert code_of(sign(agent, card, statement, general["pin"])) == "card.removed"


def test_the_browser_asks_the_user_before_the_page_may_reach_the_desk(browser: Browser, carded: Up) -> None:
    """Chromium's Local Network Access, with a page that counts as one of the internet; it says what to answer."""
    api = carded.ready["api"]
    flags = [*FLAGS, f"--ip-address-space-overrides={urlsplit(api).netloc}=public"]
    strict = browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
    try:
        for permissions, said in (([], "未检测到卡介质程序"), (["local-network-access"], "这是软件卡，不是卡介质")):
            context = strict.new_context(base_url=api, locale="zh-CN", permissions=permissions)
            page = context.new_page()
            page.goto("/login")
            page.get_by_role("tab", name="卡介质").click()
            expect(page.get_by_text(said)).to_be_visible()
            expect(page.get_by_text("请选择“允许”")).to_be_visible()
            context.close()
    finally:
        strict.close()
