#!/usr/bin/env bash
# Customs messages write a date as 20260102 and a moment as 202601021830 or 20260102183000, which ISO 8601 allows (its
# basic format). A pydantic field of type datetime takes all of them without an error, and as something else: a string of
# digits is a number of seconds since 1970, or of milliseconds when it is large. The second of January 2026 becomes a day
# of August 1970, and the moments lie in 1976 and in 2612. A field of type date refuses the same strings, and
# datetime.fromisoformat() of Python 3.11 reads the first and the last as one expects.
#
# Ends with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pydantic==2.14.3
"$folder/venv/bin/python" - <<'PY'
from datetime import date, datetime

from pydantic import TypeAdapter, ValidationError
from pydantic.version import VERSION

print("pydantic", VERSION)


def read(kind, text):
    """Returns what a field of that type makes of a JSON string, or the type of its error."""
    try:
        return TypeAdapter(kind).validate_json(f'"{text}"').isoformat()
    except ValidationError as error:
        return error.errors()[0]["type"]


found = {}
for text in ("20260102", "202601021830", "20260102183000"):
    found[text] = read(datetime, text), read(date, text)
    print(f"{text:14} as datetime: {found[text][0]:32} as date: {found[text][1]}")
years = [moment[:4] for moment, _ in found.values()]
refused = {day for _, day in found.values()} == {"date_from_datetime_inexact"}
raise SystemExit(0 if years == ["1970", "1976", "2612"] and refused else 1)
PY
echo "the behaviour is as described"
