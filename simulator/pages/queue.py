"""The queue: appointments that wait for the officer, or all, and the log of receipts."""

from collections.abc import Mapping, Sequence

from lxml.html import HtmlElement

from simulator.names import LABELS, OFFERED, RECEIPT_STATES
from simulator.pages.frame import H, moment, page, table
from simulator.store import Row

#: What an officer may list: the states of each list, and its name.
LISTS: dict[str, tuple[str, Sequence[str]]] = {
    "waiting": ("待决定 To decide", tuple(OFFERED)),
    "all": ("全部 All", tuple(LABELS)),
}


def render_queue(
    notice: str, *, chosen: str, wanted: str, rows: Sequence[Row], counts: Mapping[str, int], outage: bool
) -> str:
    """Returns the page; ``wanted`` is the beginning of the numbers that are listed, ``counts`` are by state."""
    lists = [_list(name, chosen, counts) for name in LISTS]
    field = H.input(name="pre_entry_no", value=wanted, inputmode="numeric", maxlength="18")
    search = H.form(
        H.input(type="hidden", name="list", value=chosen),
        H.label("预录入编号 Pre-entry no.", field),
        H.button("查询 / 刷新 Search / refresh"),
        action="/",
    )
    shown = _appointments(rows) if rows else H.p("没有预约。No appointments.", role="status")
    return page(
        notice, "预约 Appointments", "/", *outage_words(on=outage), H.p(*lists, {"class": "lists"}), search, shown
    )


def render_receipts(notice: str, rows: Sequence[Row]) -> str:
    """Returns the log of receipts, newest first, with the answers of the enterprise's system."""
    listed = receipts(rows, linked=True) if rows else H.p("还没有回执。No receipts yet.", role="status")
    return page(notice, "回执记录 Receipts", "/sent-receipts", listed)


def receipts(rows: Sequence[Row], *, linked: bool = False) -> HtmlElement:
    """Returns the table of receipts; ``linked``: with the appointment of each."""
    heads = ["结果 Result", "时间 Time", "状态 State", "次数 Tries", "对方答复 Answer", "回执编号 Receipt"]
    body = [
        [
            LABELS[row["result"]],
            moment(row["next_at"]),
            RECEIPT_STATES[row["state"]],
            str(row["attempts"]),
            row["answer"] or "—",
            row["receipt_id"],
        ]
        for row in rows
    ]
    if not linked:
        return table("回执 Receipts", heads, body)
    links = [link(row["pre_entry_no"]) for row in rows]
    return table(
        "回执 Receipts", ["预约 Appointment", *heads], [[a, *cells] for a, cells in zip(links, body, strict=True)]
    )


def link(pre_entry_no: str) -> HtmlElement:
    """Returns the way to one appointment."""
    return H.a(pre_entry_no, href=f"/appointments/{pre_entry_no}")


def outage_words(*, on: bool) -> list[HtmlElement]:
    """Returns what is said on every page while the whole office is out of service."""
    words = "正在模拟停机：不收报文，也不发回执。An outage is simulated: nothing is taken, nothing is sent."
    return [H.p(words, {"class": "outage", "role": "status"})] if on else []


def _list(name: str, chosen: str, counts: Mapping[str, int]) -> HtmlElement:
    label, states = LISTS[name]
    count = sum(counts.get(state, 0) for state in states)
    here = {"aria-current": "true"} if name == chosen else {}
    return H.a(f"{label} ({count})", here, href=f"/?list={name}")


def _appointments(rows: Sequence[Row]) -> HtmlElement:
    heads = (
        "预录入编号 Number",
        "状态 State",
        "申报单位 Applicant",
        "收发货人 Consignee",
        "口岸 Port",
        "预约时间 Window",
        "最后报文 Last message",
        "待送回执 Receipts waiting",
    )
    body = [
        [
            link(row["pre_entry_no"]),
            LABELS[row["state"]],
            row["applicant"],
            row["consignee"],
            row["declaration_port"],
            moment(row["window_start"]),
            moment(row["last_at"]),
            str(row["waiting"]),
        ]
        for row in rows
    ]
    return table("预约 Appointments", heads, body)
