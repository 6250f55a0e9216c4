"""节假日安排通知: the days off and make-up days in a notice of the State Council, taken from its sentences.

A sentence is taken as a whole or not at all: what is not understood is listed with its words, and nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from domain.problems.kinds import Fault

#: The field of every fault in this module.
FIELD = "notice"
WEEKDAYS_ZH = "一二三四五六日"

#: More days in a row are a slip of the pen: the longest holiday so far had nine.
_LONGEST = 31
_ENDS = re.compile(r"[。;]")
_BLANKS = re.compile(r"[\s\u200b\ufeff]")
_NUMBERED = re.compile(r"(?:[一二三四五六七八九十]+、|\(?[一二三四五六七八九十0-9]+\)|[0-9]+[.、])")
_HEADING = re.compile(r"([^0-9:,]{1,20}):")
_ONE = r"(?:([0-9]{4})年)?(?:([0-9]{1,2})月)?([0-9]{1,2})[日号](?:\(([^()]*)\))?"
_SPAN = re.compile(rf"{_ONE}(?:[至到~—–-]+{_ONE})?")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_OFF = re.compile(r"放假调休|调休放假|放假|休息")
_WORKING = re.compile(r"(?:正常|照常|调休|补)?上班|补班")
_AFTER = re.compile(r"共?([0-9]{1,3})天|[与和](?:前后|相邻)?周末连休|不调休|连休")
_BETWEEN = re.compile(r"[,、和及与]")
_YEAR_ALONE = re.compile(r"([0-9]{4})年(?![0-9]{1,2}月)")
_SIGNED = re.compile(r".{0,20}[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日")
#: Words by which a sentence may mean days, though it was not understood. Matched from its start, so that each
#: character is looked at once: a search would begin again at every digit of a long number.
_DAY_NAMED = re.compile(r"[0-9一二三四五六七八九十][月日]")
_MEANT_AFTER_NUMBER = re.compile(r"[^0-9]*[0-9].*(?:放假|上班|休息|调休|补班)")


class NoticeDay(NamedTuple):
    """A day off or, when ``working``, a make-up day; ``name`` is its holiday, ``line`` where it was written, from 1."""

    date: date
    working: bool
    name: str
    line: int


class UnreadSentence(NamedTuple):
    """A sentence that may mean days and was not taken."""

    line: int
    text: str


class NoticeFault(NamedTuple):
    """A contradiction, and the line where it was found; None for the whole notice."""

    line: int | None
    fault: Fault


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """Days of one year by date, sentences that were not taken, and contradictions, which forbid publishing."""

    year: int
    days: tuple[NoticeDay, ...]
    unread: tuple[UnreadSentence, ...] = ()
    faults: tuple[NoticeFault, ...] = ()

    def holidays(self) -> dict[date, str]:
        """Returns the days off with the names of their holidays."""
        return {day.date: day.name for day in self.days if not day.working}

    def workdays(self) -> dict[date, str]:
        """Returns the make-up days with the names of their holidays."""
        return {day.date: day.name for day in self.days if day.working}


class _Unread(Exception):
    """The sentence is not of the known form."""


class _Contradiction(Exception):
    """The sentence is of the known form and cannot be true."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)


class _Clause(NamedTuple):
    """Dates with the same meaning."""

    dates: tuple[date, ...]
    working: bool


@dataclass(slots=True)
class _Sentence:
    """Reads one sentence from left to right: dates, then whether they are off or working, then remarks."""

    text: str
    year: int
    clauses: list[_Clause] = field(default_factory=list)
    waiting: list[date] = field(default_factory=list)

    def read(self) -> list[_Clause]:
        """Returns its clauses. Raises ``_Unread`` or ``_Contradiction``."""
        place = 0
        while place < len(self.text):
            place = self._part(place)
        if self.waiting or not self.clauses:
            raise _Unread
        return self.clauses

    def _part(self, place: int) -> int:
        if found := _SPAN.match(self.text, place):
            self.waiting += self._dates(found)
        elif found := _OFF.match(self.text, place) or _WORKING.match(self.text, place):
            self._mean(working=found.re is _WORKING)
        elif found := _AFTER.match(self.text, place):
            self._remark(found)
        elif not (found := _BETWEEN.match(self.text, place)):
            raise _Unread
        return found.end()

    def _mean(self, *, working: bool) -> None:
        if not self.waiting:
            raise _Unread
        self.clauses.append(_Clause(tuple(self.waiting), working))
        self.waiting = []

    def _remark(self, found: re.Match[str]) -> None:
        """Compares 共3天 with the days before it."""
        if not self.clauses or self.waiting:
            raise _Unread
        counted = len(self.clauses[-1].dates)
        if found[1] and int(found[1]) != counted:
            raise _Contradiction("calendar.notice_total", written=int(found[1]), counted=counted)

    def _dates(self, found: re.Match[str]) -> list[date]:
        before = self.waiting[-1] if self.waiting else self.clauses[-1].dates[-1] if self.clauses else None
        first = self._date(found.groups()[:4], before)
        if found[7] is None:
            return [first]
        last = self._date(found.groups()[4:], first, inherits_year=True)
        days = (last - first).days + 1
        if not 1 < days <= _LONGEST:
            raise _Contradiction("calendar.notice_dates", dates=found[0])
        return [first + timedelta(days=number) for number in range(days)]

    def _date(self, parts: tuple[str | None, ...], before: date | None, *, inherits_year: bool = False) -> date:
        """Returns a date; what is not written is that of the date before it, or the year of the notice."""
        year, month, day, remark = parts
        if month is None and before is None:
            raise _Unread
        inherited = before.year if before and (inherits_year or month is None) else self.year
        try:
            found = date(int(year or inherited), int(month or before.month), int(day or 0))  # type: ignore[union-attr]
        except ValueError:
            raise _Contradiction("calendar.notice_dates", dates=f"{month or ''}月{day}日") from None
        check_weekday(found, remark or "")
        return found


