"""Times and sizes in sentences: as people read them, while the facts stay exact."""

from datetime import datetime, timedelta

import pytest

from domain.instants import SHANGHAI, clock, clock_of_end
from domain.problems import Fault, explain
from domain.problems.catalogue import CATALOGUE
from domain.problems.explain import placeholders
from domain.problems.sizes import size

MIDNIGHT = datetime(2026, 12, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("instant", "start", "end"),
    [
        (MIDNIGHT, "2026-12-12 00:00", "2026-12-11 24:00"),
        (MIDNIGHT.replace(month=1, day=1), "2026-01-01 00:00", "2025-12-31 24:00"),
        (MIDNIGHT + timedelta(seconds=1), "2026-12-12 00:00:01", "2026-12-12 00:00:01"),
        (MIDNIGHT.replace(hour=8, minute=30), "2026-12-12 08:30", "2026-12-12 08:30"),
        (MIDNIGHT.replace(hour=8, microsecond=123456), "2026-12-12 08:00", "2026-12-12 08:00"),
        (MIDNIGHT.replace(hour=8, second=7, microsecond=9), "2026-12-12 08:00:07", "2026-12-12 08:00:07"),
    ],
)
def test_an_end_at_midnight_is_24_of_the_day_that_ends(instant: datetime, start: str, end: str) -> None:
    assert (clock(instant), clock_of_end(instant)) == (start, end)


@pytest.mark.parametrize(
    ("count", "read"),
    [
        (204800, "200 KB"),
        (204801, "200.1 KB"),
        (4 * 1024**2, "4 MB"),
        (228_352, "223 KB"),
        (1024**2 - 1, "1024 KB"),
        (3 * 1024**3, "3 GB"),
        (1023, "1023 字节"),
    ],
)
def test_a_size_is_read_in_the_unit_that_fits_and_never_as_less_than_it_is(count: int, read: str) -> None:
    assert size(count, "zh") == read


def test_a_late_submission_says_until_when_without_fractions_and_with_24() -> None:
    facts = {
        "submit_by": "2026-12-12T00:00:00+08:00",
        "closing": "2026-12-13T00:00:00+08:00",
        "notice_hours": 24,
        "received_at": "2026-12-12T07:30:48.123456+08:00",
    }
    told = explain(Fault(code="cutoff.passed", field="window_start", facts=facts), "zh")
    assert "最晚应在 2026-12-11 24:00 申报" in told["message"]
    assert "下班时间 2026-12-12 24:00 前 24 小时" in told["message"]
    assert "收到时间为 2026-12-12 07:30:48。" in told["message"]
    assert told["facts"] == facts, "exact"


@pytest.mark.parametrize(
    ("language", "read"), [("zh", "附件不得超过 4 MB。"), ("en", "An attachment has 4 MB at the most.")]
)
def test_a_limit_is_read_as_a_size_and_exact_in_the_facts(language: str, read: str) -> None:
    told = explain(Fault(code="document.too_large", field="file", facts={"limit": 4194304}), language)  # type: ignore[arg-type]
    assert (told["message"], told["facts"]) == (read, {"limit": 4194304})


def test_no_sentence_counts_bytes_and_every_deadline_reads_as_an_end() -> None:
    ends = {"submit_by", "feedback_by", "closing", "due"}
    for problem in CATALOGUE.values():
        for text in (*problem.message, *problem.remedy):
            assert "} 字节" not in text
            assert "} bytes" not in text
            assert not [name for name in ends & placeholders(problem) if f"{{{name}}}" in text], problem.code
