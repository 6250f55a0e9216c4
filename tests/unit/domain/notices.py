"""A notice as the State Council might issue it; its days are invented, and their weekdays are those of 2027."""

from datetime import date

NOTICE_2027 = """关于2027年部分节假日安排的通知
各有关单位：
现将2027年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历除夕、周五）至12日（农历正月初七、周五）放假调休，共8天。1月31日（周日）、2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月7日（周一）至9日（周三）放假，共3天。
六、中秋节：9月15日（周三）至17日（周五）放假，共3天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。10月9日（周六）上班。
节假日期间，请妥善安排好值班工作，确保平安度过节日假期。
2026年11月5日
"""

_WEEKDAYS = "一二三四五六日"


def notice_of(year: int) -> str:
    """Returns a short notice of any year, for tests that run on any date: three days off, one made up for."""
    first, last, worked = (f"{day}日（周{_WEEKDAYS[date(year, 1, day).weekday()]}）" for day in (1, 3, 10))
    return f"关于{year}年部分节假日安排的通知\n一、元旦：1月{first}至{last}放假，共3天。1月{worked}上班。\n"