def check_weekday(on: date, remark: str) -> None:
    """Raises ``_Contradiction`` when the remark names another day of the week than that of the date."""
    written = _WEEKDAY.search(remark)
    if written and written[1].replace("天", "日") != WEEKDAYS_ZH[on.weekday()]:
        facts = {"written": f"周{written[1]}", "actual": f"周{WEEKDAYS_ZH[on.weekday()]}"}
        raise _Contradiction("calendar.notice_weekday", calendar_day=on.isoformat(), **facts)


def read_notice(text: str, year: int) -> HolidayNotice:
    """Returns what the notice of that year says, as pasted."""
    days: list[NoticeDay] = []
    unread: list[UnreadSentence] = []
    faults = [NoticeFault(None, fault) for fault in _of_another_year(text, year)]
    name = ""
    for line, sentence in _sentences(text):
        name, body = _without_heading(sentence, name)
        try:
            found = [NoticeDay(on, each.working, name, line) for each in _clauses(body, year) for on in each.dates]
        except _Unread:
            unread.append(UnreadSentence(line, sentence))
        except _Contradiction as wrong:
            faults.append(
                NoticeFault(line, Fault(code=wrong.code, field=FIELD, facts=wrong.facts | {"text": sentence}))
            )
        else:
            days += (each for each in found if each.date.year == year)
            if any(each.date.year != year for each in found):
                unread.append(UnreadSentence(line, sentence))
    return _agreed(year, days, faults, unread)


def of_rows(rows: Iterable[tuple[int, Mapping[str, Any]]], year: int) -> HolidayNotice:
    """Returns what a table says: numbered rows with ``date``, ``day_kind`` (True: working), ``name``, ``weekday``."""
    days: list[NoticeDay] = []
    faults: list[NoticeFault] = []
    for line, row in rows:
        on = row["date"]
        try:
            check_weekday(on, row.get("weekday") or "")
        except _Contradiction as wrong:
            faults.append(NoticeFault(line, Fault(code=wrong.code, field=FIELD, facts=wrong.facts | {"text": str(on)})))
        if on.year == year:
            days.append(NoticeDay(on, row["day_kind"], row.get("name") or "", line))
        else:
            facts = {"year": year, "written": on.year}
            faults.append(NoticeFault(line, Fault(code="calendar.notice_year", field=FIELD, facts=facts)))
    return _agreed(year, days, faults)


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yields the sentences without blanks, in one form for each character, with their line."""
    for line, written in enumerate(text.splitlines(), 1):
        for sentence in _ENDS.split(_BLANKS.sub("", unicodedata.normalize("NFKC", written))):
            if sentence:
                yield line, sentence


def _without_heading(sentence: str, before: str) -> tuple[str, str]:
    """Returns the name of the holiday, which stays that of the sentence before, and the rest of the sentence."""
    body = _NUMBERED.sub("", sentence, count=1) if _NUMBERED.match(sentence) else sentence
    heading = _HEADING.match(body)
    return (heading[1], body[heading.end() :]) if heading else (before, body)


def _clauses(body: str, year: int) -> list[_Clause]:
    """Returns the clauses; none for a sentence without days, such as a title, a greeting or the date of issue."""
    dated = _YEAR_ALONE.sub("", body)
    if _SIGNED.fullmatch(body) or not (_DAY_NAMED.search(dated) or _MEANT_AFTER_NUMBER.match(dated)):
        return []
    return _Sentence(body, year).read()


def _of_another_year(text: str, year: int) -> Iterator[Fault]:
    written = {int(found) for found in _YEAR_ALONE.findall(_BLANKS.sub("", unicodedata.normalize("NFKC", text)))}
    if written and year not in written:
        yield Fault(code="calendar.notice_year", field=FIELD, facts={"year": year, "written": max(written)})


def _agreed(
    year: int, days: Iterable[NoticeDay], faults: Iterable[NoticeFault], unread: Iterable[UnreadSentence] = ()
) -> HolidayNotice:
    """Returns the notice with each date once, and with the faults of dates both off and working, or of no day."""
    found: dict[date, NoticeDay] = {}
    wrong = list(faults)
    for day in sorted(days, key=lambda each: (each.date, each.line)):
        if day.working != found.setdefault(day.date, day).working:
            facts = {"calendar_day": day.date.isoformat()}
            wrong.append(NoticeFault(day.line, Fault(code="calendar.notice_both", field=FIELD, facts=facts)))
    if not found and not wrong:
        wrong.append(NoticeFault(None, Fault(code="calendar.notice_empty", field=FIELD)))
    return HolidayNotice(year, tuple(found.values()), tuple(unread), tuple(wrong))
