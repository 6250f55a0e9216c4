"""One appointment: what was sent, what was answered, and the decisions an officer may take."""

from collections.abc import Sequence
from typing import NamedTuple, get_args

from lxml.html import HtmlElement

from simulator.messages import Message
from simulator.names import LABELS, OFFERED, SCENARIOS, Result
from simulator.pages.frame import H, facts, moment, page, said, table
from simulator.pages.queue import outage_words, receipts
from simulator.store import Row

#: Results that give something up: their buttons are red.
_REFUSALS = frozenset({"RETURNED", "FEEDBACK_REFUSED", "EXPLANATION_REFUSED"})


class OfficeCase(NamedTuple):
    """The records of one appointment at the office; each message comes with its row, oldest first."""

    row: Row
    messages: Sequence[tuple[Row, Message]]
    receipts: Sequence[Row]
    scenario: str
    outage: bool

    def newest(self, message_type: str) -> Message | None:
        """Returns the newest message of a type; None when there is none."""
        found = [message for _, message in self.messages if message.message_type == message_type]
        return found[-1] if found else None


def render_case(notice: str, case: OfficeCase, sent: str) -> str:
    """Returns the page; ``sent`` is the result that has just been decided, empty for none."""
    number = case.row["pre_entry_no"]
    done = [said(f"已发出：{LABELS[sent]}。Sent.")] if sent in LABELS else []
    application = case.newest("APPOINTMENT_APPLY")
    return page(
        notice,
        f"预约 {number}",
        f"/appointments/{number}",
        *outage_words(on=case.outage),
        *done,
        H.p(f"状态 State: {LABELS[case.row['state']]}", {"class": "state"}),
        _decisions(case),
        *(_application(application, case.row["application_no"]) if application else ()),
        *_later(case),
        H.section(H.h2("往来 Messages and receipts"), _messages(case), _answers(case)),
        _behaviour(number, case.scenario),
    )


def _application(application: Message, application_no: str | None) -> list[HtmlElement]:
    value = application.value
    named = [
        ("申报单位 Applicant", f"{value('applicant/code')} {value('applicant/name')}"),
        ("收发货人 Consignee", f"{value('consignee/code')} {value('consignee/name')}"),
        ("申报口岸 / 进出口岸 Ports", f"{value('declaration_port')} / {value('entry_exit_port')}"),
        ("预约时间 Window", f"{moment(value('window_start'))} – {moment(value('window_end'))}"),
        ("事由 Reason", value("reason")),
        ("申报时间 Submitted", moment(value("submitted_at"))),
        ("信用等级 Credit", value("credit_level")),
        ("申请编号 Application no.", application_no or ""),
        ("电子签名 Signature", _signature(application)),
    ]
    goods = application.rows("goods/line", "seq", "hs_code", "name")
    files = application.rows("attachments/attachment", "name", "size", "pages")
    return [
        H.section(
            H.h2("申请内容 Application"),
            facts(named),
            table("货物 Goods", ("序号 No.", "商品编号 HS code", "名称 Name"), goods),
            _files(files),
        )
    ]


def _signature(message: Message) -> str:
    if message.is_signed:
        return "随附（模拟海关不验证） attached; this stand-in verifies none"
    return "没有 none"


def _files(files: Sequence[Sequence[str]]) -> HtmlElement:
    if not files:
        return H.p("没有附件。No attachments.", {"class": "soft"})
    return table("附件 Attachments", ("名称 Name", "字节 Bytes", "页数 Pages"), files)


def _later(case: OfficeCase) -> list[HtmlElement]:
    """Returns what came after the application: cancellation, feedback, explanation."""
    found = []
    if cancel := case.newest("APPOINTMENT_CANCEL"):
        found.append(H.section(H.h2("取消 Cancellation"), facts([("原因 Reason", cancel.value("reason"))])))
    if feedback := case.newest("APPOINTMENT_FEEDBACK"):
        heads = ("报关单号 Declaration", "企业核对 Outcome", "时间 Time")
        rows = feedback.rows("declaration", "number", "outcome", "taken_at")
        found.append(H.section(H.h2("通关反馈 Feedback"), table("报关单 Declarations", heads, rows)))
    if explanation := case.newest("APPOINTMENT_EXPLANATION"):
        files = explanation.rows("attachment", "name", "size", "pages")
        text = facts([("说明 Text", explanation.value("text"))])
        found.append(H.section(H.h2("情况说明 Explanation"), text, _files(files)))
    return found


