"""Files that were saved again and again: the inspection finds the pages that qpdf finds, as viewers do."""

import io
import random
from collections.abc import Callable

import pikepdf
import pytest

from runtime.inspection.judging import judge
from tests.pdfs.raw import CATALOG, packed, pdf, stream, updated, with_streams_of_objects

#: Numbers of pages, of their texts, and of metadata that all pages name, as every file here uses them.
PAGES, TEXTS, METADATA = range(30, 35), range(20, 25), 19
#: Bytes of the object and the dictionary of a stream.
FRAME = 100


def tree(kids: list[int]) -> bytes:
    listed = b" ".join(b"%d 0 R" % each for each in kids)
    return b"<</Type/Pages/Kids[%b]/Count %d/MediaBox[0 0 9 9]>>" % (listed, len(kids))


def page(number: int) -> bytes:
    return b"<</Type/Page/Parent 2 0 R/Contents %d 0 R/Metadata %d 0 R>>" % (number - 10, METADATA)


def text(chance: random.Random) -> bytes:
    return stream(b"n" * chance.randrange(1_000, 10_000))


def written_as_table(chance: random.Random) -> bytes:
    texts = {number: text(chance) for number in [METADATA, *TEXTS]}
    return pdf({1: CATALOG, 2: tree([*PAGES]), **texts, **{number: page(number) for number in PAGES}})


def written_as_stream(chance: random.Random) -> bytes:
    """Catalog, tree and pages are packed in a stream of objects."""
    bodies = {1: CATALOG, 2: tree([*PAGES]), **{number: page(number) for number in PAGES}}
    index, body = b"", b""
    for number, each in bodies.items():
        index += b"%d %d " % (number, len(body))
        body += each + b" "
    holder = packed(index + body, b"/Type/ObjStm/N %d/First %d" % (len(bodies), len(index)))
    # The streams become the objects 10, 11, …; metadata and texts are those from 19 on.
    filling = [stream(b"") for _ in range(8)]
    places = [(number, 10, at) for at, number in enumerate(bodies)]
    return with_streams_of_objects([holder, *filling, *[text(chance) for _ in [METADATA, *TEXTS]]], places)


def saved(data: bytes, chance: random.Random) -> bytes:
    """One more save: some texts are written again, some pages dropped, moved or replaced, what is left over deleted."""
    kids = chance.sample(PAGES, chance.randint(1, len(PAGES)))
    texts = {number: text(chance) for number in [METADATA, *TEXTS] if chance.random() < 0.3}
    pages = {number: page(number) for number in kids}
    dropped = [number for number in PAGES if number not in kids and chance.random() < 0.7]
    dropped += [METADATA] if METADATA not in texts and chance.random() < 0.4 else []
    return updated(data, {2: tree(kids), **pages, **texts}, gone=dropped)


@pytest.mark.parametrize("written", [written_as_table, written_as_stream])
@pytest.mark.parametrize("seed", range(20))
def test_the_pages_are_those_of_the_last_save(written: Callable[[random.Random], bytes], seed: int) -> None:
    chance = random.Random(seed)
    data = written(chance)
    for _ in range(chance.randrange(6)):
        data = saved(data, chance)
    with pikepdf.open(io.BytesIO(data)) as shown:
        lengths = [sum(map(_length, (each.obj.get("/Contents"), each.obj.get("/Metadata")))) for each in shown.pages]
    verdict = judge(data)
    assert verdict.refused is None
    assert len(verdict.pages) == len(lengths)
    more = [told - length for told, length in zip(verdict.pages, lengths, strict=True)]
    assert max(more) - min(more) <= FRAME
    assert min(more) > 600
    assert max(more) < 1_000


def _length(found: pikepdf.Object | None) -> int:
    return len(found.read_raw_bytes()) if isinstance(found, pikepdf.Stream) else 0
