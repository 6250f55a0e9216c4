"""`python -m bench.web`: what the page costs at an enterprise's desk, beside the bare thing and its limit.

The browser is Debian's Chromium on this machine, the system is a whole one of its own, and each figure of time is the
median of fresh profiles. The list of 1,000 goods codes is made up and answered in the browser (the API gives 200 at
most); so are the rows of the query, 200 as one page of the API has and 1,000 as after five. Bare are: an answer of a
few bytes, and the same list and the same rows written by a line of script each. `make web` and `make browser` first.
"""

import json
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import typer
from playwright.sync_api import Browser, Page, Route, sync_playwright
from rich.table import Table

from cli.console import out
from tests.e2e.stack import Up, up
from tests.web.bookings import booking
from tests.web.browser import desk, launch
from tests.web.entering import log_in

TIMES, ANSWERS, ROWS = 5, 1_000, (200, 1_000)
#: From the first byte asked for until something is painted.
_PAINTED = """new Promise((done) => new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntriesByName('first-contentful-paint')) done(startTime)
}).observe({type: 'paint', buffered: true}))"""
#: Key presses as the browser measures them, from the key to the next picture; those under 16 ms it does not tell.
_WATCH = """() => {
  window.seen = {keys: [], tasks: []}
  const into = (list) => (entries) => list.push(...entries.getEntries().map((each) => each.duration))
  new PerformanceObserver(into(seen.keys)).observe({type: 'event', durationThreshold: 16})
  new PerformanceObserver(into(seen.tasks)).observe({type: 'longtask'})
}"""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Figure(NamedTuple):
    """A measured value beside that of the bare thing, if there is one, and its limit, all in one unit."""

    what: str
    measured: float
    bare: float | None
    limit: float
    unit: str


@app.command()
def main() -> None:
    """测量页面：首次下载、首屏、录入与列表。Measures the page: first load, first screen, typing, rows."""
    with running() as (stack, browser):
        figures = [
            *first_load(browser, stack),
            typing_in_a_long_list(browser, stack),
            *(figure for rows in ROWS for figure in rows_of_the_query(browser, stack, rows)),
        ]
    table = Table("项目 what", "实测 measured", "参照 bare", "上限 limit")
    for what, measured, bare, limit, unit in figures:
        table.add_row(what, *("" if each is None else f"{each:.0f} {unit}" for each in (measured, bare, limit)))
    out().print(table)


@contextmanager
def running() -> Iterator[tuple[Up, Browser]]:
    """A system of its own under the rules as they are, and a browser."""
    with (
        tempfile.TemporaryDirectory() as folder,
        up(Path(folder), "--ephemeral", "--port-base", "0", policy="") as stack,
        sync_playwright() as playwright,
    ):
        stack.wait_until_ready()
        browser = launch(playwright)
        yield stack, browser
        browser.close()


def first_load(browser: Browser, stack: Up) -> list[Figure]:
    """Bytes over the wire and the first picture of the login, with nothing in any cache."""
    loads = [_load(browser, stack) for _ in range(TIMES)]
    kilobytes, painted, bare = (statistics.median(each) for each in zip(*loads, strict=True))
    return [
        Figure("首次下载 first load, compressed", kilobytes, None, 300, "KB"),
        Figure("首屏 first screen", painted, bare, 1000, "ms"),
    ]


def _load(browser: Browser, stack: Up) -> tuple[float, float, float]:
    with desk(browser, stack.ready["api"]) as page:
        wire: list[float] = []
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.on("Network.loadingFinished", lambda event: wire.append(event["encodedDataLength"]))
        page.goto("/login")
        page.get_by_role("img", name="验证码图片").wait_for()
        loaded, painted = sum(wire) / 1024, float(page.evaluate(_PAINTED))
    with desk(browser, stack.ready["api"]) as page:
        page.goto("/health/live")
        return loaded, painted, float(page.evaluate("performance.getEntriesByType('navigation')[0].duration"))


