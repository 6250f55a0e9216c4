"""The messages that leave for a channel, in Chinese and English: a subject without anything personal, and a body.

Free texts of customs and names stay out: a message passes through foreign servers, and the page shows them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from domain.appointment import LETTERS, Appointment
from domain.instants import clock, clock_of_end, shown
from domain.model import Model
from domain.notifications.channels import INVITATION, TEST
from domain.notifications.kinds import CODES, Kind
from domain.problems.explain import sentence
from domain.problems.kinds import Fault, Language, Text

_NOTHING = Text("无需操作。", "Nothing to do.")
_OWN = (
    Kind("submitted", Text("已向海关申报。", "The application was submitted to customs."), _NOTHING),
    Kind("accepted", Text("海关已受理，请等待审批。", "Customs accepted the application and will decide."), _NOTHING),
    Kind("cancelled", Text("预约已取消。", "The appointment was cancelled."), _NOTHING),
    Kind("completed", Text("通关完成，已反馈报关单号。", "Completed; declaration numbers were fed back."), _NOTHING),
    Kind(
        "window_near",
        Text("预约时段将于 {due} 开始。", "The window begins at {due}."),
        Text("如不再需要，请在开始前取消。", "If you no longer need it, cancel it before it begins."),
    ),
    Kind(
        INVITATION,
        Text("附件为预约时段的日程。", "The window is attached as an entry for your calendar."),
        Text("接受后日程会随预约更新或取消。", "Accept it; it follows when the appointment changes or is cancelled."),
    ),
    Kind(
        TEST,
        Text("这是一条测试通知，说明该渠道可用。", "This is a test: the channel works."),
        _NOTHING,
    ),
)
_KINDS = CODES | {kind.code: kind for kind in _OWN}
#: Kind of message → its title, for subjects and digests.
TITLES: dict[str, Text] = {
    "submitted": Text("已申报", "submitted"),
    "accepted": Text("海关已受理", "accepted by customs"),
    "approved": Text("审批通过", "approved"),
    "returned": Text("退单", "returned"),
    "lapsed": Text("逾期未审批退回", "returned without a decision"),
    "undecided": Text("海关尚未审批", "not decided yet"),
    "cancelled": Text("已取消", "cancelled"),
    "completed": Text("通关完成已反馈", "completed"),
    "feedback_refused": Text("报关单号未被接受", "numbers refused"),
    "feedback_refused_late": Text("报关单号未被接受（已逾期）", "numbers refused, overdue"),
    "approval_withdrawn": Text("审批被撤销", "approval withdrawn"),
    "customs_reversed": Text("海关改变决定", "decision changed"),
    "number_mismatched": Text("报关单号复核不一致", "number differs"),
    "overdue": Text("逾期未反馈", "feedback overdue"),
    "explanation_accepted": Text("情况说明已接受", "explanation accepted"),
    "explanation_refused": Text("情况说明未接受", "explanation refused"),
    "released": Text("违约已解除", "breach lifted"),
    "hours_changed": Text("口岸工作时间变更", "port changed its hours"),
    "hours_restored": Text("口岸工作时间恢复", "hours no longer conflict"),
    "cutoff_near": Text("申报截止提醒", "cut-off near"),
    "window_near": Text("预约时段提醒", "window begins soon"),
    "feedback_due": Text("反馈期限提醒", "feedback due"),
    "declaration_known": Text("海关已有报关单", "declaration known"),
    INVITATION: Text("日程", "calendar entry"),
    TEST: Text("测试通知", "test"),
}
_PRODUCT = Text("预约通关", "Customs appointment")
_DIGEST = Text("{count} 条通知", "{count} messages")
_LATE = Text("（迟发，应于 {at} 发出）", "(late; it should have left at {at})")
_LINES = (
    Text("预录入编号：{number}", "Number: {number}"),
    Text("当前状态：{state}", "State now: {state}"),
)
_WINDOW = Text("预约时段：{start} 至 {end}", "Window: {start} to {end}")
_PORT = Text("申报口岸：{port}", "Port: {port}")
_DETAILS = Text("详情：{link}", "Details: {link}")


class MessageSubject(Model):
    """One thing to tell: its kind with its facts, about an appointment unless it is a test.

    ``late_since``: when it should have left, for a late one.
    """

    fault: Fault
    appointment: Appointment | None = None
    late_since: datetime | None = None


class Message(NamedTuple):
    """A message ready to send."""

    subject: str
    text: str


def compose(notices: Sequence[MessageSubject], language: Language, *, link: str | None = None) -> Message:
    """Returns one message about all of them, at least one; ``link`` is the address of the page."""
    bodies = [_body(each, language) for each in notices]
    end = f"\n\n{_say(_DETAILS, language, link=link)}" if link else ""
    return Message(_subject(notices, language), "\n\n".join(bodies) + end)


def _subject(notices: Sequence[MessageSubject], language: Language) -> str:
    product = _say(_PRODUCT, language)
    if len(notices) > 1:
        return f"{product} {_say(_DIGEST, language, count=str(len(notices)))}"
    (only,) = notices
    number = f" {only.appointment.pre_entry_no}" if only.appointment else ""
    return f"{product} {_say(TITLES[only.fault.code], language)}{number}"


def _body(notice: MessageSubject, language: Language) -> str:
    kind = _KINDS[notice.fault.code]
    late = _say(_LATE, language, at=clock(notice.late_since)) if notice.late_since else ""
    head = [f"{_say(TITLES[notice.fault.code], language)}{late}"]
    told = [sentence(text, notice.fault, language) for text in (kind.message, kind.remedy)]
    return "\n".join([*head, *told, *_about(notice.appointment, language)])


def _about(appointment: Appointment | None, language: Language) -> list[str]:
    if appointment is None:
        return []
    letter, chinese, english = LETTERS[appointment.state]
    state = f"{letter}-{chinese if language == 'zh' else english}"
    lines = [_say(line, language, number=appointment.pre_entry_no, state=state) for line in _LINES]
    start, end = appointment.content.window_start, appointment.window_end
    if start and end:
        lines.append(_say(_WINDOW, language, start=clock(start), end=clock_of_end(end)))
    if port := appointment.content.declaration_port:
        lines.append(_say(_PORT, language, port=port))
    return lines


def _say(text: Text, language: Language, **given: str | None) -> str:
    return str(getattr(text, language)).format(**given)


def reminder_facts(at: datetime) -> dict[str, str]:
    """Returns the facts of a reminder of that deadline."""
    return {"due": shown(at)}
