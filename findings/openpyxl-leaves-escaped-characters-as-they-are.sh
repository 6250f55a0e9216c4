#!/usr/bin/env bash
# An XLSX file writes a carriage return in a cell as `_x000D_` (ECMA-376, ST_Xstring: `_xHHHH_` stands for a character).
# calamine reads the line break; openpyxl, and with it pandas by default, gives the seven characters themselves, and a name
# of two lines comes out as `上海_x000D_\n公司`. openpyxl's own round trip hides it, because it does not write the escape
# either: a text that happens to look like one, `A_x0041_B`, is saved as it stands, and calamine reads AAB.
#
# Writes with XlsxWriter and reads with openpyxl and calamine, then the other way. Ends with 1 when the behaviour is
# another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5 xlsxwriter==3.2.9 python-calamine==0.6.1
cd "$folder"
venv/bin/python - <<'PY'
from importlib.metadata import version

from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook as Writer

NAME, CODE = "上海\r\n公司", "A_x0041_B"
print(", ".join(f"{name} {version(name)}" for name in ("openpyxl", "xlsxwriter", "python-calamine")))


def read(path):
    """Returns the first cell as openpyxl and as calamine give it."""
    return load_workbook(path).active["A1"].value, CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[0][0]


with Writer("name.xlsx") as book:
    book.add_worksheet().write_string("A1", NAME)
book = Workbook()
book.active["A1"] = CODE
book.save("code.xlsx")
by_openpyxl, by_calamine = read("name.xlsx")
print(f"XlsxWriter writes {NAME!r}: openpyxl reads {by_openpyxl!r}, calamine {by_calamine!r}")
own, other = read("code.xlsx")
print(f"openpyxl writes {CODE!r}: openpyxl reads {own!r}, calamine {other!r}")
expected = ("上海_x000D_\n公司", NAME, CODE, "AAB")
raise SystemExit(0 if (by_openpyxl, by_calamine, own, other) == expected else 1)
PY
echo "the behaviour is as described"
