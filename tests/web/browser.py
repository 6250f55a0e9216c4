"""A browser as an enterprise's desk has it, and what must never be seen in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, expect

CHROMIUM = Path("/usr/bin/chromium")
#: A key's downs until it is let go.
HELD = 12
DESK = {"width": 1366, "height": 768}
#: Debian's Chromium as root, asking nothing of the internet by itself.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
#: What it says of a call that a test has cut off.
LOST = "Failed to load resource: net::"
#: Chromium reports an answer of 4xx or 5xx as an error; here these are answers like others.
REFUSED = "Failed to load resource: the server responded with a status of"

#: A machine under load is slow; nothing here measures time.
expect.set_options(timeout=30_000)


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium: ``make browser`` installs it."""
    assert CHROMIUM.exists(), "缺少 Chromium，请运行 make browser · Chromium is missing: run make browser"
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def hold(page: Page, key: str) -> None:
    """Keeps the key down until it repeats, as somebody does who looks elsewhere."""
    for _ in range(HELD):
        page.keyboard.down(key)
    page.keyboard.up(key)


def requests_to(page: Page, ending: str) -> list[str]:
    """The addresses that end so of the requests to come; the list grows with each."""
    addresses: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith(ending):
            addresses.append(request.url)

    page.on("request", note)
    return addresses


class Watch:
    """Collects what no page of ours may do: errors, violations of its own policy, calls to another host."""

    def __init__(self, *hosts: str, lost: bool = False) -> None:
        self._hosts = {urlsplit(host).netloc for host in hosts}
        self._expected = (REFUSED, LOST) if lost else (REFUSED,)
        self.seen: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Watches every page of the context."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.seen.append(f"exception: {error.error}"))
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(self._expected):
            self.seen.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.netloc not in self._hosts:
            self.seen.append(f"foreign request: {request.url}")


@contextmanager
def desk(
    browser: Browser, base: str, *, width: int = DESK["width"], also: tuple[str, ...] = (), lost: bool = False
) -> Iterator[Page]:
    """A page of a fresh profile, which may call its own server and ``also`` these; afterwards it must have behaved.

    ``lost``: the test cuts calls off.
    """
    context = browser.new_context(
        base_url=base, viewport={"width": width, "height": DESK["height"]}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    watch = Watch(base, *also, lost=lost)
    watch.over(context)
    try:
        yield context.new_page()
        assert watch.seen == []
    finally:
        context.close()
