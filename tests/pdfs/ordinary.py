"""Files as offices really have them: from scanners, word processors and programs of several habits."""

import io
import random
from collections.abc import Callable

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from tests.pdfs import raw
from tests.pdfs.raw import CATALOG, DRAWING, PAGE, many_pages, one_page, packed, pdf, stream

CHINESE = "STSong-Light"


def grey_noise(seed: int, side: int = 400) -> Image.Image:
    """Paper as a scanner sees it: light, and never quite the same."""
    pixels = random.Random(seed).choices(range(190, 256), k=side * side)
    return Image.frombytes("L", (side, side), bytes(pixels))


def jpeg(seed: int, side: int = 400) -> bytes:
    out = io.BytesIO()
    grey_noise(seed, side).save(out, "JPEG", quality=80)
    return out.getvalue()


def report() -> bytes:
    """Twelve pages of Chinese text with an outline and a link to a web page."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4, pageCompression=1)
    page.setTitle("情况说明")
    for number in range(12):
        page.setFont(CHINESE, 12)
        page.drawString(72, 760, f"关于鲜活货物夜间到港的情况说明（第 {number + 1} 页）")
        page.bookmarkPage(f"p{number}")
        page.addOutlineEntry(f"第 {number + 1} 页", f"p{number}")
        page.linkURL("https://example.com/notice", (72, 700, 300, 720))
        page.showPage()
    page.save()
    return out.getvalue()


def colour_scan() -> bytes:
    """Eight originals, one JPEG on each page, as most scanners write them."""
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    for seed in range(8):
        page.drawImage(ImageReader(io.BytesIO(jpeg(seed))), 0, 0, *A4)
        page.showPage()
    page.save()
    return out.getvalue()


def _scanned(filters: bytes, data: Callable[[int], bytes], more: dict[int, bytes] | None = None) -> bytes:
    """One image on each of six pages."""

    def page(number: int) -> bytes:
        resources = b"/Resources<</XObject<</Im0 %d 0 R>>/ProcSet[/PDF/ImageB]>>" % (100 + number)
        return b"<</Type/Page/Parent 2 0 R/Contents 50 0 R/Rotate 90%b>>" % resources

    keys = b"/Type/XObject/Subtype/Image/Width 2480/Height 3508/BitsPerComponent 1/ColorSpace/DeviceGray" + filters
    images = {100 + number: stream(data(number), keys) for number in range(6)}
    return many_pages(6, page, {50: packed(b"q 595 0 0 842 0 0 cm /Im0 Do Q"), **images, **(more or {})})


def fax_scan() -> bytes:
    """CCITT Group 4, black and white, zero bytes behind the end."""
    parameters = b"/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 2480/Rows 3508/BlackIs1 true>>"
    return _scanned(parameters, lambda seed: random.Random(seed).randbytes(60_000)) + b"\x00" * 512


def jbig2_scan() -> bytes:
    """JBIG2 with a dictionary of symbols that all pages share."""
    parameters = b"/Filter/JBIG2Decode/DecodeParms<</JBIG2Globals 60 0 R>>"
    symbols = {60: stream(random.Random(60).randbytes(7_000))}
    return _scanned(parameters, lambda seed: random.Random(seed).randbytes(20_000), symbols)


def jpeg2000_scan() -> bytes:
    return _scanned(b"/Filter[/FlateDecode/JPXDecode]", lambda seed: random.Random(seed).randbytes(90_000))


def blank_scan() -> bytes:
    """A white page at 300 dpi, deflated: 26 MB that take 26 kB, and do no harm."""
    keys = b"/Type/XObject/Subtype/Image/Width 2480/Height 3508/BitsPerComponent 8/ColorSpace/DeviceRGB"
    image = stream(raw.zeros(26_000_000), b"/Filter/FlateDecode" + keys)
    page = PAGE.replace(b"<<>>", b"<</XObject<</Im0 5 0 R>>>>")
    return one_page({3: page, 4: packed(b"q 595 0 0 842 0 0 cm /Im0 Do Q"), 5: image})


def word_processor() -> bytes:
    """Tagged, with a place to open at, names, a link, empty name trees and metadata; objects packed in a stream."""
    catalog = (
        b"<</Type/Catalog/Pages 2 0 R/Lang(zh-CN)/MarkInfo<</Marked true>>/StructTreeRoot 7 0 R"
        b"/OpenAction<</S/GoTo/D[3 0 R/XYZ null null 0]>>/PageMode/UseOutlines"
        b"/ViewerPreferences<</DisplayDocTitle true>>"
        b"/Names<</EmbeddedFiles<</Names[]>>/JavaScript<</Names[]>>/Dests<</Names[(a)[3 0 R/Fit]]>>>>>>"
    )
    page = (
        b"<</Type/Page/Parent 2 0 R/Contents 40 0 R/Group<</S/Transparency/CS/DeviceRGB>>/StructParents 0/Tabs/S"
        b"/Resources<</Font<</F1 5 0 R/JS 5 0 R>>/ExtGState<</AA<</ca 1>>>>>>/Annots[6 0 R]>>"
    )
    bodies = {
        1: catalog,
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595.32 841.92]>>",
        3: page,
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        6: b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.com/)>>>>",
        7: b"<</Type/StructTreeRoot/K[8 0 R]/RoleMap<</AA/P/Launch/Span>>>>",
        8: b"<</Type/StructElem/S/Document/P 7 0 R/K[9 0 R]>>",
        9: b"<</Type/StructElem/S/Link/P 8 0 R/Pg 3 0 R/K 0>>",
    }
    index, body = b"", b""
    for number, each in bodies.items():
        index += b"%d %d " % (number, len(body))
        body += each + b" "
    holder = packed(index + body, b"/Type/ObjStm/N %d/First %d" % (len(bodies), len(index)))
    places = [(number, 10, at) for at, number in enumerate(bodies)]
    # Objects 11 to 40: the page shows the last one.
    return raw.with_streams_of_objects([holder, *[packed(DRAWING)] * 30], places)


def saved_again() -> bytes:
    """Opened, changed and saved: a second section of cross references behind the first."""
    first = one_page()
    table = int(first.rsplit(b"startxref\n", 1)[1].split()[0])
    place = len(first)
    body = b"4 0 obj\n%b\nendobj\n" % stream(DRAWING * 3)
    new_table = place + len(body)
    row = b"%010d 00000 n \n" % place
    end = b"trailer\n<</Size 5/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\r\n" % (table, new_table)
    return first + body + b"xref\n4 1\n" + row + end


def form() -> bytes:
    """A form to fill in, signed in a field: no script, no XFA."""
    value = b"/V(\xfe\xff\x67\x0e)/A<</S/Named/N/NextPage>>"
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/Rect[0 0 9 9]/P 3 0 R%b>>" % value
    signature = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(sig)/P 3 0 R/Rect[0 0 0 0]/V 8 0 R>>"
    return pdf(
        {
            1: CATALOG[:-2] + b"/AcroForm<</Fields[5 0 R 6 0 R]/SigFlags 3/NeedAppearances true>>>>",
            2: raw.PAGES,
            3: PAGE[:-2] + b"/Annots[5 0 R 6 0 R]>>",
            4: stream(DRAWING),
            5: field,
            6: signature,
            8: b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/Contents<" + b"3082" * 2000 + b">>>",
        }
    )


def old_program() -> bytes:
    """PDF 1.2 with carriage returns, octal strings and a date, text in ASCII85 over LZW-free RunLength."""
    text = b"\x11" + DRAWING + b"\x80"
    return one_page(
        {4: stream(text, b"/Filter[/RunLengthDecode]"), 5: b"<</Producer(\\316\\304)/CreationDate(D:19990101)>>"},
        trailer=b"/Info 5 0 R",
        head=b"%PDF-1.2\r\n",
        end=b"%%EOF\r\n\x1a",
    )


#: name → how it is made, and how many pages it has.
ORDINARY: dict[str, tuple[Callable[[], bytes], int]] = {
    "report": (report, 12),
    "colour scan": (colour_scan, 8),
    "fax scan": (fax_scan, 6),
    "JBIG2 scan": (jbig2_scan, 6),
    "JPEG 2000 scan": (jpeg2000_scan, 6),
    "blank scan": (blank_scan, 1),
    "word processor": (word_processor, 1),
    "saved again": (saved_again, 1),
    "form": (form, 1),
    "old program": (old_program, 1),
}
