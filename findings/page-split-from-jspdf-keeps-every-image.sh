#!/usr/bin/env bash
# A page split out of a PDF should be about as large as what it shows. jsPDF gives all its pages one and the same
# dictionary of resources, which names the images of every page. pypdf, MuPDF and PDFium copy that dictionary with the
# page they split out, so a page of five weighs what the whole file weighs, and a limit on the size of a page refuses it.
# MuPDF's own collection of what is unused (garbage=4) does not help: it is all still referred to. qpdf alone takes out
# what the page's content does not name, in pikepdf only when told to.
#
# Writes five pages with an image each and splits the first one out. Needs Node.js 20 with npm. Ends with 1 when the
# behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund jspdf@4.2.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pypdf==7.1.0 pikepdf==10.18.0 pymupdf==1.27.2 pypdfium2==5.15.2
cat >write.mjs <<'JS'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { jsPDF } from 'jspdf'

const file = new jsPDF()
for (let page = 1; page <= 5; page++) {
  if (page > 1) file.addPage()
  const pixels = new Uint8ClampedArray(randomBytes(200 * 200 * 4))
  file.addImage({ data: pixels, width: 200, height: 200 }, 'RGBA', 10, 10, 50, 50)
}
writeFileSync('five.pdf', Buffer.from(file.output('arraybuffer')))
JS
node write.mjs
echo "jspdf $(node -p "require('./node_modules/jspdf/package.json').version")"
venv/bin/python - <<'PY'
import io
from importlib.metadata import version
from pathlib import Path

import pikepdf
import pymupdf
import pypdf
import pypdfium2


def by_pypdf():
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_page(pypdf.PdfReader("five.pdf").pages[0])
    writer.write(out)
    return len(out.getvalue())


def by_mupdf():
    page = pymupdf.open()
    page.insert_pdf(pymupdf.open("five.pdf"), from_page=0, to_page=0)
    return len(page.tobytes(garbage=4))


def by_pdfium():
    page, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    page.import_pages(pypdfium2.PdfDocument("five.pdf"), [0])
    page.save(out)
    return len(out.getvalue())


def by_qpdf(*, tidy):
    source, page, out = pikepdf.open("five.pdf"), pikepdf.new(), io.BytesIO()
    page.pages.append(source.pages[0])
    if tidy:
        page.remove_unreferenced_resources()
    page.save(out)
    return len(out.getvalue())


print(", ".join(f"{name} {version(name)}" for name in ("pypdf", "pymupdf", "pypdfium2", "pikepdf")))
whole = Path("five.pdf").stat().st_size
sizes = {"pypdf": by_pypdf(), "MuPDF": by_mupdf(), "PDFium": by_pdfium(), "qpdf": by_qpdf(tidy=False)}
sizes["qpdf, told to"] = tidied = by_qpdf(tidy=True)
print(f"five pages: {whole} bytes; page 1 alone:")
for name, size in sizes.items():
    print(f"{name:13} {size:7} bytes, {size / whole:.0%} of the whole")
heavy = [name for name, size in sizes.items() if size > 0.9 * whole]
raise SystemExit(0 if heavy == ["pypdf", "MuPDF", "PDFium", "qpdf"] and tidied < 0.3 * whole else 1)
PY
echo "the behaviour is as described"
