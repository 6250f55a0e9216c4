#!/usr/bin/env bash
# Printed to PDF by Chromium, a page of Chinese text in Noto Sans CJK (outlines in CFF) is several times as large as the
# same page in a TrueType font: Skia subsets TrueType, but draws CFF as Type 3 fonts, one for each 256 glyph numbers that
# the text touches, and Chinese characters lie far apart. Ten characters make ten fonts.
#
# Prints ten characters in both fonts and counts the fonts of the page. Needs chromium, fonts-noto-cjk and a TrueType
# font (Debian: fonts-wqy-microhei). Ends with 1 when the behaviour is another one.
set -euo pipefail

CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
for font in "Noto Sans CJK SC" "WenQuanYi Micro Hei"; do
  fc-list : family | grep -q "$font" || { echo "$font is missing: apt-get install fonts-noto-cjk fonts-wqy-microhei" >&2; exit 2; }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pypdf==6.4.0
"$CHROMIUM" --version 2>/dev/null
for font in "Noto Sans CJK SC" "WenQuanYi Micro Hei"; do
  name=${font%% *}
  printf '<!doctype html><meta charset="utf-8"><p style="font-family:\x27%s\x27">海关预约通关鲜活货物申</p>' "$font" >"$folder/$name.html"
  "$CHROMIUM" --headless --no-sandbox --disable-gpu --user-data-dir="$folder/$name" --no-pdf-header-footer \
    --print-to-pdf="$folder/$name.pdf" "file://$folder/$name.html" >/dev/null 2>&1
done
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys
from pathlib import Path

from pypdf import PdfReader

kinds = {}
for path in sorted(Path(sys.argv[1]).glob("*.pdf")):
    fonts = PdfReader(path).pages[0]["/Resources"]["/Font"]
    kinds[path.stem] = [fonts[name].get_object()["/Subtype"] for name in fonts]
    print(f"{path.stem:9} {path.stat().st_size:6} bytes, fonts: {kinds[path.stem]}")
many = kinds["Noto"].count("/Type3") > 3
raise SystemExit(0 if many and kinds["WenQuanYi"] == ["/Type0"] else 1)
PY
echo "the behaviour is as described"
