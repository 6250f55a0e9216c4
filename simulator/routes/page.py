"""HTML of the officer's page, built as a tree, so that the serialiser escapes every text."""

from collections.abc import Sequence
from typing import get_args

from lxml.builder import ElementMaker
from lxml.html import HtmlElement, html_parser, tostring

from simulator.names import LABELS, OFFERED, Result, Scenario
from simulator.store import Row

_H = ElementMaker(makeelement=html_parser.makeelement)
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1rem; color: #1f2328 }
.notice { background: #b42318; color: #fff; font-weight: 700; padding: .75rem 1rem }
article { border: 1px solid #8c959f; margin: 1rem 0; padding: .5rem 1rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem } dd { margin: 0 }
form { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0; align-items: center }
button, input, select, textarea { font: inherit; min-height: 2.75rem } :focus-visible { outline: 3px solid #0969da }
"""


def render(notice: str, scenario: tuple[str, float], wanted: str, appointments: Sequence[Row]) -> str:
    """Returns the whole page; ``wanted`` is the beginning of the 预录入编号 (pre-entry numbers) that are listed."""
    title = "模拟海关 · 预约通关 Simulated customs office"
    head = _H.head(
        _H.meta(charset="utf-8"),
        _H.meta(name="viewport", content="width=device-width"),
        _H.title(title),
        _H.style(_STYLE),
    )
    listed = [_appointment(row) for row in appointments] or [_H.p("没有预约。No appointments.")]
    body = _H.body(
        _H.p(notice, {"class": "notice", "role": "note"}),
        _H.main(_H.h1(title), _scenario(*scenario), _search(wanted), _H.h2("预约 Appointments"), *listed),
    )
    return tostring(_H.html(head, body, lang="zh-CN"), doctype="<!DOCTYPE html>", encoding="unicode")


def _scenario(current: str, delay_seconds: float) -> HtmlElement:
    options = [_H.option(name, {"selected": "selected"} if name == current else {}) for name in get_args(Scenario)]
    return _H.form(
        _H.label("情景 Scenario ", _H.select(*options, name="name")),
        _H.label("延迟（秒）Delay in seconds ", _H.input(name="delay_seconds", value=f"{delay_seconds:g}", size="6")),
        _H.button("设定 Set"),
        method="post",
        action="/scenario",
    )


def _search(wanted: str) -> HtmlElement:
    field = _H.input(name="pre_entry_no", value=wanted, inputmode="numeric", maxlength="18")
    return _H.form(_H.label("预录入编号 Pre-entry no. ", field), _H.button("查询 / 刷新 Search / refresh"), action="/")


def _appointment(row: Row) -> HtmlElement:
    facts = [
        ("状态 State", LABELS[row["state"]]),
        ("申报单位 Applicant", row["applicant"]),
        ("收发货人 Consignee", row["consignee"]),
        ("申报口岸 Port", row["declaration_port"]),
        ("预约时间 Window start", row["window_start"]),
        ("事由 Reason", row["reason"]),
        ("申请编号 Application no.", row["application_no"]),
        ("待送回执 Receipts waiting", str(row["waiting"])),
    ]
    listed = [element for name, value in facts for element in (_H.dt(name), _H.dd(value or "—"))]
    return _H.article(_H.h3(row["pre_entry_no"]), _H.dl(*listed), *_decisions(row["pre_entry_no"], row["state"]))


def _decisions(pre_entry_no: str, state: str) -> list[HtmlElement]:
    offered = OFFERED.get(state, ())
    others = tuple(result for result in get_args(Result) if result not in offered)
    rest = _H.details(_H.summary("其他决定 Other decisions"), _decision(pre_entry_no, others))
    return [_decision(pre_entry_no, offered), rest] if offered else [rest]


def _decision(pre_entry_no: str, results: Sequence[Result]) -> HtmlElement:
    # A screen reader reads a button without its context, so its label has the number of the appointment. The note is a
    # text area, because Enter in a plain input would press the first button.
    buttons = [
        _H.button(LABELS[result], {"aria-label": f"{LABELS[result]} {pre_entry_no}"}, name="result", value=result)
        for result in results
    ]
    return _H.form(
        _H.input(type="hidden", name="pre_entry_no", value=pre_entry_no),
        _H.label("说明 Note ", _H.textarea(name="note", rows="1", cols="30", maxlength="500")),
        *buttons,
        method="post",
        action="/decide",
    )
