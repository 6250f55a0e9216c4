"""PDFs written object by object, so that a test can have any of them as wrong as it likes."""

import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>"
PAGE = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<>>>>"
DRAWING = b"0 0 m 100 100 l S\n"


def stream(data: bytes, keys: bytes = b"") -> bytes:
    """A stream with the data as it is; ``keys`` beside its length."""
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (keys, len(data), data)


def packed(data: bytes, keys: bytes = b"") -> bytes:
    """The same, deflated."""
    return stream(zlib.compress(data, 9), b"/Filter/FlateDecode" + keys)


def zeros(count: int) -> bytes:
    """Deflated zeros, a whole number of millions: one piece packed by itself and repeated."""
    squeeze = zlib.compressobj(9, wbits=-15)
    piece = squeeze.compress(b"0" * 1_000_000) + squeeze.flush(zlib.Z_FULL_FLUSH)
    return b"x\xda" + piece * (count // 1_000_000) + b"\x03\x00" + bytes(4)


def pdf(
    objects: Mapping[int, bytes],
    *,
    trailer: bytes = b"",
    head: bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    end: bytes = b"%%EOF\n",
) -> bytes:
    """A file of these objects, with a table of cross references; ``trailer`` is added to its dictionary."""
    out, places = bytearray(head), dict[int, int]()
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n" % size
    for number in range(size):
        out += b"%010d %05d %b \n" % ((places[number], 0, b"n") if number in places else (0, 65535, b"f"))
    out += b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n" % (size, trailer, table)
    return bytes(out + end)


def one_page(changes: Mapping[int, bytes] | None = None, **more: bytes) -> bytes:
    """A page with a line on it; ``changes`` replace or add objects."""
    return pdf({1: CATALOG, 2: PAGES, 3: PAGE, 4: stream(DRAWING), **(changes or {})}, **more)


def table_at(data: bytes) -> int:
    """The offset of the newest section of cross references."""
    return int(data.rsplit(b"startxref", 1)[1].split()[0])


def updated(data: bytes, objects: Mapping[int, bytes], *, gone: Sequence[int] = (), generation: int = 0) -> bytes:
    """The file as a later save leaves it, behind what it was: ``objects`` are added or replaced, ``gone`` deleted."""
    out, rows = bytearray(data), dict.fromkeys(gone, b"%010d %05d f \n" % (0, generation + 1))
    for number, body in objects.items():
        rows[number] = b"%010d %05d n \n" % (len(out), generation)
        out += b"%d %d obj\n%b\nendobj\n" % (number, generation, body)
    table, catalog = len(out), re.findall(rb"/Root \d+ 0 R", data)[-1]
    out += b"xref\n" + b"".join(b"%d 1\n%b" % row for row in sorted(rows.items()))
    keys = b"/Size %d%b/Prev %d" % (max([1_000, *rows]), catalog, table_at(data))
    return bytes(out) + b"trailer\n<<%b>>\nstartxref\n%d\n%%%%EOF\n" % (keys, table)


def of_size(size: int, measured: Callable[[bytes], int]) -> bytes:
    """A page whose size, as ``measured`` tells it, is exactly so many bytes."""
    made = b""
    for length in range(size - 2000, size + 1):
        made = one_page({4: stream(DRAWING + b" " * (length - len(DRAWING)))})
        missing = size - measured(made)
        if missing == 0:
            return made
        if missing > 8:
            continue
    raise AssertionError(f"no page of exactly {size} bytes")


def many_pages(
    count: int, page: Callable[[int], bytes] | None = None, more: Mapping[int, bytes] | None = None
) -> bytes:
    """Pages in one level; ``page`` writes the n-th, from 0, which is object 10 + n."""
    write = page or (lambda _: b"<</Type/Page/Parent 2 0 R>>")
    kids = b" ".join(b"%d 0 R" % (10 + number) for number in range(count))
    root = b"<</Type/Pages/Kids[%b]/Count %d/MediaBox[0 0 9 9]>>" % (kids, count)
    pages = {10 + number: write(number) for number in range(count)}
    return pdf({1: CATALOG, 2: root, **(more or {}), **pages})


def with_streams_of_objects(streams: Sequence[bytes], objects: Iterable[tuple[int, int, int]]) -> bytes:
    """A file whose cross references are a stream.

    ``streams`` become the objects from 10 on; ``objects`` say of a number in which of them it stands, and where.
    """
    out, rows = bytearray(b"%PDF-1.7\n"), dict[int, tuple[int, int, int]]()
    for number, body in enumerate(streams, 10):
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    rows |= {number: (2, holder, index) for number, holder, index in objects}
    last = max(rows) + 1
    rows[last] = (1, len(out), 0)
    table = b"".join(
        bytes([kind]) + place.to_bytes(4) + index.to_bytes(2)
        for kind, place, index in (rows.get(number, (0, 0, 0)) for number in range(last + 1))
    )
    start = len(out)
    keys = b"/Type/XRef/Size %d/W[1 4 2]/Root 1 0 R" % (last + 1)
    return bytes(out + b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (last, packed(table, keys), start))


def of_length(length: int) -> bytes:
    """A sound file of exactly so many bytes, at least 3 MB, none of whose pages is large."""
    scans = {100 + number: stream(b"\xa5" * 150_000, b"/Subtype/Image") for number in range(20)}

    def page(number: int) -> bytes:
        return b"<</Type/Page/Parent 2 0 R/Resources<</XObject<</Im0 %d 0 R>>>>>>" % (100 + number)

    def made(filling: int) -> bytes:
        return many_pages(20, page, {**scans, 200: stream(b"\xa5" * filling)})

    filling = length - len(made(100_000)) + 100_000
    for each in range(filling + 4, filling - 8, -1):
        if len(found := made(each)) == length:
            return found
    raise AssertionError(f"no file of exactly {length} bytes")
