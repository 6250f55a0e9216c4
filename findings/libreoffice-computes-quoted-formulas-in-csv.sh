#!/usr/bin/env bash
# Quotation marks around a field of a CSV say where the field ends, and many a good engineer takes them to say "this is a
# text". LibreOffice Calc, opening a file without asking, computes "=1+1" all the same, and rounds a quoted number of 18
# digits. A tab behind the text saves the number and not the formula; a tab in front, inside the marks, saves both.
#
# Converts a CSV to XLSX as Calc opens it by itself and reads the cells back. Needs libreoffice (Debian:
# libreoffice-calc-nogui). Ends with 1 when the behaviour is another one.
set -euo pipefail

command -v libreoffice >/dev/null || { echo "libreoffice is missing: apt-get install libreoffice-calc-nogui" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5
python3 - "$folder/cells.csv" <<'PY'
import sys

NUMBER, FORMULA = "202600000000000001", "=1+1"
rows = ["how,number,formula"]
for how, before, behind in (("quoted", "", ""), ("tab behind", "", "\t"), ("tab in front", "\t", "")):
    rows.append(f'"{how}","{before}{NUMBER}{behind}","{before}{FORMULA}{behind}"')
open(sys.argv[1], "w", encoding="utf-8", newline="").write("\r\n".join(rows) + "\r\n")
PY
libreoffice --version
HOME="$folder" timeout 120 libreoffice --headless --convert-to xlsx --outdir "$folder" "$folder/cells.csv" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder/cells.xlsx" <<'PY'
import sys

from openpyxl import load_workbook

cells = {row[0]: row[1:] for row in load_workbook(sys.argv[1]).active.iter_rows(min_row=2, values_only=True)}
computed = {row[0]: row[2] for row in load_workbook(sys.argv[1], data_only=True).active.iter_rows(min_row=2, values_only=True)}
for how, (number, formula) in cells.items():
    print(f"{how:13} number {number!r:24} formula {formula!r:10} shown {computed[how]!r}")
as_text = {how: (isinstance(number, str), isinstance(computed[how], str)) for how, (number, _) in cells.items()}
expected = {"quoted": (False, False), "tab behind": (True, False), "tab in front": (True, True)}
raise SystemExit(0 if as_text == expected else 1)
PY
echo "the behaviour is as described"
