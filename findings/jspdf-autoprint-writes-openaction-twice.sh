#!/usr/bin/env bash
# jsPDF writes where a viewer opens the file into every catalog, as /OpenAction. After `autoPrint()`, which many web pages
# call, it writes a second /OpenAction behind the first, and the catalog names one key twice. ISO 32000 leaves open which
# counts. pypdf keeps the first (and only logs a warning); qpdf and MuPDF keep the last. So a check made with
# pypdf sees a file that opens at the width of its page, and the user's viewer shows the print dialog.
#
# Writes such a file with jsPDF and asks three readers for the key. Needs Node.js 20 with npm. Ends with 1 when the
# behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund jspdf@4.2.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pypdf==7.1.0 pikepdf==10.18.0 pymupdf==1.27.2
cat >write.mjs <<'JS'
import { writeFileSync } from 'node:fs'
import { jsPDF } from 'jspdf'

const file = new jsPDF()
file.text('hello', 10, 10)
file.autoPrint()
writeFileSync('printed.pdf', Buffer.from(file.output('arraybuffer')))
JS
node write.mjs
echo "jspdf $(node -p "require('./node_modules/jspdf/package.json').version")"
venv/bin/python - <<'PY'
from pathlib import Path

import pikepdf
import pymupdf
import pypdf


def kind(action):
    """Says in a word what the value of /OpenAction does."""
    return "print" if "/Print" in action else "show a place" if "/FitH" in action else action


first = str(pypdf.PdfReader("printed.pdf").trailer["/Root"]["/OpenAction"])
qpdf = pikepdf.open("printed.pdf")
last = str(qpdf.Root.OpenAction.to_json(dereference=True))
mupdf = pymupdf.open("printed.pdf")
reference = mupdf.xref_get_key(mupdf.pdf_catalog(), "OpenAction")[1]
followed = mupdf.xref_object(int(reference.split()[0])) if reference.endswith("R") else reference
seen = {
    f"pypdf {pypdf.__version__}": kind(first),
    f"qpdf {pikepdf.__libqpdf_version__}": kind(last),
    f"MuPDF {pymupdf.mupdf_version}": kind(followed),
}
written = Path("printed.pdf").read_bytes().count(b"/OpenAction")
print("/OpenAction is written", written, "times")
for reader, action in seen.items():
    print(f"{reader}: {action}")
raise SystemExit(0 if written == 2 and list(seen.values()) == ["show a place", "print", "print"] else 1)
PY
echo "the behaviour is as described"
