#!/usr/bin/env bash
# A datetime with a fixed offset, timezone(timedelta(hours=8)), is a complete instant, and one expects the library
# icalendar to write it as one. It writes `DTSTART;TZID="UTC+08:00":…` and no VTIMEZONE that says what this name means;
# add_missing_timezones() adds none either. Whoever reads the file has a wall time without a zone: icalendar itself gives
# a naive datetime back, ical.js takes the reader's own zone. In Berlin an appointment at 18:00 in Shanghai stands seven
# hours late. With ZoneInfo("Asia/Shanghai") or in UTC all agree.
#
# Writes the same instant in three ways and reads it with both. Needs Node.js 20 with npm. Ends with 1 when the behaviour
# is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund ical.js@2.2.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalendar==7.3.2 tzdata==2026.2
venv/bin/python - <<'PY'
from datetime import UTC, datetime, timedelta, timezone
from importlib.metadata import version
from zoneinfo import ZoneInfo

import icalendar

instant = datetime(2026, 1, 2, 10, tzinfo=UTC)
calendar = icalendar.Calendar.new(prodid="-//example//EN")
for name, zone in (("fixed", timezone(timedelta(hours=8))), ("named", ZoneInfo("Asia/Shanghai")), ("utc", UTC)):
    calendar.add_component(icalendar.Event.new(uid=name, stamp=instant, start=instant.astimezone(zone), summary=name))
calendar.add_missing_timezones()
written = calendar.to_ical()
open("written.ics", "wb").write(written)
print("icalendar", version("icalendar"))
print("\n".join(line for line in written.decode().splitlines() if line.startswith(("DTSTART;TZID", "DTSTART:2026", "TZID"))))
read = {str(event["uid"]): event.start for event in icalendar.Calendar.from_ical(written).events}
for name, start in read.items():
    print(f"icalendar reads {name}: {start.isoformat()}")
raise SystemExit(0 if read["fixed"].tzinfo is None and read["named"] == read["utc"] == instant else 1)
PY
cat >read.mjs <<'JS'
import { readFileSync } from 'node:fs'
import ICAL from 'ical.js'

const { version } = JSON.parse(readFileSync('node_modules/ical.js/package.json'))
const calendar = new ICAL.Component(ICAL.parse(readFileSync('written.ics', 'utf8')))
for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone)
const read = Object.fromEntries(calendar.getAllSubcomponents('vevent').map((found) => {
  const event = new ICAL.Event(found)
  return [event.uid, event.startDate.toJSDate().toISOString()]
}))
console.log(`ical.js ${version} in Berlin reads`, read)
const right = '2026-01-02T10:00:00.000Z'
process.exit(read.fixed === '2026-01-02T17:00:00.000Z' && read.named === right && read.utc === right ? 0 : 1)
JS
TZ=Europe/Berlin node read.mjs
echo "the behaviour is as described"
