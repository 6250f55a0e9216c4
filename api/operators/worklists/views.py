"""Answers of worklists: one item, one page, and the columns of the export."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from api.views import PartyView, Shown, View, party
from db.queries import WorkItem, Worklist, WorklistKind
from domain.appointment import LETTERS, State
from domain.event import MessageType
from domain.problems.kinds import Language, Text
from domain.receipt import Result

#: Where the page shows one appointment.
STORY = "/operators/appointments/"


class WorkItemView(View):
    """Item that waits, without personal fields.

    ``key`` names the item in acts. ``state`` is that of what waits, ``appointment_state`` that of the appointment.
    ``reason`` says why a message or receipt could not be taken. ``link`` is the page with the whole story.
    """

    key: str
    pre_entry_no: str | None
    since: Shown
    age_seconds: int
    state: str
    reason: str | None
    message_type: MessageType | None
    result: Result | None
    appointment_state: State | None
    state_label: str | None
    application_no: str | None
    applicant: PartyView | None
    consignee: PartyView | None
    declaration_port: str | None
    entry_exit_port: str | None
    window_start: Shown | None
    window_end: Shown | None
    link: str | None


class WorklistView(View):
    """Page of a worklist as it is at ``at``; ``next_cursor`` is null on the last page.

    ``total`` counts all pages. ``complete`` is false when there may be more, or nobody can tell. ``acts`` are those
    that the caller may carry out on the items. ``counted_at``: when a worker searched for missing or standing
    workflows, null before its first search; other lists are read at ``at`` and have null.
    """

    kind: WorklistKind
    at: Shown
    acts: list[str]
    items: list[WorkItemView]
    total: Annotated[int, Field(ge=0)]
    complete: bool
    next_cursor: str | None
    counted_at: Shown | None


#: The columns of the export: their headings, and the names of the values that they show.
COLUMNS: tuple[tuple[Text, str], ...] = (
    (Text("预录入编号", "Pre-entry number"), "pre_entry_no"),
    (Text("申请编号", "Application number"), "application_no"),
    (Text("待办状态", "Waits as"), "state"),
    (Text("申请状态", "State"), "state_label"),
    (Text("起始时间", "Since"), "since"),
    (Text("已等待小时", "Hours waited"), "hours"),
    (Text("申报单位", "Applicant"), "applicant_code"),
    (Text("申报单位名称", "Applicant's name"), "applicant_name"),
    (Text("收发货人", "Consignee"), "consignee_code"),
    (Text("收发货人名称", "Consignee's name"), "consignee_name"),
    (Text("预约申报口岸", "Declaration port"), "declaration_port"),
    (Text("预约进出口岸", "Entry or exit port"), "entry_exit_port"),
    (Text("预约通关时间起", "Window from"), "window_start"),
    (Text("预约通关时间止", "Window to"), "window_end"),
    (Text("报文类型", "Message"), "message_type"),
    (Text("回执结果", "Receipt"), "result"),
    (Text("原因", "Reason"), "reason"),
    (Text("待办编号", "Key"), "key"),
)


def item_view(item: WorkItem, now: datetime, language: Language) -> WorkItemView:
    """Returns the view of an item, as old as it is at ``now``."""
    about = item.appointment
    return WorkItemView(
        **{name: getattr(item, name) for name in WorkItem.model_fields if name != "appointment"},
        age_seconds=max(0, int((now - item.since).total_seconds())),
        appointment_state=about.state if about else None,
        state_label=LETTERS[about.state][1 if language == "zh" else 2] if about else None,
        application_no=about.application_no if about else None,
        applicant=party(about.applicant) if about else None,
        consignee=party(about.consignee) if about and about.consignee else None,
        declaration_port=about.content.declaration_port if about else None,
        entry_exit_port=about.content.entry_exit_port if about else None,
        window_start=about.content.window_start if about else None,
        window_end=about.window_end if about else None,
        link=f"{STORY}{about.pre_entry_no}" if about else None,
    )


def worklist_view(
    kind: WorklistKind, page: Worklist, acts: Iterable[str], *, at: datetime, language: Language
) -> WorklistView:
    """Returns the view of a page."""
    return WorklistView(
        kind=kind,
        at=at,
        acts=list(acts),
        items=[item_view(each, at, language) for each in page.items],
        total=page.total,
        complete=page.complete,
        next_cursor=page.next_cursor,
        counted_at=page.counted_at,
    )


def cells(item: WorkItemView) -> list[Any]:
    """Returns the cells of an item in the export."""
    values = dict(item) | {"hours": round(item.age_seconds / 3600, 1)}
    for name, known in (("applicant", item.applicant), ("consignee", item.consignee)):
        values |= {f"{name}_code": known.code if known else None, f"{name}_name": known.name if known else None}
    return [values[name] for _, name in COLUMNS]
