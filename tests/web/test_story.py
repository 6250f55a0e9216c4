"""The story of an appointment answers an operator's questions from the screen alone; deadlines here are seconds."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.client import APPOINTMENTS, SOON, Broker, body
from tests.e2e.conftest import close_port
from tests.e2e.stack import POLICY, Up, until, up
from tests.web.accessible import barriers
from tests.web.browser import desk
from tests.web.entering import enter

pytestmark = pytest.mark.e2e

REASON = "企业来电核对手机号"


class Numbers(NamedTuple):
    """An appointment that is overdue, and one that was refused, then approved, then cancelled."""

    overdue: str
    cancelled: str


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Instead of the one that the other files share: feedback is due seconds after a window, releases need two."""
    policy = f"{POLICY}\n[two_persons]\nrelease = true\n"
    with up(tmp_path_factory.mktemp("story"), "--ephemeral", "--port-base", "0", policy=policy) as running:
        close_port(running.wait_until_ready())
        yield running


@pytest.fixture(scope="module")
def numbers(stack: Up) -> Numbers:
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


@pytest.fixture
def page(browser: Browser, stack: Up) -> Iterator[Page]:
    with desk(browser, stack.ready["api"]) as page:
        yield page


def opened(page: Page, stack: Up, number: str) -> None:
    enter(page, stack, "operator", "/operators/appointments")
    page.get_by_role("textbox", name="预约经过").fill(number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"预约经过 {number}")).to_be_visible()


def answer(page: Page, question: str) -> Locator:
    return page.get_by_role("region", name="回答").get_by_role("article").filter(has_text=question)


def sent_to(stack: Up, number: str) -> dict[str, Any]:
    """The application as the office has received it."""
    with stack.office() as office:
        received: Any = body(office.get("/control/received", params={"pre_entry_no": number}))
    return next(each for each in received if each["message_type"] == "APPOINTMENT_APPLY")


def test_why_it_was_refused_who_cancelled_and_whether_customs_got_it(page: Page, stack: Up, numbers: Numbers) -> None:
    opened(page, stack, numbers.cancelled)
    refused = answer(page, "为何被拒绝")
    expect(refused).to_contain_text("“申报”被拒绝")
    expect(refused).to_contain_text("规则 goods.required")
    refused.get_by_role("button", name="出处").click()
    detail = page.get_by_role("region", name="详情")
    expect(detail).to_contain_text("127.0.0.1")
    cancelled = answer(page, "谁取消的")
    expect(cancelled).to_contain_text("在“预约成功”状态下取消")
    cancelled.get_by_role("button", name="出处").click()
    expect(detail).to_contain_text("取消预约")
    expect(answer(page, "海关收到了吗").filter(has_text="预约申请报文")).to_contain_text("海关已收到")

    detail.get_by_role("button", name="查看当时的预约").click()
    then = page.get_by_role("region", name="当时的样子").first
    expect(then.get_by_role("status")).to_contain_text("取消预约")
    differences = page.get_by_role("table", name="差异")
    expect(differences.get_by_role("row").filter(has_text="进度 申请状态")).to_contain_text("已取消")
    page.get_by_role("slider", name="版本").press("Home")
    page.get_by_role("spinbutton", name="与哪一版比较").fill("2")
    expect(differences).to_contain_text("商品 1 HS 编码")
    assert barriers(page) == []


def test_why_it_is_overdue_what_was_sent_and_who_looked(
    page: Page, stack: Up, numbers: Numbers, tmp_path: Path
) -> None:
    number = numbers.overdue
    opened(page, stack, number)
    expect(answer(page, "为何超期")).to_contain_text("没有相符的报关单号")
    expect(answer(page, "为何太晚")).to_contain_text("反馈报关单号的期限为")
    expect(answer(page, "谁看过个人信息")).to_contain_text("没有运维人员查看过")
    answer(page, "海关收到了吗").get_by_role("button", name="出处").click()
    message = page.get_by_role("region", name="报文内容")
    expect(message).to_contain_text("<contact_mobile>••••••</contact_mobile>")
    expect(page.get_by_text("符合报文规范（XSD）")).to_be_visible()

    page.get_by_role("button", name="查看个人信息").click()
    page.get_by_role("textbox", name="理由").fill(REASON)
    page.keyboard.press("Alt+y")
    expect(message).to_contain_text("<contact_mobile>13800138000</contact_mobile>")
    page.get_by_role("button", name="原文").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载").click()
    saved.value.save_as(tmp_path / "sent.xml")
    sent = (tmp_path / "sent.xml").read_bytes()
    assert sent.decode() == sent_to(stack, number)["body_xml"]
    expect(page.get_by_text(sha256(sent).hexdigest())).to_be_visible()
    expect(answer(page, "谁看过个人信息")).to_contain_text("查看过个人信息 1 次")
    answer(page, "谁看过个人信息").get_by_role("button", name="出处").click()
    expect(page.get_by_role("region", name="详情")).to_contain_text("127.0.0.1")


def test_the_timeline_is_zoomed_by_keyboard_and_the_table_follows(page: Page, stack: Up, numbers: Numbers) -> None:
    opened(page, stack, numbers.overdue)
    timeline = page.get_by_role("img", name="时间轴")
    expect(timeline).to_contain_text("流程 Temporal")
    table = page.get_by_role("table", name="列表")
    rows = table.get_by_role("row").filter(has_text="暂存新建")
    expect(rows.first).to_be_visible()
    page.get_by_role("slider", name="缩放").press("End")
    page.get_by_role("slider", name="位置").press("End")
    expect(rows).to_have_count(0)
    page.get_by_role("button", name="全部").press("Enter")
    expect(rows.first).to_be_visible()
    workflow = table.get_by_role("button", name="workflow_execution_started")
    workflow.press("Enter")
    expect(page.get_by_role("region", name="详情")).to_contain_text("pre_entry_no")
    expect(page.get_by_role("link", name="在 Temporal UI 中打开")).to_be_visible()


def test_a_workflow_that_has_ended_waits_for_nothing(stack: Up, numbers: Numbers) -> None:
    with stack.client("operator") as operator:

        def workflow() -> Any:
            return body(operator.get(f"/ops/v1/appointments/{numbers.cancelled}/workflow"))

        until(lambda: workflow()["status"] == "completed", seconds=20, what="the end of a cancelled appointment")
        assert [each["summary"] for each in workflow()["timers"]] == []


def test_a_release_takes_effect_when_a_second_person_confirms(page: Page, stack: Up, numbers: Numbers) -> None:
    number = numbers.overdue
    enter(page, stack, "operator", "/operators/approvals")
    expect(page.get_by_text("没有两人办理的申请")).to_be_visible()
    with stack.client("operator") as first:
        asked = body(first.post(f"/ops/v1/appointments/{number}/release", json={"reason": "海关来电确认"}), 202)
        assert (asked["state"], asked["kind"]) == ("open", "release")
        page.reload()
        row = page.get_by_role("table", name="两人办理").get_by_role("row").filter(has_text=number)
        expect(row).to_contain_text("海关来电确认")
        assert barriers(page) == []
        row.get_by_role("button", name=f"确认执行 {number}").click()
        question = page.get_by_role("dialog", name=f"解除违约 {number}")
        expect(question).to_contain_text("海关来电确认")
        assert body(first.get(f"/ops/v1/appointments/{number}"))["state"] == "completed_without_feedback"
        question.get_by_role("button", name="确认执行").click()
        expect(row).to_contain_text("已执行")
        assert body(first.get(f"/ops/v1/appointments/{number}"))["state"] == "released"
