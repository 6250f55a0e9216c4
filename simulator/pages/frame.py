"""The frame of every page: the loud notice, the ways to the other pages, and small parts that pages share."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from lxml.builder import ElementMaker
from lxml.html import HtmlElement, html_parser, tostring

from simulator.office import SHANGHAI

H = ElementMaker(makeelement=html_parser.makeelement)
STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
_WAYS = (("/", "预约 Appointments"), ("/sent-receipts", "回执记录 Receipts"), ("/settings", "运行方式 Settings"))


def page(notice: str, title: str, here: str, *content: HtmlElement) -> str:
    """Returns the whole page; ``here`` is the path of its entry in the navigation."""
    head = H.head(
        H.meta(charset="utf-8"),
        H.meta(name="viewport", content="width=device-width"),
        H.title(f"{title} · 模拟海关 Simulated customs office"),
        H.link(rel="stylesheet", href="/page.css"),
    )
    ways = [H.li(H.a(name, {"aria-current": "page"} if path == here else {}, href=path)) for path, name in _WAYS]
    body = H.body(
        H.a("跳到内容 Skip to content", {"class": "skip"}, href="#main"),
        H.p(notice, {"class": "notice", "role": "note"}),
        H.nav(H.ul(*ways), {"aria-label": "导航 Navigation"}),
        H.main(H.h1(title), *content, id="main", tabindex="-1"),
    )
    return tostring(H.html(head, body, lang="zh-CN"), doctype="<!DOCTYPE html>", encoding="unicode")


def table(name: str, heads: Sequence[str], rows: Sequence[Sequence[HtmlElement | str]]) -> HtmlElement:
    """Returns a table that scrolls by itself where it is too wide."""
    body = [H.tr(*[H.td(cell) for cell in row]) for row in rows]
    head = H.thead(H.tr(*[H.th(each, scope="col") for each in heads]))
    return H.div(
        H.table(H.caption(name), head, H.tbody(*body)),
        {"class": "wide", "tabindex": "0", "role": "region", "aria-label": name},
    )


def facts(pairs: Sequence[tuple[str, str]]) -> HtmlElement:
    """Returns names and values beside each other."""
    return H.dl(*[element for name, value in pairs for element in (H.dt(name), H.dd(value or "—"))])


def said(text: str) -> HtmlElement:
    """Returns what has just been done, which a screen reader reads out."""
    return H.p(text, {"class": "said", "role": "status"})


def moment(at: float | str | None) -> str:
    """Returns an instant to the second in Shanghai; seconds since 1970, or ISO 8601."""
    if not at:
        return "—"
    instant = datetime.fromisoformat(at) if isinstance(at, str) else datetime.fromtimestamp(at, SHANGHAI)
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