def typing_in_a_long_list(browser: Browser, stack: Up) -> Figure:
    """The slowest key while 1,000 goods codes are listed again and again."""
    items = [
        {"code": f"{each:010}", "name": f"商品名称 {each}，鲜活或冷藏的，不论是否去壳", "kind": "line", "heading": None}
        for each in range(ANSWERS)
    ]
    with desk(browser, stack.ready["api"]) as page:
        page.route(
            "**/api/v1/hs-codes?*", _answering({"items": items, "heading": None, "more": False, "complete": True})
        )
        log_in(page, stack, "general", "/apply")
        field = page.get_by_role("combobox", name="商品HS编码", exact=True)
        field.focus()
        page.evaluate(_WATCH)
        for key in "0301999590":
            page.keyboard.press(key)
            if len(field.input_value()) >= 4:
                page.get_by_role("option").nth(ANSWERS - 1).wait_for(state="attached")
        ours = _slowest(page, "keys")
    return Figure("录入一键 a key, 1,000 answers listed", ours, _bare_list(browser), 50, "ms")


def _bare_list(browser: Browser) -> float:
    with closing(browser.new_page()) as page:
        page.set_content(f"""<input><ul></ul><script>
            document.querySelector('input').oninput = ({{ target }}) => document.querySelector('ul').innerHTML =
              Array.from({{ length: {ANSWERS} }}, (_, each) => `<li>${{target.value}} ${{each}}</li>`).join('')
        </script>""")
        page.get_by_role("textbox").focus()
        page.evaluate(_WATCH)
        for key in "0301999590":
            page.keyboard.press(key)
            page.get_by_role("listitem").nth(ANSWERS - 1).wait_for(state="attached")
        return _slowest(page, "keys")


def rows_of_the_query(browser: Browser, stack: Up, count: int) -> list[Figure]:
    """The longest time in which the page hears nothing while rows are scrolled through, and all selected and not."""
    with booking(stack) as at_desk, desk(browser, stack.ready["api"]) as page:
        row = at_desk.listed(at_desk.new())[0]
        rows = [row | {"pre_entry_no": f"{int(row['pre_entry_no']) + each}"} for each in range(count)]
        page.route("**/api/v1/appointments?*", _answering({"items": rows, "next_cursor": None}))
        log_in(page, stack, "general", "/query")
        page.get_by_role("row").nth(count).wait_for(state="attached")
        table = str(page.get_by_role("table").first.evaluate("table => table.outerHTML"))
        page.get_by_role("region", name="查询结果").hover()
        ours = _pauses(page)
    with closing(browser.new_page()) as page:
        page.set_content(f"""{table}<script>
            const [all, ...each] = document.querySelectorAll('input[type=checkbox]')
            all.onchange = () => each.forEach((one) => {{ one.checked = all.checked }})
        </script>""")
        bare = _pauses(page)
    return [
        Figure(f"滚动 the longest pause, scrolling {count:,} rows", ours[0], bare[0], 100, "ms"),
        Figure(f"全选 the longest pause, selecting {count:,} rows", ours[1], bare[1], 100, "ms"),
    ]


def _pauses(page: Page) -> tuple[float, float]:
    """The longest task while the wheel turns, and while all rows are selected and not."""
    page.evaluate(_WATCH)
    for _ in range(20):
        page.mouse.wheel(0, 400)
        page.evaluate("new Promise(requestAnimationFrame)")
    scrolling = _slowest(page, "tasks")
    page.evaluate(_WATCH)
    for _ in range(20):
        page.get_by_role("table").first.get_by_role("checkbox").first.click()
    return scrolling, _slowest(page, "tasks")


def _answering(answer: dict[str, Any]) -> Any:
    def fulfil(route: Route) -> None:
        route.fulfill(body=json.dumps(answer), content_type="application/json")

    return fulfil


def _slowest(page: Page, what: str) -> float:
    return float(page.evaluate(f"Math.max(0, ...seen.{what})"))


if __name__ == "__main__":
    app()
