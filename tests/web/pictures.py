"""`make pictures`: every screen as docs/pictures has it, in both themes, from a running system; 1366×768, PNG.

`python -m tests.web.pictures operators` takes those alone whose name begins so. Look at them after any change of the
page's look: no test sees what is ugly.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from cli.console import out
from tests.e2e.client import body
from tests.e2e.conftest import close_port
from tests.e2e.stack import Up, until, up
from tests.unit.domain.notices import NOTICE_2027
from tests.web.accessible import SCHEMES
from tests.web.batches import values, workbook
from tests.web.bookings import PORT, Booking, booking, today
from tests.web.browser import desk, launch
from tests.web.entering import log_in
from tests.web.questions import (
    Numbers,
    Walk,
    answer,
    draft_after_friday,
    open_story,
    overdue_and_cancelled,
    preview_closing,
    read_sent_bytes,
    who_looked,
)

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"
PAGES = ROOT / "web" / "src" / "pages.json"

#: The rules as they are, and a second person for keys.
TWO_PERSONS = "[two_persons]\nkeys = true\n"
#: The port that is closed on a Friday.
CLOSED = "2248"

#: What to do and wait for before the picture.
Ready = Callable[[Page], None]


def main() -> None:
    """Starts a system of its own, takes all pictures, stops it."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        up(Path(folder), "--ephemeral", "--port-base", "0", policy=TWO_PERSONS) as stack,
        booking(stack.wait_until_ready()) as at_desk,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        draft, approved = _appointments(at_desk)
        _check_health(stack)
        _ask_for_key(stack)
        for user, screens in (("general", _screens(draft, approved)), ("operator", _operators_screens(approved))):
            for name, (path, ready) in screens.items():
                if _is_wanted(name):
                    _take_in_each_theme(browser, stack, user, name, path, ready)
        if _is_wanted("question-closing"):
            _take_closing(browser, stack)
        if _is_wanted("question"):
            _take_questions(browser)
        browser.close()


def _is_wanted(name: str) -> bool:
    return name.startswith(tuple(sys.argv[1:]) or "")


def _take_questions(browser: Browser) -> None:
    """The answers of stories, on a system whose deadlines are seconds."""
    with tempfile.TemporaryDirectory() as folder, up(Path(folder), "--ephemeral", "--port-base", "0") as stack:
        close_port(stack.wait_until_ready())
        numbers = overdue_and_cancelled(stack)
        for name, show in _answers(numbers).items():
            with desk(browser, stack.ready["api"]) as page:
                log_in(page, stack, "operator", "/operators/today")
                _save(show(Walk(page)), f"question-{name}")


def _answers(numbers: Numbers) -> dict[str, Callable[[Walk], Locator | Page]]:
    """name → the walk to an answer, which returns what the picture shows."""

    def answered(number: str, question: str) -> Callable[[Walk], Locator]:
        def show(walk: Walk) -> Locator:
            open_story(walk, number)
            return answer(walk.page, question).last

        return show

    def sent(walk: Walk) -> Locator:
        read_sent_bytes(walk, numbers.overdue)
        return walk.page.get_by_role("region", name="详情")

    def looked(walk: Walk) -> Page:
        who_looked(walk, "13800138000")
        return walk.page

    return {
        "refused": answered(numbers.cancelled, "为何被拒绝"),
        "cancelled": answered(numbers.cancelled, "谁取消的"),
        "customs": answered(numbers.cancelled, "海关收到了吗"),
        "sent": sent,
        "overdue": answered(numbers.overdue, "为何超期"),
        "looked": looked,
    }


def _take_closing(browser: Browser, stack: Up) -> None:
    """Shows what closing a port on a Friday would do to the draft of the evening after."""
    friday, number = draft_after_friday(stack, CLOSED)
    with desk(browser, stack.ready["api"]) as page:
        log_in(page, stack, "operator", "/operators/today")
        preview_closing(Walk(page), CLOSED, friday).get_by_role("row").filter(has_text=number).wait_for()
        _save(page, "question-closing")


def _take_in_each_theme(browser: Browser, stack: Up, user: str, name: str, path: str, ready: Ready) -> None:
    for scheme in SCHEMES:
        with desk(browser, stack.ready["api"]) as page:
            page.emulate_media(color_scheme=scheme)
            _take(page, stack, f"{name}-dark" if scheme == "dark" else name, (user, path), ready)


def _appointments(at_desk: Booking) -> tuple[str, str]:
    """A draft, and one that customs has approved."""
    draft, approved = at_desk.new(22), at_desk.new()
    body(at_desk.act(approved, "submission"))
    at_desk.until_state(approved, "succeeded")
    at_desk.submitted()
    return draft, approved


