"""The story of an appointment answers an operator's questions from the screen alone; deadlines here are seconds."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.client import body
from tests.e2e.conftest import close_port
from tests.e2e.stack import POLICY, Up, until, up
from tests.web.accessible import barriers
from tests.web.browser import desk
from tests.web.entering import enter
from tests.web.questions import (
    PURPOSE,
    Numbers,
    Walk,
    answer,
    open_story,
    overdue_and_cancelled,
    read_sent_bytes,
    who_looked,
)

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Instead of the one that the other files share: feedback is due seconds after a window, releases need two."""
    policy = f"{POLICY}\n[two_persons]\nrelease = true\n"
    with up(tmp_path_factory.mktemp("story"), "--ephemeral", "--port-base", "0", policy=policy) as running:
        close_port(running.wait_until_ready())
        yield running


@pytest.fixture(scope="module")
def numbers(stack: Up) -> Numbers:
    return overdue_and_cancelled(stack)


@pytest.fixture
def page(browser: Browser, stack: Up) -> Iterator[Page]:
    with desk(browser, stack.ready["api"]) as page:
        yield page


#: More clicks, texts and keys than this, and an answer takes a minute.
FEW = 3
SOME = 8


def at_home(page: Page, stack: Up) -> Walk:
    enter(page, stack, "operator", "/operators/today")
    return Walk(page)


def sent_to(stack: Up, number: str) -> dict[str, Any]:
    """The application as the office has received it."""
    with stack.office() as office:
        received: Any = body(office.get("/control/received", params={"pre_entry_no": number}))
    return next(each for each in received if each["message_type"] == "APPOINTMENT_APPLY")


def test_why_it_was_refused_who_cancelled_and_whether_customs_got_it(page: Page, stack: Up, numbers: Numbers) -> None:
    walk = at_home(page, stack)
    open_story(walk, numbers.cancelled)
    refused = answer(page, "为何被拒绝")
    expect(refused).to_contain_text("“申报”被拒绝")
    expect(refused).to_contain_text("规则 goods.required · 手册第 1 章")
    expect(answer(page, "谁取消的")).to_contain_text("在“预约成功”状态下取消")
    expect(answer(page, "海关收到了吗").filter(has_text="预约申请报文")).to_contain_text("海关已收到")
    assert walk.steps <= FEW
    refused.get_by_role("button", name="出处").click()
    detail = page.get_by_role("region", name="详情")
    expect(detail).to_be_focused()
    expect(detail).to_be_in_viewport(ratio=0.9)
    expect(detail).to_contain_text("127.0.0.1")
    answer(page, "谁取消的").get_by_role("button", name="出处").click()
    expect(detail).to_contain_text("取消预约")
    detail.get_by_role("button", name="查看当时的预约").click()
    then = page.get_by_role("region", name="当时的样子").first
    expect(then.get_by_role("status")).to_contain_text("取消预约")
    differences = page.get_by_role("table", name="差异")
    expect(differences.get_by_role("row").filter(has_text="进度 申请状态")).to_contain_text("已取消")
    page.get_by_role("slider", name="版本").press("Home")
    page.get_by_role("spinbutton", name="与哪一版比较").fill("2")
    expect(differences).to_contain_text("商品 1 HS 编码")
    assert barriers(page) == []


def test_why_it_is_overdue_and_too_late(page: Page, stack: Up, numbers: Numbers) -> None:
    walk = at_home(page, stack)
    open_story(walk, numbers.overdue)
    expect(answer(page, "为何超期")).to_contain_text("没有相符的报关单号")
    expect(answer(page, "为何太晚")).to_contain_text("反馈报关单号的期限为")
    expect(answer(page, "谁看过个人信息")).to_contain_text("没有运维人员查看过")
    assert walk.steps <= FEW
    answer(page, "海关收到了吗").get_by_role("button", name="查看报文").click()
    expect(page.get_by_role("region", name="报文内容")).to_contain_text("<contact_mobile>••••••</contact_mobile>")
    expect(page.get_by_text("符合报文规范（XSD）")).to_be_visible()


def test_what_was_sent_byte_for_byte_and_who_has_looked(
    page: Page, stack: Up, numbers: Numbers, tmp_path: Path
) -> None:
    number = numbers.overdue
    walk = at_home(page, stack)
    read_sent_bytes(walk, number)
    expect(page.get_by_role("region", name="报文内容")).to_contain_text("<contact_mobile>13800138000</contact_mobile>")
    assert walk.steps <= SOME
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载").click()
    saved.value.save_as(tmp_path / "sent.xml")
    sent = (tmp_path / "sent.xml").read_bytes()
    assert sent.decode() == sent_to(stack, number)["body_xml"]
    expect(page.get_by_text(sha256(sent).hexdigest())).to_be_visible()
    looked = answer(page, "谁看过个人信息")
    expect(looked).to_contain_text("查看过个人信息 1 次")
    looked.get_by_role("button", name="出处").click()
    expect(page.get_by_role("region", name="详情")).to_contain_text("127.0.0.1")
    looked.get_by_role("link", name="访问记录").click()
    look = page.get_by_role("table", name="访问记录").get_by_role("row").filter(has_text=number)
    expect(look).to_have_count(1)
    expect(look).to_contain_text("查看个人信息")
    expect(look).to_contain_text(PURPOSE)
    expect(page.get_by_role("textbox", name="预录入编号", exact=True)).to_have_value(number)
    assert barriers(page) == []
    walk = at_home(page, stack)
    find_by_phone(walk, number)
    assert walk.steps <= SOME
    assert barriers(page) == []


def find_by_phone(walk: Walk, number: str) -> None:
    """The look at the appointment is found by its phone number, from anywhere."""
    found = who_looked(walk, "138 0013 8000")
    look = found.get_by_role("table", name="谁看过").get_by_role("row").filter(has_text=number)
    expect(look).to_have_count(1)
    expect(look).to_contain_text(PURPOSE)
    holders = found.get_by_role("table", name="使用或曾使用这个号码的预约").get_by_role("row")
    expect(holders.filter(has_text=number)).to_contain_text("现在使用")


def test_the_timeline_is_zoomed_by_keyboard_and_the_table_follows(page: Page, stack: Up, numbers: Numbers) -> None:
    open_story(at_home(page, stack), numbers.overdue)
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
