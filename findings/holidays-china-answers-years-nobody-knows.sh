#!/usr/bin/env bash
# Which Saturdays and Sundays are worked in China, the State Council announces each autumn for the next year. Two libraries
# carry these tables and part at the first year that is not in them. chinesecalendar raises NotImplementedError. holidays
# goes on as if nothing were missing: it gives the legal holidays of any later year, moves some of them to
# weekdays nobody has announced ("observed") and has no working weekend at all. is_working_day() answers True or False
# with no sign that one is known and the other guessed. A deadline counted in working days is wrong without an error.
#
# Compares a known with an unknown year in both. Ends with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check holidays==0.109 chinesecalendar==1.11.0
"$folder/venv/bin/python" - <<'PY'
from datetime import date, timedelta
from importlib.metadata import version

import chinese_calendar
import holidays

print(", ".join(f"{name} {version(name)}" for name in ("holidays", "chinesecalendar")))


def worked_weekends(year, is_worked):
    """Returns how many Saturdays and Sundays of the year are worked, or the error's name."""
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    try:
        return sum(is_worked(day) for day in days if day.weekday() >= 5)
    except NotImplementedError as error:
        return type(error).__name__


found = {}
for year in (2026, 2031):
    china = holidays.country_holidays("CN", years=year)
    observed = sum("observed" in name for day, name in china.items() if day.year == year)
    found[year] = worked_weekends(year, china.is_working_day), worked_weekends(year, chinese_calendar.is_workday)
    print(f"{year}: worked weekend days: holidays {found[year][0]}, chinesecalendar {found[year][1]}; observed: {observed}")
raise SystemExit(0 if found[2026] == (6, 6) and found[2031] == (0, "NotImplementedError") else 1)
PY
echo "the behaviour is as described"
