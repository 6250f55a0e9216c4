"""What an inspection in a child costs beside pypdf counting the pages in our own process, on the same files."""

import io
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

from runtime.inspection.pool import Inspectors

#: Pages of a file → bytes of the scan on each: a letter, a contract, as much as may be uploaded.
FILES = ((1, 60_000), (8, 70_000), (26, 155_000))
TURNS = 20


class Compared(NamedTuple):
    """Milliseconds of the middle turn and of the quickest one, which a busy machine disturbs least."""

    name: str
    ours: float
    bare: float
    ours_least: float
    bare_least: float


async def compare(rounds: int) -> list[Compared]:
    """Measures both sides in turn on each file; the child is warm, as it is in the API."""
    inspectors = Inspectors(1)
    try:
        return [await _compare(inspectors, scanned(*each), rounds * TURNS) for each in FILES]
    finally:
        await inspectors.close()


async def _compare(inspectors: Inspectors, data: bytes, turns: int) -> Compared:
    pages = count(data)
    ours, bare = list[float](), list[float]()
    await inspectors.inspect(data)
    for _ in range(turns):
        ours.append(await _timed(lambda: inspectors.inspect(data)))
        began = time.perf_counter()
        count(data)
        bare.append(time.perf_counter() - began)
    name = f"{pages} 页 pages, {len(data) / 1000:.0f} kB"
    figures = (statistics.median(ours), statistics.median(bare), min(ours), min(bare))
    return Compared(name, *(1000 * seconds for seconds in figures))


async def _timed(act: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await act()
    return time.perf_counter() - began


def count(data: bytes) -> int:
    """The bare side: no child, no limits, no look at what the file holds."""
    return len(PdfReader(io.BytesIO(data)).pages)


def scanned(pages: int, size: int) -> bytes:
    """A file as scanners make it: one image on each page, its bytes such that nobody can pack them."""
    noise, writer = random.Random(0), PdfWriter()
    for _ in range(pages):
        image = StreamObject()
        image.update(_names({"/Type": "/XObject", "/Subtype": "/Image", "/Filter": "/DCTDecode"}))
        image.update({NameObject("/Width"): NumberObject(1240), NameObject("/Height"): NumberObject(1754)})
        image.set_data(noise.randbytes(size))
        page = writer.add_blank_page(595, 842)
        named = DictionaryObject({NameObject("/Im0"): writer._add_object(image)})  # noqa: SLF001 pypdf offers no other way
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): named})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _names(pairs: Mapping[str, str]) -> dict[NameObject, NameObject]:
    return {NameObject(key): NameObject(value) for key, value in pairs.items()}
