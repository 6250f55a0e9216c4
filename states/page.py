"""Prints docs/states.md: the chart's own table and pictures, and who causes which event."""

import re
from collections.abc import Iterable, Iterator

from domain.appointment import LETTERS
from states.appointment import AppointmentChart
from states.configurations import OCCURRING

#: event → (谁, who, meaning). The chart knows when it is permitted, not who causes it.
CAUSES: dict[str, tuple[str, str, str]] = {
    "save": ("企业", "enterprise", "暂存：draft content replaced"),
    "submit": ("企业", "enterprise", "申报：every rule was kept at the instant of receipt"),
    "delete": ("企业", "enterprise", "删除暂存：contents gone for good"),
    "cancel": ("企业", "enterprise", "取消：received strictly before the window starts"),
    "feed_back": ("企业", "enterprise", "通关反馈：at least one declaration number was taken"),
    "explain": ("企业", "enterprise", "情况说明：once per appointment, for ever"),
    "accept": ("海关", "customs", "回执：海关已受理"),
    "approve": ("海关", "customs", "回执：审批通过, with the application number"),
    "return_": ("海关", "customs", "回执：退单, with a reason"),
    "explanation_accepted": ("海关", "customs", "回执：情况说明已接受"),
    "explanation_refused": ("海关", "customs", "回执：情况说明未接受"),
    "release": ("关员", "officer", "解除违约：with a reason, audited"),
    "feedback_struck": ("海关", "customs", "不予确认后已无报关单号：no number is left of what was fed back"),
    "withdraw": ("运维", "operator", "登记：customs returned what it had approved"),
    "excuse": ("运维", "operator", "登记：customs accepted the explanation that it had refused"),
    "window_starts": ("定时器", "timer", "预约通关时间到：no cancellation from here on"),
    "feedback_overdue": ("定时器", "timer", "反馈期限届满"),
    "lapse": ("定时器", "timer", "反馈期限届满而海关未作决定：returned as lapsed"),
}

_REGION = re.compile(r'^ {8}state "([^"]+)" as \w+ \{\n(.*?)^ {8}\}$', re.DOTALL | re.MULTILINE)

_HEAD = """# 预约申请的状态 · States of an appointment

Generated from `states/appointment.py` by `make docs`; edits here are overwritten and fail the build.

An appointment has a state in each of four regions: the state 申请状态 and, beside it, 取消, 反馈 and 情况说明.
An event moves every region that knows it, in one step, or is refused and moves none.
"""


def page() -> str:
    """Returns the whole of docs/states.md, ending with one newline."""
    sections = [_HEAD, _letters(), *_pictures(), _transitions(), _causes(), _occurring()]
    return "\n".join(sections)


def _letters() -> str:
    rows = [(letter, f"`{state.value}`", label, english) for state, (letter, label, english) in LETTERS.items()]
    return "## 状态代码 · Letters\n\n" + _table(("代码", "state", "中文", "English"), rows)


def _pictures() -> Iterator[str]:
    """Yields one picture per region, cut from the chart's own, so that each fits on a screen."""
    drawn = _readable(f"{AppointmentChart:mermaid}")
    for name, region in _REGION.findall(drawn):
        lines = re.sub(r"^ {8}", "", _merged(region), flags=re.MULTILINE)
        yield f"## {name}\n\n```mermaid\nstateDiagram-v2\n{lines}```\n"


def _merged(region: str) -> str:
    """Returns the picture with one arrow for all events between the same two states."""
    labels: dict[str, list[str]] = {}
    for line in region.splitlines():
        ends, _, label = line.partition(" : ")
        labels.setdefault(ends, []).append(label)
    return "".join(f"{ends} : {'<br/>'.join(events)}".removesuffix(" : ") + "\n" for ends, events in labels.items())


def _transitions() -> str:
    return f"## 转移表 · Transitions\n\n{_readable(f'{AppointmentChart:md}')}"


def _causes() -> str:
    rows = [(f"`{event}`", zh, en, meaning) for event, (zh, en, meaning) in CAUSES.items()]
    return "## 谁引发 · Who causes what\n\n" + _table(("event", "谁", "who", "meaning"), rows)


def _occurring() -> str:
    rows = [
        (LETTERS[row.state][1], *(" / ".join(column) for column in (row.cancellation, row.feedback, row.explanation)))
        for row in OCCURRING
    ]
    return "## 可能的组合 · Possible combinations\n\n" + _table(("申请状态", "取消", "反馈", "情况说明"), rows)


def _readable(printed: str) -> str:
    """Returns the table with its guards in words: ``In('cancellation_open')`` becomes 可取消."""
    names = {state.id: state.name for state in AppointmentChart.states_map.values()}
    worded = re.sub(r"In\('(\w+)'\)", lambda match: names[match.group(1)], printed)
    return worded.replace(" or ", " 或 ").replace(" and ", " 且 ")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    rule = tuple("---" for _ in head)
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, rule, *rows))
