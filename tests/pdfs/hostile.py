"""Files that mean harm, each made here, and the one code that each must be refused with."""

import io
import random
import zipfile
import zlib
from collections.abc import Callable
from typing import NamedTuple

from pypdf import PdfReader, PdfWriter

from tests.pdfs import raw
from tests.pdfs.raw import CATALOG, DRAWING, PAGE, PAGES, many_pages, one_page, packed, pdf, stream

COMPLEX, DAMAGED, ACTIVE = "document.too_complex", "document.damaged", "document.active_content"
NOT_PDF, ENCRYPTED, EMPTY = "document.not_pdf", "document.encrypted", "document.empty"
#: For the catalog; it runs when the file is opened.
SCRIPT = b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"


class Hostile(NamedTuple):
    """A file's maker, the code that refuses it, and a fact that the refusal must have."""

    make: Callable[[], bytes]
    code: str
    fact: str | None = None


def catalog(keys: bytes, **objects: bytes) -> bytes:
    """A sound page, and something in the catalog; ``o7=…`` adds object 7."""
    added = {int(name[1:]): body for name, body in objects.items()}
    return one_page({1: CATALOG[:-2] + keys + b">>", **added})


def annotated(annotation: bytes) -> bytes:
    return one_page({3: PAGE[:-2] + b"/Annots[5 0 R]>>", 5: annotation})


