# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "fpdf2==2.8.9", "img2pdf==0.6.3", "pikepdf==10.18.0", "pillow==13.0.0", "pyhanko==0.38.0",
#     "reportlab==5.1.0", "weasyprint==70.0", "cryptography>=50,<51", "playwright==1.65.2",
# ]
# ///
"""Writes the files of tests/pdfs/produced, each with the program whose name it bears.

    uv run --no-project tests/pdfs/produce.py

It needs Debian's libreoffice-calc-nogui, chromium and libpango-1.0-0, and npm on the path; jsPDF is fetched by npm into
a folder that is removed afterwards. The files are kept in the repository, so that the tests need none of this.
"""

import datetime as dt
import io
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

import fpdf
import img2pdf
import pikepdf
import weasyprint
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image
from playwright.sync_api import sync_playwright
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

#: Chinese of Debian's Noto font, which Chromium writes glyph by glyph.
CHINESE = "海关工作时间以外办理通关手续预约"
FOLDER = Path(__file__).parent / "produced"
JSPDF = "jspdf@4.2.1"
CHROMIUM = "/usr/bin/chromium"
TEXT = "Night clearance at the port, booked in advance."
HTML = "".join(
    f"<section style='page-break-after:always'><h1>{n}. Notice</h1><p>{TEXT}</p><a href='https://example.com/'>Source</a></section>"
    for n in range(3)
)


def picture(seed: int, side: int = 110) -> bytes:
    """A JPEG of light grey noise, as a scanner sees paper."""
    out = io.BytesIO()
    pixels = bytes(random.Random(seed).choices(range(190, 256), k=side * side))
    Image.frombytes("L", (side, side), pixels).save(out, "JPEG", quality=60)
    return out.getvalue()


def jspdf() -> bytes:
    """Three pages that share one dictionary of resources, with a picture on each."""
    return _jspdf(
        "".join(f"d.addImage(p[{n}], 'JPEG', 10, 40, 100, 100); d.text('Page {n}', 20, 20);" for n in range(1))
        + "".join(
            f"d.addPage(); d.addImage(p[{n}], 'JPEG', 10, 40, 100, 100); d.text('Page {n}', 20, 20);" for n in (1, 2)
        )
    )


def jspdf_prints_itself() -> bytes:
    """Opens the dialogue of the printer: jsPDF names ``/OpenAction`` twice."""
    return _jspdf("d.text('Page', 20, 20); d.autoPrint();")


def _jspdf(acts: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "install", "--silent", "--prefix", folder, JSPDF], check=True)
        for number in range(3):
            Path(folder, f"{number}.jpg").write_bytes(picture(number))
        Path(folder, "make.cjs").write_text(
            "const fs = require('fs'); const { jsPDF } = require('jspdf');"
            "const p = [0, 1, 2].map((n) => new Uint8Array(fs.readFileSync(n + '.jpg')));"
            "const d = new jsPDF({ compress: true });"
            "d.setCreationDate(new Date(Date.UTC(2026, 0, 1))); d.setFileId('0'.repeat(32));"
            + acts
            + "fs.writeFileSync('made.pdf', Buffer.from(d.output('arraybuffer')));"
        )
        subprocess.run(["node", "make.cjs"], cwd=folder, check=True)
        return Path(folder, "made.pdf").read_bytes()


