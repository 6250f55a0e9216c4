"""`python -m bench.batch`: applications saved and declared one by one, by a batch, and from a spreadsheet.

One stack of `yuyue up` under the rules as they are; both sides take turns over HTTP, and the page does the same in a
browser. Seconds of the clock, and processor seconds of all parts of the stack. The limit of the clock is 60 seconds.
"""

import io
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import psutil
import typer
from more_itertools import chunked
from openpyxl import Workbook
from playwright.sync_api import sync_playwright
from rich.table import Table

from api.appointments.batch.bodies import MAX_ITEMS
from api.appointments.importing.template import HEADINGS
from cli.console import out
from customs.channels.directory.storage import Box
from tests.e2e.boxes import application_xml
from tests.e2e.client import APPOINTMENTS, body
from tests.e2e.stack import YUYUE, Up, up
from tests.web.bookings import IMPORTER, Booking, booking, today
from tests.web.browser import desk as at_desk
from tests.web.browser import launch
from tests.web.entering import enter

AT_A_TIME = 10

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Measured(NamedTuple):
    """Seconds of the clock and of the processors."""

    clock: float
    processor: float


@app.command()
def main(count: int = 40, turns: int = 3, *, page: bool = True) -> None:
    """测量批量预约。Measures forty applications from a spreadsheet, in turn with single calls; checks nothing."""
    with running() as (stack, desk):
        sides: dict[str, Callable[[], None]] = {
            "逐份 one by one": lambda: one_by_one(desk, count),
            "一批 one batch": lambda: by_batch(desk, count),
            "文件箱 by the box": lambda: by_box(stack, desk, count),
            "批量 from a spreadsheet": lambda: from_a_sheet(desk.http, count),
        }
        if page:
            sides["页面 in the page"] = lambda: in_the_page(stack, count)
        for side in sides.values():
            side()  # not counted: code is loaded, pools are filled
        found = {name: list[Measured]() for name in sides}
        for _ in range(turns):
            for name, side in sides.items():
                found[name].append(measured(stack, side))
    table = Table(f"{count} 份申请 applications", "秒 seconds", "最快 quickest", "CPU 秒 processor", "上限 limit")
    for name, each in found.items():
        clock, processor = (statistics.median(values) for values in zip(*each, strict=True))
        table.add_row(name, f"{clock:.1f}", f"{min(each).clock:.1f}", f"{processor:.1f}", "60")
    out().print(table)


@contextmanager
def running() -> Iterator[tuple[Up, Booking]]:
    """A system of its own, and a desk whose windows may be booked."""
    with (
        tempfile.TemporaryDirectory() as folder,
        up(Path(folder), "--ephemeral", "--port-base", "0", policy="") as stack,
    ):
        stack.wait_until_ready()
        with booking(stack) as desk:
            desk.scenario("silent")  # a real office does not answer while a batch runs
            yield stack, desk


def measured(stack: Up, work: Callable[[], None]) -> Measured:
    """The work's time, and what the parts of the stack took of the processors meanwhile."""
    began, used = time.monotonic(), _processor(stack)
    work()
    return Measured(time.monotonic() - began, _processor(stack) - used)


def one_by_one(desk: Booking, count: int) -> None:
    """Saved and declared, each by a call of its own."""
    for _ in range(count):
        body(desk.act(desk.new(), "submission"))


def by_batch(desk: Booking, count: int) -> None:
    """The same applications, declared by as few calls as may be."""
    mark, content = uuid4().hex, desk.content() | {"window_start": desk.window().isoformat()}
    items = [
        {"action": "create", "declare": True, "client_key": f"{mark}-{place}", "content": content}
        for place in range(count)
    ]
    for some in chunked(items, MAX_ITEMS):
        left: list[Any] = some
        while left:  # on a busy machine an outcome may be unknown: a program asks again, under the same keys
            done = body(desk.http.post(f"{APPOINTMENTS}/batch", json={"items": left}, timeout=300))
            assert {item["code"] for item in done["items"]} <= {None, "outcome.unknown"}
            left = [item for item, answer in zip(left, done["items"], strict=True) if answer["code"]]


def by_box(stack: Up, desk: Booking, count: int) -> None:
    """The same as files of an ERP, from the first file to the last receipt; the box starts for them."""
    with tempfile.TemporaryDirectory() as place:
        folder, key = Path(place), Path(place, "key")
        key.touch(mode=0o600)
        key.write_text(stack.ready["keys"]["general"])
        outbox, content = folder / Box.OUT, desk.content() | {"window_start": desk.window().isoformat()}
        outbox.mkdir()
        for _ in range(count):
            client_no = uuid4().hex
            (outbox / f"{client_no}.xml").write_bytes(application_xml(client_no, content))
        command = [str(YUYUE), "import-box", place, "--api", stack.ready["api"], "--key-file", str(key), "--once"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        assert len(list((folder / Box.IN).iterdir())) >= count


def from_a_sheet(http: httpx.Client, count: int) -> None:
    """Uploaded, checked, and declared ten at a time, as the page does it."""
    checked = body(http.post(f"{APPOINTMENTS}/import", files={"file": ("a.xlsx", sheet(count))}))
    assert checked["faults"] == 0, checked
    items = [
        {"action": "create", "declare": True, "client_key": each["client_key"], "content": each["content"]}
        for each in checked["items"]
    ]
    for start in range(0, count, AT_A_TIME):
        done = body(http.post(f"{APPOINTMENTS}/batch", json={"items": items[start : start + AT_A_TIME]}))
        assert done["failed"] == 0, [item["code"] for item in done["items"] if item["code"]]


def in_the_page(stack: Up, count: int) -> None:
    """The same in a browser, from the file to the last result."""
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        at_desk(launch(playwright), stack.ready["api"]) as page,
    ):
        path = Path(folder, "a.xlsx")
        path.write_bytes(sheet(count))
        enter(page, stack, "general", "/batch")
        page.get_by_label("选择文件").set_input_files(path)
        page.get_by_role("button", name=f"批量申报 ({count})", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="批量申报", exact=True).click()
        page.get_by_text(f"已申报 {count} 份").wait_for(timeout=120_000)


def sheet(count: int) -> bytes:
    """A workbook of so many applications that nobody has seen before."""
    book, file, mark = Workbook(), io.BytesIO(), uuid4().hex[:8]
    window = f"{today() + timedelta(days=6)} 20:00"
    fields = ["2233 浦东机场海关", "2233", "5 航空运输", "进口", window, "鲜活", "鲜活货物夜间到港"]
    rows: list[list[Any]] = [
        [f"{mark}-{n}", IMPORTER, "王小明", "13800138000", *fields, "0301999390", "其他活鱼"] for n in range(count)
    ]
    assert book.active is not None
    for row in [HEADINGS, *rows]:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def _processor(stack: Up) -> float:
    """The processor time of every part and of children that have ended."""
    times = [psutil.Process(pid).cpu_times() for pid in stack.ready["pids"].values()]
    return sum(each.user + each.system + each.children_user + each.children_system for each in times)


if __name__ == "__main__":
    app()