def _screens(draft: str, approved: str) -> dict[str, tuple[str, Ready]]:
    """name → (path, what to do and wait for before the picture)."""
    return {
        "login": ("", lambda page: page.get_by_role("heading", name="用户登录").wait_for()),
        "home": ("/home", lambda page: page.get_by_role("region", name="待申报的暂存").wait_for()),
        "apply": (f"/apply/{draft}", lambda page: page.get_by_text("最晚申报时间").wait_for()),
        "apply-refused": ("/apply", _refused),
        "apply-approved": (f"/apply/{approved}", lambda page: page.get_by_text("只能向海关发送一次").wait_for()),
        "query": (f"/query?party=A&applied_from={today()}&applied_to={today()}&receipts={approved}", _receipts),
        "batch": ("/batch", _batch),
        "hours": (f"/work-hours?from={today()}&to={_later()}&port={PORT}", _week),
        "progress": (f"/progress/{approved}", lambda page: page.get_by_role("table", name="经过").wait_for()),
        "print": (f"/print/{approved}", lambda page: page.get_by_role("heading", name="海关预约通关申请单").wait_for()),
        "keys": ("/home", _keys),
        "calendar": (f"/apply/{draft}", _calendar),
        "notices": ("/notices", _channel),
    }


def _operators_screens(number: str) -> dict[str, tuple[str, Ready]]:
    """Returns every page of the operators in ``pages.json``; ``number`` is the appointment that a page is about."""
    pages: dict[str, str] = json.loads(PAGES.read_text("utf-8"))
    paths = {name: path for name, path in pages.items() if name.startswith("operators")}
    del paths["operatorsStories"]  # a field for a number, and nothing else
    screens: dict[str, tuple[str, Ready]] = {
        f"operators-{name.removeprefix('operators').lower()}": (path.replace(":number", number), _was_read)
        for name, path in paths.items()
    }
    return screens | {"operators-publication": (f"{paths['operatorsCalendar']}?publish=2027", _read_notice)}


def _read_notice(page: Page) -> None:
    page.get_by_role("textbox", name="国务院通知全文").fill(NOTICE_2027)
    page.get_by_role("button", name="检查", exact=True).click()
    page.get_by_role("button", name="看后果").click()
    page.get_by_role("region", name="如果这样做").wait_for()


def _ask_for_key(stack: Up) -> None:
    """Lets a new key wait for a second person."""
    asked = {"name": "夜班值守", "scopes": ["operations"], "customs_code": None, "reason": "值班室更换电脑"}
    with stack.client("operator") as operator:
        body(operator.post("/ops/v1/access/keys", json=asked), 202)


def _was_read(page: Page) -> None:
    page.get_by_role("heading", level=1).wait_for()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def _check_health(stack: Up) -> None:
    """Lets the doctor look at the parts, so that the operators' page has lights."""
    with stack.client("operator") as operator:
        body(operator.post("/ops/v1/health/doctor"), 202)
        until(lambda: operator.get("/ops/v1/health").json()["items"][0]["last"], seconds=60, what="the doctor")


def _later() -> str:
    return f"{today().fromordinal(today().toordinal() + 13)}"


def _refused(page: Page) -> None:
    page.get_by_role("button", name="预约申报", exact=True).click()
    page.get_by_text("处需要更正").wait_for()


def _receipts(page: Page) -> None:
    page.get_by_role("region", name="回执", exact=True).get_by_text("审批通过").wait_for()
    page.get_by_role("row").get_by_role("link").first.wait_for()


def _batch(page: Page) -> None:
    """A file of which one row needs to be corrected."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [values(f"1206-{n}") for n in range(1, 8)]
        rows[2] = values("1206-3", contact_mobile="1380013", hs_code="301999390")
        page.get_by_label("选择文件").set_input_files(workbook(Path(folder), *rows))
        page.get_by_role("button", name="下一处问题").wait_for()


def _week(page: Page) -> None:
    page.get_by_role("img", name="工作时间周视图").wait_for()


def _keys(page: Page) -> None:
    page.get_by_role("button", name="键盘操作").click()
    page.get_by_role("dialog", name="键盘操作").wait_for()


def _channel(page: Page) -> None:
    """The channel of the user, which is there in the second theme."""
    page.get_by_role("heading", name="语言和时间").wait_for()
    table = page.get_by_role("table", name="通知渠道")
    if not table.is_visible():
        page.get_by_role("button", name="新增渠道").click()
        page.get_by_label("机器人的 Webhook 地址", exact=True).fill("0123456789abcdef0123456789abc0de")
        page.get_by_role("button", name="保存").first.click()
        table.wait_for()
    page.get_by_role("button", name="新增渠道").click()


def _calendar(page: Page) -> None:
    page.get_by_role("textbox", name="预约通关时间", exact=True).focus()
    page.keyboard.press("Alt+ArrowDown")
    page.get_by_role("gridcell", disabled=True).first.wait_for()


def _take(page: Page, stack: Up, name: str, where: tuple[str, str], ready: Ready) -> None:
    user, path = where
    if path:
        log_in(page, stack, user, path)
    else:
        page.goto("/")
    ready(page)
    page.evaluate("document.fonts.ready")
    _save(page, name)


def _save(shown: Page | Locator, name: str) -> None:
    shown.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
    out().print(f"{name}.png {(FOLDER / f'{name}.png').stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
