"""The State Council's notice: sentences of the usual form, what is no such sentence, and contradictions."""

from datetime import date

import pytest

from domain.holiday_notice import HolidayNotice, of_rows, read_notice
from tests.unit.domain.notices import NOTICE_2027

#: 2027 begins on a Friday.
YEAR = 2027


def days(read: HolidayNotice) -> dict[str, str]:
    return {f"{day.date:%m-%d}": ("班" if day.working else "休") + day.name for day in read.days}


def codes(read: HolidayNotice) -> list[str]:
    return [each.fault.code for each in read.faults]


def test_a_whole_notice_is_understood_with_its_greeting_and_its_date_of_issue() -> None:
    read = read_notice(NOTICE_2027, YEAR)
    assert (read.unread, read.faults) == ((), ())
    assert read.holidays()[date(2027, 1, 1)] == "元旦"
    assert len(read.holidays()) == 3 + 8 + 3 + 5 + 3 + 3 + 7
    assert sorted(read.workdays()) == [date(2027, 1, 31), date(2027, 2, 14), date(2027, 5, 8), date(2027, 10, 9)]


@pytest.mark.parametrize(
    ("sentence", "meaning"),
    [
        (
            "一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。1月9日（周六）上班。",
            {"01-01": "休元旦", "01-02": "休元旦", "01-03": "休元旦", "01-09": "班元旦"},
        ),
        ("元旦:1月1日(星期五)放假1天,不调休", {"01-01": "休元旦"}),
        ("三、清明节：4月5日放假，与周末连休。", {"04-05": "休清明节"}),
        (
            "劳动节：5月1日至2日、4日放假，5月8日补班",
            {"05-01": "休劳动节", "05-02": "休劳动节", "05-04": "休劳动节", "05-08": "班劳动节"},
        ),
        ("国庆节、中秋节：10月1日放假。", {"10-01": "休国庆节、中秋节"}),
        ("四、劳动节：\n5月1日（周六）放假。", {"05-01": "休劳动节"}),
        (
            "春节：２月５日（农历除夕、周五） 放假；2月14日（农历初九、星期天）正常上班",
            {"02-05": "休春节", "02-14": "班春节"},
        ),
        ("元旦：2026年12月31日上班，2027年1月1日放假", {"01-01": "休元旦"}),
    ],
)
def test_a_sentence_means_its_days(sentence: str, meaning: dict[str, str]) -> None:
    read = read_notice(sentence, YEAR)
    assert days(read) == meaning
    assert codes(read) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "鼓励各单位安排职工在除夕（2月5日）休息",
        "二月三日放假",
        "2月5日由各地自行安排",
        "5日放假",
        "2月5日",
        "放假调休，共3天，2月5日",
        "元旦:2026年12月31日上班,2027年1月1日放假",  # its first day belongs to a year that is not published here
    ],
)
def test_what_is_not_understood_is_listed_with_its_words(sentence: str) -> None:
    read = read_notice(f"1月2日（周六）放假。\n{sentence}。", YEAR)
    assert [(each.line, each.text) for each in read.unread] == [
        (2, sentence.replace("（", "(").replace("）", ")").replace("，", ","))
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "各省、自治区、直辖市人民政府：",
        "国办发明电〔2026〕8号",
        "现将2027年元旦、春节放假调休日期的具体安排通知如下",
        "2026年11月5日",
    ],
)
def test_what_sets_no_day_is_neither_understood_nor_reported(sentence: str) -> None:
    read = read_notice(f"1月2日放假。\n{sentence}", YEAR)
    assert (len(read.days), read.unread, read.faults) == (1, (), ())


@pytest.mark.parametrize(
    ("sentence", "code", "facts"),
    [
        (
            "1月1日（周四）放假",
            "calendar.notice_weekday",
            {"calendar_day": "2027-01-01", "written": "周四", "actual": "周五"},
        ),
        ("1月1日至3日（星期天）、4日（星期六）放假", "calendar.notice_weekday", {"calendar_day": "2027-01-04"}),
        ("1月1日至3日放假，共4天", "calendar.notice_total", {"written": 4, "counted": 3}),
        ("2月30日放假", "calendar.notice_dates", {"dates": "2月30日"}),
        ("10月7日至1日放假", "calendar.notice_dates", {"dates": "10月7日至1日"}),
        ("12月30日至1月2日放假", "calendar.notice_dates", {"dates": "12月30日至1月2日"}),
        ("1月2日放假，1月2日上班", "calendar.notice_both", {"calendar_day": "2027-01-02"}),
        ("2028年节假日安排：1月1日放假", "calendar.notice_year", {"year": 2027, "written": 2028}),
        ("祝节日快乐", "calendar.notice_empty", {}),
    ],
)
def test_a_contradiction_is_named(sentence: str, code: str, facts: dict[str, object]) -> None:
    (found,) = read_notice(sentence, YEAR).faults
    assert found.fault.code == code
    assert facts.items() <= found.fault.facts.items()


@pytest.mark.timeout(10)  # a search that begins again at each character does not end in time
@pytest.mark.parametrize("unit", ["0", "一", "放假", "(", "1日(", "1月", "2027年", "1月1日、"])
def test_a_text_as_long_as_the_door_lets_in_is_read_in_one_pass(unit: str) -> None:
    assert read_notice(unit * 40_000, YEAR).days == ()


def test_a_count_of_days_that_is_no_count_leaves_its_sentence_unread() -> None:
    sentence = f"1月1日放假,共{'9' * 5_000}天"
    assert [each.text for each in read_notice(sentence, YEAR).unread] == [sentence]


def test_the_notice_of_a_year_does_not_pass_for_that_of_another() -> None:
    assert codes(read_notice(NOTICE_2027, 2028))[0] == "calendar.notice_year"
    assert "calendar.notice_weekday" in codes(read_notice(NOTICE_2027.replace("2027年", ""), 2028))


def test_rows_of_a_table_are_days_and_their_weekdays_count() -> None:
    rows = [
        (2, {"date": date(2027, 1, 1), "day_kind": False, "name": "元旦", "weekday": "周五"}),
        (3, {"date": date(2027, 1, 9), "day_kind": True, "name": None, "weekday": "星期天"}),
        (4, {"date": date(2028, 1, 1), "day_kind": False, "name": "元旦"}),
    ]
    read = of_rows(rows, YEAR)
    assert days(read) == {"01-01": "休元旦", "01-09": "班"}
    assert [(each.line, each.fault.code) for each in read.faults] == [
        (3, "calendar.notice_weekday"),
        (4, "calendar.notice_year"),
    ]
