"""The questions that an operator is asked most, each answered from the operators' home by what a person does there."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

from domain.instants import SHANGHAI
from tests.e2e.client import APPOINTMENTS, SOON, Broker, body
from tests.e2e.stack import Up
from tests.web.bookings import BROKER, IMPORTER, Booking, set_day, today

PURPOSE = "企业来电核对手机号"


class Numbers(NamedTuple):
    """An appointment that is overdue, and one that was refused, then approved, then cancelled."""

    overdue: str
    cancelled: str


def overdue_and_cancelled(stack: Up) -> Numbers:
    """Makes both on a stack whose deadlines are seconds; feedback for the first one comes too late."""
    with Broker(stack, "general", "3122260002", "3122260003") as at_desk:
        overdue = at_desk.approved(SOON)
        cancelled = _cancelled(at_desk)
        at_desk.until_state(overdue, "completed_without_feedback", seconds=40)
        assert at_desk.act(overdue, "feedback", {"declaration_numbers": ["223320261000000001"]}).status_code == 422
    return Numbers(overdue, cancelled)


def _cancelled(at_desk: Broker) -> str:
    content = at_desk.content()
    draft = body(at_desk.http.post(APPOINTMENTS, json=content | {"goods": []}), 201)
    number = str(draft["pre_entry_no"])
    assert at_desk.act(number, "submission").status_code == 422
    body(at_desk.http.put(f"{APPOINTMENTS}/{number}", json=content, headers={"If-Match": '"1"'}))
    body(at_desk.act(number, "submission"))
    at_desk.until_state(number, "succeeded")
    body(at_desk.act(number, "cancellation", {"reason": "船期改动"}))
    return number


def draft_at(desk: Booking, port: str, start: datetime) -> str:
    """Saves a draft at the port for a window that begins then."""
    content = desk.content() | {"window_start": start.isoformat(), "declaration_port": port, "entry_exit_port": port}
    return str(body(desk.http.post("/api/v1/appointments", json=content), 201)["pre_entry_no"])


def evening(day: date) -> datetime:
    """Returns 20:00 in Shanghai."""
    return datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=20)


def draft_after_friday(stack: Up, port: str) -> tuple[date, str]:
    """Returns a Friday with hours of its own, on any date, and a draft for the evening after, whose cut-off it sets."""
    friday = today() + timedelta(days=7 + (4 - today().weekday()) % 7)
    for days, sessions in ((-1, [["08:30", "17:00"]]), (0, [["08:30", "17:00"]]), (1, []), (2, [])):
        set_day(stack, friday + timedelta(days=days), sessions, port)
    with Booking(stack, "general", BROKER, IMPORTER) as desk:
        return friday, draft_at(desk, port, evening(friday + timedelta(days=1)))


class Walk:
    """Carries out what a person does on the page; ``steps`` counts clicks, texts and keys."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps = 0

    def click(self, what: Locator) -> None:
        what.click()
        self.steps += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.steps += 1

    def paste(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self.steps += 1

    def press(self, keys: str) -> None:
        self.page.keyboard.press(keys)
        self.steps += 1


def open_story(walk: Walk, number: str) -> None:
    """Opens the story of an appointment by its number, as somebody does who has it from the telephone."""
    walk.click(walk.page.get_by_role("textbox", name="预约经过"))
    walk.type(number)
    walk.press("Enter")
    expect(walk.page.get_by_role("heading", name=f"预约经过 {number}")).to_be_visible()


def answer(page: Page, question: str) -> Locator:
    """Returns the answer of a story to the question."""
    return page.get_by_role("region", name="回答").get_by_role("article").filter(has_text=question)


def read_sent_bytes(walk: Walk, number: str) -> None:
    """Shows the application byte for byte as it was sent, with the reason that this needs."""
    open_story(walk, number)
    sent = answer(walk.page, "海关收到了吗").filter(has_text="预约申请报文")
    walk.click(sent.get_by_role("button", name="查看报文"))
    walk.click(walk.page.get_by_role("button", name="查看个人信息"))
    walk.type(PURPOSE)
    walk.press("Alt+y")
    walk.click(walk.page.get_by_role("button", name="原文"))


def who_looked(walk: Walk, mobile: str) -> Locator:
    """Returns who opened personal fields of the appointments with a phone number, as somebody dictates it."""
    page = walk.page
    walk.click(page.get_by_role("button", name="谁看过这个手机号"))
    found = page.get_by_role("dialog", name="谁看过这个手机号")
    expect(found.get_by_role("textbox", name="手机号码")).to_be_focused()
    walk.type(mobile)
    walk.press("Tab")
    walk.type(PURPOSE)
    walk.press("Enter")
    found.get_by_role("table", name="谁看过").get_by_role("row").nth(1).wait_for()
    return found


def preview_closing(walk: Walk, port: str, day: date) -> Locator:
    """Returns what would happen if the port were closed on the day; nothing is changed."""
    page = walk.page
    walk.click(page.get_by_role("navigation").get_by_role("link", name="日历"))
    walk.click(page.get_by_role("combobox", name="口岸", exact=True))
    walk.type(port)
    walk.press("Enter")
    expect(page.get_by_role("group", name=f"年 {port}")).to_be_visible()
    if page.get_by_role("group", name=f"{day.year} 年 {port}").count() == 0:
        walk.click(page.get_by_role("button", name="下一年"))
    walk.click(page.get_by_role("gridcell", name=f"{day.year}年{day.month}月{day.day}日"))
    walk.click(page.get_by_role("button", name="预览后果"))
    return page.get_by_role("region", name="如果这样做")


def publish_year(walk: Walk, year: int, notice: str) -> None:
    """Publishes the next year from the text of its notice, as docs/runbook.md says."""
    page = walk.page
    walk.click(page.get_by_role("link", name="未公布的年度"))
    walk.click(page.get_by_role("button", name="公布年度"))
    walk.click(page.get_by_role("textbox", name="国务院通知全文"))
    walk.paste(notice)
    walk.click(page.get_by_role("button", name="检查", exact=True))
    walk.click(page.get_by_role("button", name="看后果"))
    walk.click(page.get_by_role("button", name=f"公布 {year} 年"))
    expect(page.get_by_text(f"{year} 年已公布")).to_be_visible()