def cyclic_page_tree() -> bytes:
    return one_page({2: b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>"})


def deep_page_tree() -> bytes:
    levels = {n: b"<</Type/Pages/Kids[%d 0 R]/Count 1/Parent %d 0 R>>" % (n + 1, n - 1) for n in range(10, 20_010)}
    return pdf({1: CATALOG.replace(b"2 0 R", b"10 0 R"), **levels, 20_010: b"<</Type/Page/Parent 20009 0 R>>"})


def shared_kids() -> bytes:
    """2^25 pages in two kilobytes: every level names the next one twice."""
    levels = {n: b"<</Type/Pages/Kids[%d 0 R %d 0 R]/Count 9>>" % (n + 1, n + 1) for n in range(10, 35)}
    return pdf({1: CATALOG.replace(b"2 0 R", b"10 0 R"), **levels, 35: b"<</Type/Page>>"})


def huge_count() -> bytes:
    return one_page({2: PAGES.replace(b"/Count 1", b"/Count 2147483647")})


def flate_bomb() -> bytes:
    return one_page({4: stream(raw.zeros(4 * 1000**3), b"/Filter/FlateDecode")})


def small_flate_bomb() -> bytes:
    """Small enough for a page of 200 KB."""
    return one_page({4: stream(raw.zeros(150_000_000), b"/Filter/FlateDecode")})


def xref_loop() -> bytes:
    sound = one_page()
    table = int(sound.rsplit(b"startxref\n", 1)[1].split()[0])
    return one_page(trailer=b"/Prev %d" % table)


def many_sections() -> bytes:
    out = bytearray(one_page())
    previous = int(out.rsplit(b"startxref\n", 1)[1].split()[0])
    for _ in range(15_000):
        place = len(out)
        out += b"xref\n0 0\ntrailer\n<</Size 5/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (previous, place)
        previous = place
    return bytes(out)


def encrypted(user: str, owner: str) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.append(PdfReader(io.BytesIO(one_page())))
    writer.encrypt(user, owner, algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def truncated() -> bytes:
    whole = many_pages(20)
    return whole[: len(whole) * 2 // 3]


def truncated_but_for_its_end() -> bytes:
    whole = one_page()
    return whole[: whole.index(b"endobj") + 10] + b"\n%%EOF\n"


def renamed_exe() -> bytes:
    return b"MZ\x90\x00" + random.Random(1).randbytes(50_000)


def noise() -> bytes:
    return b"%PDF-1.7\n" + random.Random(2).randbytes(4_000_000) + b"\n%%EOF\n"


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("evil.exe", b"MZ" * 500)
    return out.getvalue()


def archive_inside() -> bytes:
    """A PDF to a PDF reader, an archive to an archiver: the end of the PDF is the archive's comment."""
    body = archive()
    end = body.rindex(b"PK\x05\x06")
    sound = one_page({5: stream(body)})
    at = sound.index(body)
    tail = len(sound) - (at + len(body))
    return sound[: at + end + 20] + tail.to_bytes(2, "little") + sound[at + len(body) :]


def object_stream(size: int) -> bytes:
    return stream(raw.zeros(size), b"/Type/ObjStm/N 1/First 10/Filter/FlateDecode")


def object_stream_bomb() -> bytes:
    objects = [(number, 10, number) for number in (1, 2, 3)]
    return raw.with_streams_of_objects([object_stream(4 * 1000**3)], objects)


def object_streams_under_the_limit() -> bytes:
    """Fifty of 70 MB, each small enough for a parser that looks at one at a time."""
    index = b"1 0 2 40 "
    kids = b" ".join(b"%d 0 R" % n for n in range(100, 150))
    body = CATALOG.ljust(40) + b"<</Type/Pages/Kids[%b]/Count 50>>" % kids
    first = packed(index + body, b"/Type/ObjStm/N 2/First %d" % len(index))
    page = b"<</Type/Page/Parent 2 0 R>>"
    bombs = [_padded_object_stream(100 + n, page, 70_000_000) for n in range(50)]
    pages = [(100 + n, 11 + n, 0) for n in range(50)]
    return raw.with_streams_of_objects([first, *bombs], [(1, 10, 0), (2, 10, 1), *pages])


def _padded_object_stream(number: int, body: bytes, size: int) -> bytes:
    squeeze, index = zlib.compressobj(9, wbits=-15), b"%d 0 " % number
    head = squeeze.compress(index + body) + squeeze.flush(zlib.Z_FULL_FLUSH)
    blank = squeeze.compress(b" " * 1_000_000) + squeeze.flush(zlib.Z_FULL_FLUSH)
    data = b"x\xda" + head + blank * (size // 1_000_000) + b"\x03\x00" + bytes(4)
    return stream(data, b"/Type/ObjStm/N 1/First %d/Filter/FlateDecode" % len(index))


def nested_arrays() -> bytes:
    return one_page({3: PAGE[:-2] + b"/Deep " + b"[" * 200_000 + b"]" * 200_000 + b">>"})


def rows_of_cross_references() -> bytes:
    table = raw.zeros(70_000_000)
    keys = b"/Type/XRef/Size 10000000/W[1 4 2]/Root 1 0 R/Filter/FlateDecode"
    head = b"%PDF-1.7\n"
    return head + b"1 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream(table, keys), len(head))


def ring_of_links() -> bytes:
    def page(number: int) -> bytes:
        target = 10 + (number + 1) % 3000
        return b"<</Type/Page/Parent 2 0 R/Annots[<</Type/Annot/Subtype/Link/Dest[%d 0 R/Fit]>>]>>" % target

    return many_pages(3000, page)


def shared_by_all_pages() -> bytes:
    """1,500 pages, each of which shows the same 1,500 forms."""
    forms = b"".join(b"/F%d %d 0 R" % (n, 5000 + n) for n in range(1500))
    text = b"".join(b"/F%d Do " % n for n in range(1500))
    shared = {4000: b"<</XObject<<%b>>>>" % forms, 4001: stream(text)} | {5000 + n: stream(b"") for n in range(1500)}
    return many_pages(1500, lambda _: b"<</Type/Page/Parent 2 0 R/Resources 4000 0 R/Contents 4001 0 R>>", shared)


def lzw_bomb() -> bytes:
    return one_page({4: stream(lzw_zeros(150_000), b"/Filter/LZWDecode")})


def lzw_zeros(length: int) -> bytes:
    """LZW that names ever longer rows of one byte: about 900 of them for each code of 12 bits."""
    out, bits, held = bytearray(), 0, 0

    def put(code: int, width: int) -> None:
        nonlocal bits, held
        held = (held << width) | code
        bits += width
        while bits >= 8:
            bits -= 8
            out.append((held >> bits) & 0xFF)
        held &= (1 << bits) - 1

    while len(out) < length:
        put(256, 9)
        put(48, 9)
        for code in range(258, 4094):
            put(code, 9 if code < 511 else 10 if code < 1023 else 11 if code < 2047 else 12)
        put(256, 12)
    put(257, 9)
    return bytes(out) + b"\x00"


def run_length_bomb() -> bytes:
    return one_page({4: stream(b"\x810" * 75_000 + b"\x80", b"/Filter[/RunLengthDecode/RunLengthDecode]")})


def many_below_the_limit() -> bytes:
    """250 texts, each of which grows to 15 MB: no single one is too much, all together cost their child its life."""
    texts = {20 + n: stream(raw.zeros(15_000_000), b"/Filter/FlateDecode") for n in range(250)}
    contents = b" ".join(b"%d 0 R" % n for n in texts)
    return one_page({3: PAGE.replace(b"4 0 R", b"[%b]" % contents), **texts})


def filters_times_sixteen() -> bytes:
    data = DRAWING
    for _ in range(16):
        data = zlib.compress(data)
    return one_page({4: stream(data, b"/Filter[" + b"/FlateDecode" * 16 + b"]")})


def duplicate_objects() -> bytes:
    return b"%PDF-1.7\n" + b"1 0 obj\n" * 500_000 + b"startxref\n0\n%%EOF\n"


def without_endings() -> bytes:
    return one_page().replace(b"endobj", b"      ").replace(b"xref", b"xxxx").replace(b"trailer", b"xxxxxxx")


def entities_in_metadata() -> bytes:
    """XMP that an XML parser would choke on, which is never parsed, beside a script."""
    bomb = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'">]><a>' + b"&b;" * 5000 + b"</a>"
    return catalog(b"/Metadata 7 0 R/AA<</WC<</S/JavaScript/JS(x)>>>>", o7=stream(bomb, b"/Type/Metadata/Subtype/XML"))


def embedded() -> bytes:
    names = b"/Names<</EmbeddedFiles<</Names[(evil.exe)7 0 R]>>>>"
    return catalog(names, o7=b"<</Type/Filespec/F(evil.exe)/EF<</F 8 0 R>>>>", o8=stream(b"MZ" * 100))


HOSTILE: dict[str, Hostile] = {
    "cyclic page tree": Hostile(cyclic_page_tree, DAMAGED),
    "page tree 20,000 deep": Hostile(deep_page_tree, COMPLEX, "inspection_limits"),
    "2^25 pages of shared kids": Hostile(shared_kids, COMPLEX, "inspection_limits"),
    "huge count": Hostile(huge_count, DAMAGED),
    "flate bomb of 4 GB": Hostile(flate_bomb, COMPLEX, "inspection_bomb"),
    "flate bomb within a page": Hostile(small_flate_bomb, COMPLEX, "inspection_bomb"),
    "circle of cross references": Hostile(xref_loop, DAMAGED),
    "15,000 sections of cross references": Hostile(many_sections, COMPLEX, "inspection_limits"),
    "user password": Hostile(lambda: encrypted("secret", "owner"), ENCRYPTED),
    "owner password": Hostile(lambda: encrypted("", "owner"), ENCRYPTED),
    "truncated": Hostile(truncated, DAMAGED),
    "truncated, with an end": Hostile(truncated_but_for_its_end, DAMAGED),
    "script on opening": Hostile(lambda: catalog(SCRIPT), ACTIVE),
    "script behind a text in UTF-16": Hostile(lambda: catalog(b"/A<00410042>/B<feff0041>" + SCRIPT), ACTIVE),
    "script behind a text in UTF-16, turned": Hostile(lambda: catalog(b"/A<41004200>/B<fffe4100>" + SCRIPT), ACTIVE),
    "script behind a broken value": Hostile(lambda: catalog(b"/A<zz>" + SCRIPT), DAMAGED, "gap"),
    "named script": Hostile(
        lambda: catalog(b"/Names<</JavaScript<</Names[(a)7 0 R]>>>>", o7=b"<</S/JavaScript/JS(x)>>"), ACTIVE
    ),
    "launch on opening": Hostile(lambda: catalog(b"/OpenAction 7 0 R", o7=b"<</S/Launch/F(cmd.exe)>>"), ACTIVE),
    "launch by a link": Hostile(lambda: annotated(b"<</Subtype/Link/A<</S/Launch/F(cmd.exe)>>>>"), ACTIVE, "/Launch"),
    "a script after a jump": Hostile(
        lambda: catalog(b"/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next<</S/JavaScript/JS(x)>>>>"), ACTIVE
    ),
    "embedded file": Hostile(embedded, ACTIVE),
    "attached file": Hostile(lambda: annotated(b"<</Subtype/FileAttachment/FS<</EF<</F 4 0 R>>>>>>"), ACTIVE),
    "10,000 pages": Hostile(lambda: many_pages(10_000), COMPLEX, "inspection_limits"),
    "renamed program": Hostile(renamed_exe, NOT_PDF),
    "empty": Hostile(bytes, EMPTY),
    "no pages": Hostile(lambda: one_page({2: b"<</Type/Pages/Kids[]/Count 0>>"}), EMPTY),
    "page before the PDF": Hostile(lambda: b"<html><script>x</script>" + one_page(), NOT_PDF),
    "program behind the PDF": Hostile(lambda: one_page() + renamed_exe(), NOT_PDF),
    "archive behind the PDF": Hostile(lambda: one_page() + archive(), NOT_PDF),
    "archive inside the PDF": Hostile(archive_inside, NOT_PDF),
    "object stream of 4 GB": Hostile(object_stream_bomb, COMPLEX, "inspection_limits"),
    "fifty object streams of 70 MB": Hostile(object_streams_under_the_limit, COMPLEX, "inspection_limits"),
    "200,000 nested arrays": Hostile(nested_arrays, COMPLEX, "inspection_nesting"),
    "10 million rows of cross references": Hostile(rows_of_cross_references, COMPLEX, "inspection_limits"),
    "ring of links over 3,000 pages": Hostile(ring_of_links, COMPLEX, "inspection_limits"),
    "1,500 pages of 1,500 shared objects": Hostile(shared_by_all_pages, COMPLEX, "inspection_limits"),
    "LZW bomb": Hostile(lzw_bomb, COMPLEX, "inspection_bomb"),
    "run-length bomb": Hostile(run_length_bomb, COMPLEX, "inspection_bomb"),
    "250 texts of 15 MB": Hostile(many_below_the_limit, COMPLEX, "inspection_time"),
    "sixteen filters": Hostile(filters_times_sixteen, COMPLEX, "inspection_filters"),
    "form of XFA": Hostile(lambda: catalog(b"/AcroForm<</XFA 4 0 R/Fields[]>>"), ACTIVE, "/XFA"),
    "rich media": Hostile(lambda: annotated(b"<</Subtype/RichMedia/RichMediaContent<<>>>>"), ACTIVE),
    "500,000 duplicate objects": Hostile(duplicate_objects, DAMAGED),
    "4 MB of noise": Hostile(noise, DAMAGED),
    "entities in metadata, a script beside": Hostile(entities_in_metadata, ACTIVE, "/AA"),
}
