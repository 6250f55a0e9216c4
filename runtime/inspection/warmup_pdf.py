"""A small PDF of ours with all that has to be parsed: an object stream, a stream of cross references, a packed text."""

import zlib


def _stream(number: int, keys: bytes, data: bytes) -> bytes:
    packed = zlib.compress(data)
    head = b"%d 0 obj\n<<%b/Filter/FlateDecode/Length %d>>\nstream\n" % (number, keys, len(packed))
    return head + packed + b"\nendstream\nendobj\n"


def _made() -> bytes:
    packed = (
        b"<</Type/Catalog/Pages 2 0 R/OpenAction[3 0 R/Fit]>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 100.5 100]>>",
        b"<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</Font<<>>>>/Note(text\\)<)/Id<00ff>/Flag true>>",
    )
    places, body = list[int](), b""
    for each in packed:
        places.append(len(body))
        body += each + b" "
    index = b" ".join(b"%d %d" % (number, place) for number, place in enumerate(places, 1)) + b" "
    whole, starts = b"%PDF-1.5\n", dict[int, int]()
    for number, keys, data in (
        (4, b"/Type/ObjStm/N 3/First %d" % len(index), index + body),
        (5, b"", b"0 0 m 10 10 l S"),
    ):
        starts[number] = len(whole)
        whole += _stream(number, keys, data)
    rows = [(0, 0, 65535), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, starts[4], 0), (1, starts[5], 0), (1, len(whole), 0)]
    table = b"".join(bytes([kind]) + at.to_bytes(4) + last.to_bytes(2) for kind, at, last in rows)
    keys = b"/Type/XRef/Size 7/W[1 4 2]/Root 1 0 R"
    return whole + _stream(6, keys, table) + b"startxref\n%d\n%%%%EOF\n" % len(whole)


SPECIMEN = _made()