def _decisions(case: OfficeCase) -> HtmlElement:
    offered = OFFERED.get(case.row["state"], ())
    others = tuple(result for result in get_args(Result) if result not in offered)
    first = [_decision(case, offered)] if offered else [H.p("现在无需决定。Nothing to decide now.", {"class": "soft"})]
    rest = H.details(H.summary("其他决定 Other decisions"), _decision(case, others))
    return H.section(H.h2("决定 Decide"), *first, rest)


def _decision(case: OfficeCase, results: Sequence[Result]) -> HtmlElement:
    # The note is a text area, because Enter in a plain input would press the first button.
    number = case.row["pre_entry_no"]
    note = H.label("附言（企业可见） Note to the enterprise", H.textarea(name="note", rows="2", maxlength="500"))
    buttons = [_button(result, number, first=place == 0) for place, result in enumerate(results)]
    hidden = H.input(type="hidden", name="pre_entry_no", value=number)
    return H.form(hidden, *_numbers(case, results), note, *buttons, method="post", action="/decide")


def _button(result: Result, number: str, *, first: bool) -> HtmlElement:
    # A screen reader reads a button without its context, so its label has the number of the appointment.
    kind = "stop" if result in _REFUSALS else "first" if first else "other"
    label = {"class": kind, "aria-label": f"{LABELS[result]} {number}"}
    return H.button(LABELS[result], label, name="result", value=result)


def _numbers(case: OfficeCase, results: Sequence[Result]) -> list[HtmlElement]:
    """Returns the choice of the declarations that a refusal of feedback is about; none chosen: all."""
    feedback = case.newest("APPOINTMENT_FEEDBACK")
    if "FEEDBACK_REFUSED" not in results or feedback is None:
        return []
    boxes = [
        H.label(H.input(type="checkbox", name="declaration_numbers", value=number), number)
        for (number,) in feedback.rows("declaration", "number")
    ]
    return [H.fieldset(H.legend("不予确认的报关单，不选即全部 Refused declarations; none chosen: all"), *boxes)]


def _messages(case: OfficeCase) -> HtmlElement:
    listed = [
        H.details(
            H.summary(f"{moment(row['first_at'])} {LABELS[row['message_type']]} · {row['times']} 次 times"),
            H.pre(row["body_xml"], tabindex="0"),
        )
        for row, _ in case.messages
    ]
    return H.div(H.h3("收到的报文 Messages received"), *listed)


def _answers(case: OfficeCase) -> HtmlElement:
    if not case.receipts:
        return H.p("还没有回执。No receipts yet.", {"class": "soft"})
    again = H.form(H.button("重发全部回执 Send all receipts again"), method="post", action=_path(case, "resend"))
    return H.div(receipts(case.receipts), again)


def _path(case: OfficeCase, act: str) -> str:
    return f"/appointments/{case.row['pre_entry_no']}/{act}"


def _behaviour(number: str, scenario: str) -> HtmlElement:
    return H.section(
        H.h2("仅对此预约的运行方式 Behaviour for this appointment alone"),
        scenario_form(scenario, 0, pre_entry_no=number),
    )


def scenario_form(current: str, delay_seconds: float, *, pre_entry_no: str = "") -> HtmlElement:
    """Returns the form that sets the scenario of one appointment or, without a number, of all others."""
    options = [
        H.option(label, {"value": name} | ({"selected": "selected"} if name == current else {}))
        for name, label in SCENARIOS.items()
    ]
    about = [H.input(type="hidden", name="pre_entry_no", value=pre_entry_no)] if pre_entry_no else []
    delay = H.input(name="delay_seconds", value=f"{delay_seconds:g}", size="6", inputmode="decimal")
    return H.form(
        *about,
        H.label("情景 Scenario", H.select(*options, name="name")),
        H.label("延迟（秒）Delay in seconds", delay),
        H.button("设定 Set"),
        method="post",
        action="/scenario",
    )


def render_settings(notice: str, scenario: str, delay_seconds: float) -> str:
    """Returns the page on which the office is switched off and on, and set to answer by itself or by hand."""
    off = scenario == "outage"
    switch = H.form(
        H.input(type="hidden", name="name", value="manual" if off else "outage"),
        H.input(type="hidden", name="delay_seconds", value=f"{delay_seconds:g}"),
        H.button(
            "恢复服务 End the outage" if off else "模拟停机 Begin an outage", {"class": "first" if off else "stop"}
        ),
        method="post",
        action="/scenario",
    )
    return page(
        notice,
        "运行方式 Settings",
        "/settings",
        *outage_words(on=off),
        H.section(H.h2("停机 Outage"), switch),
        H.section(H.h2("对所有预约 For all appointments"), scenario_form(scenario, delay_seconds)),
    )
