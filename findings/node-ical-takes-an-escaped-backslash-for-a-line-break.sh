#!/usr/bin/env bash
# RFC 5545 writes a backslash in a text as two, and a line break as a backslash with an n. A share `\\server\new` is thus
# written `\\\\server\\new`. node-ical replaces `\n` before it looks at pairs of backslashes: it finds the second of a
# pair with the n behind it and makes a line break of the two. Nothing is reported. icalendar and ical.js read the text
# as it was.
#
# icalendar writes a description with a path, all three read it. Needs Node.js 20 with npm. Ends with 1 when the
# behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund node-ical@0.26.1 ical.js@2.2.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalendar==7.3.2
venv/bin/python - <<'PY'
from datetime import UTC, datetime
from importlib.metadata import version

import icalendar

text = r"\\server\new"
instant = datetime(2026, 1, 2, 10, tzinfo=UTC)
calendar = icalendar.Calendar.new(prodid="-//example//EN")
calendar.add_component(icalendar.Event.new(uid="1", stamp=instant, start=instant, summary="papers", description=text))
open("written.ics", "wb").write(calendar.to_ical())
print(next(line for line in calendar.to_ical().decode().splitlines() if line.startswith("DESCRIPTION")))
read = str(icalendar.Calendar.from_ical(calendar.to_ical()).events[0]["description"])
print(f"icalendar {version('icalendar')} reads {read!r}")
raise SystemExit(0 if read == text else 1)
PY
cat >read.mjs <<'JS'
import { readFileSync } from 'node:fs'
import ICAL from 'ical.js'
import ical from 'node-ical'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version
const text = readFileSync('written.ics', 'utf8')
const nodeIcal = ical.sync.parseICS(text)['1'].description
const icalJs = new ICAL.Event(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent('vevent')).description
console.log(`ical.js ${version('ical.js')} reads`, JSON.stringify(icalJs))
console.log(`node-ical ${version('node-ical')} reads`, JSON.stringify(nodeIcal))
const right = String.raw`\\server\new`
process.exit(icalJs === right && nodeIcal !== right && nodeIcal.includes('\n') ? 0 : 1)
JS
node read.mjs
echo "the behaviour is as described"
