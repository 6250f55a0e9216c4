"""Calendar programs as their users have them: each reads a feed by its own rules and says what it shows."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from icalendar import Calendar

ROOT = Path(__file__).parents[3]
NODE = Path(sys.executable).with_name("node")
KHAL = Path(sys.executable).with_name("khal")
_CONFIG = """
[calendars]
[[yuyue]]
path = {folder}/events
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = Asia/Shanghai
default_timezone = Asia/Shanghai
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""


class Seen(NamedTuple):
    """One event; instants in UTC, to the second."""

    start: datetime
    end: datetime
    summary: str
    status: str
    sequence: int
    modified: datetime


def by_icalendar(text: bytes) -> tuple[str, dict[str, Seen]]:
    """The calendar's name, and its events by their UID, as the Python library reads them."""
    (calendar,) = Calendar.from_ical(text, multiple=True)
    events = {
        str(each["UID"]): Seen(
            each.decoded("dtstart"),
            each.decoded("dtend"),
            str(each["SUMMARY"]),
            str(each["STATUS"]),
            each.decoded("sequence"),
            each.decoded("last-modified"),
        )
        for each in calendar.walk("VEVENT")
    }
    return str(calendar["X-WR-CALNAME"]), events


def by_javascript(text: bytes) -> dict[str, tuple[str, dict[str, Seen]]]:
    """The same by ical.js and by node-ical."""
    read = [str(NODE), "feeds/read.ts"]
    told = subprocess.run(read, cwd=ROOT / "web", input=text, stdout=subprocess.PIPE, check=True, timeout=60)
    feeds: dict[str, Any] = json.loads(told.stdout)
    return {
        reader: (feed["name"], {uid: _seen(**event) for uid, event in feed["events"].items()})
        for reader, feed in feeds.items()
    }


def _seen(start: str, end: str, modified: str, **rest: Any) -> Seen:
    return Seen(start=_instant(start), end=_instant(end), modified=_instant(modified), **rest)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


class Khal:
    """A khal whose calendar keeps what an earlier feed had: it merges by UID, and knows no subscription."""

    def __init__(self, folder: Path) -> None:
        self._config, self._feed = folder / "config", folder / "feed.ics"
        self._config.write_text(_CONFIG.format(folder=folder), "utf-8")
        (folder / "events").mkdir()

    def take(self, text: bytes) -> None:
        """Reads the feed into the calendar."""
        self._feed.write_bytes(text)
        self._run("import", "--batch", "-a", "yuyue", str(self._feed))

    def starts(self, day: datetime, uid: str) -> list[str]:
        """Start times of the events of that UID on that day, in Shanghai."""
        return [event["start"] for event in self._shown(day, uid)]

    def cancelled(self, day: datetime, uid: str) -> bool:
        """Returns True if the one event of that UID on that day is shown as cancelled."""
        (event,) = self._shown(day, uid)
        return event["cancelled"].strip() == "CANCELLED"

    def _shown(self, day: datetime, uid: str) -> list[dict[str, str]]:
        fields = [text for name in ("uid", "start", "cancelled") for text in ("--json", name)]
        told = self._run("list", *fields, "--once", f"{day:%Y-%m-%d}", "1d")
        return [event for line in told.splitlines() for event in json.loads(line) if event["uid"] == uid]

    def _run(self, *arguments: str) -> str:
        command = [str(KHAL), "-c", str(self._config), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