def fpdf2() -> bytes:
    """A file as FPDF and its relatives write it: a text and a picture on each page."""
    made = fpdf.FPDF()
    made.set_creation_date(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    for number in range(3):
        made.add_page()
        made.set_font("helvetica", size=12)
        made.cell(text=f"{number}: {TEXT}")
        made.image(io.BytesIO(picture(number)), 10, 40, 100)
    return bytes(made.output())


def reportlab() -> bytes:
    """A text with an outline, a link and a picture on every other page."""
    out = io.BytesIO()
    page = canvas.Canvas(out, invariant=1, pageCompression=1)
    for number in range(4):
        page.drawString(72, 760, f"{number}: {TEXT}")
        page.bookmarkPage(f"p{number}")
        page.addOutlineEntry(f"Page {number}", f"p{number}")
        page.linkURL("https://example.com/notice", (72, 700, 300, 720))
        if number % 2:
            page.drawImage(ImageReader(io.BytesIO(picture(number))), 72, 300)
        page.showPage()
    page.save()
    return out.getvalue()


def libreoffice() -> bytes:
    """Two sheets of a table."""
    return _calc("calc_pdf_Export")


def libreoffice_hybrid() -> bytes:
    """The same, which carries the table itself as well."""
    return _calc('calc_pdf_Export:{"IsAddStream":{"type":"boolean","value":"true"}}')


def _calc(export: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        rows = "\n".join(f"{n},{TEXT}" for n in range(70))
        Path(folder, "table.csv").write_text("Number,Note\n" + rows)
        subprocess.run(
            [
                *("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"),
                *("--convert-to", f"pdf:{export}", "--outdir", folder, f"{folder}/table.csv"),
            ],
            check=True,
        )
        return Path(folder, "table.pdf").read_bytes()


def chromium() -> bytes:
    """Tagged, as ``page.pdf()`` and the print dialogue write it."""
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(f"<p style='font-family:Noto Sans CJK SC'>{CHINESE}</p>{HTML}")
        made = page.pdf(tagged=True, outline=True)
        browser.close()
        return made


def weasy() -> bytes:
    """Objects packed in streams, with an outline."""
    return bytes(weasyprint.HTML(string=HTML).write_pdf(full_fonts=False))


def img2pdf_() -> bytes:
    """One JPEG on each page, as it came."""
    return bytes(img2pdf.convert([picture(n) for n in range(3)], engine=img2pdf.Engine.internal))


def scanner() -> bytes:
    """A file as a scanner with text recognition writes it: picture, invisible text, inherited resources, linearised."""
    made = pikepdf.new()
    font = made.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier)
    )
    shown = pikepdf.Dictionary()
    for number in range(3):
        image = made.make_stream(picture(number))
        image.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": 110, "/Height": 110})
        image.update(
            {"/ColorSpace": pikepdf.Name.DeviceGray, "/BitsPerComponent": 8, "/Filter": pikepdf.Name.DCTDecode}
        )
        shown[f"/Im{number}"] = image
        page = made.add_blank_page(page_size=(595, 842))
        del page.obj["/Resources"]
        text = f"q 595 0 0 842 0 0 cm /Im{number} Do Q BT 3 Tr /F0 9 Tf (Page {number}) Tj ET"
        page.obj["/Contents"] = made.make_stream(text.encode())
    made.Root.Pages["/Resources"] = pikepdf.Dictionary(XObject=shown, Font=pikepdf.Dictionary(F0=font))
    out = io.BytesIO()
    made.save(out, linearize=True, deterministic_id=True)
    return out.getvalue()


def signed() -> bytes:
    """Signed by pyHanko: a second section of cross references, a field and a signature."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Example")])
    begin = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, begin.replace(year=2036))
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = made.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    with tempfile.TemporaryDirectory() as folder:
        secret, public = Path(folder, "key.pem"), Path(folder, "certificate.pem")
        formats = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        secret.write_bytes(key.private_bytes(*formats))
        public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        signer = signers.SimpleSigner.load(str(secret), str(public))
    writer = IncrementalPdfFileWriter(io.BytesIO(reportlab()))
    meta = signers.PdfSignatureMetadata(field_name="Signature")
    spec = SigFieldSpec("Signature", on_page=0, box=(72, 100, 272, 150))
    return bytes(signers.PdfSigner(meta, signer, new_field_spec=spec).sign_pdf(writer).getvalue())


MAKERS = {
    "jspdf": jspdf,
    "jspdf-autoprint": jspdf_prints_itself,
    "fpdf2": fpdf2,
    "reportlab": reportlab,
    "libreoffice": libreoffice,
    "libreoffice-hybrid": libreoffice_hybrid,
    "chromium": chromium,
    "weasyprint": weasy,
    "img2pdf": img2pdf_,
    "scanner": scanner,
    "signed": signed,
}

if __name__ == "__main__":
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    for file, make in MAKERS.items():
        FOLDER.joinpath(f"{file}.pdf").write_bytes(make())
