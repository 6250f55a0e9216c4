"""The verdict on one file. Runs in a child under limits; pypdf is kept to much less than it would do by itself."""

import codecs
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pypdf import PdfReader, overwrite_configuration
from pypdf.errors import LimitReachedError

from runtime.inspection.marks import demand_pdf, demand_sound_sections
from runtime.inspection.verdict import Refused, Verdict, too_complex
from runtime.inspection.walking import PageSize, Walk

#: One file is at most 4 MiB: what one stream of structure may grow to, and how wide and deep structures may be.
#: ``flate`` and its kin count decoded bytes, the others elements.
LIMITS: dict[str, Any] = {
    **dict.fromkeys(
        (f"{codec}_maximum_output_length" for codec in ("zlib", "lzw", "run_length", "jbig2", "brotli")), 4_000_000
    ),
    "array_based_stream_maximum_output_length": 4_000_000,
    "maximum_declared_stream_length": 4_300_000,
    "array_maximum_element_count": 20_000,
    "dictionary_maximum_element_count": 5_000,
    "page_tree_maximum_entries": 2_000,
    "page_tree_maximum_depth": 32,
    "page_tree_maximum_page_entries": 20_000,
    "jbig2dec_binary": None,
}


#: What pypdf reads texts with. A fork that may read no file cannot load them any more.
ENCODINGS = ("ascii", "charmap", "latin-1", "utf-8", "utf-16", "utf-16be", "utf-16le")

#: What pypdf says when it gives up on a dictionary and goes on with the first part of it.
_DICTIONARIES, _CUT_SHORT = logging.getLogger("pypdf.generic._data_structures"), "%(exception)s"


def load() -> None:
    """Loads what would be loaded late."""
    for encoding in ENCODINGS:
        codecs.lookup(encoding)


def judge(data: bytes) -> Verdict:
    """Pages and their sizes, or why nobody needs to look further. Never raises for what a file holds."""
    try:
        found = _pages(data)
    except Refused as refused:
        return Verdict(refused=f"document.{refused.code}", facts=refused.facts)
    sizes, fonts, images = zip(*found, strict=True)
    return Verdict(sizes, fonts, images)


def _pages(data: bytes) -> tuple[PageSize, ...]:
    demand_pdf(data)
    demand_sound_sections(data)
    overwrite_configuration(**LIMITS)
    try:
        with _all_of_it():
            return _sizes(data)
    except (Refused, ImportError):
        raise
    except Exception as error:  # noqa: BLE001 a broken file breaks a parser in any way there is
        raise _refused(error) from None


@contextmanager
def _all_of_it() -> Iterator[None]:
    """``Refused`` where a dictionary was read in part: what it says behind the gap, an action say, nobody looked at."""
    gaps = _Gaps()
    _DICTIONARIES.addHandler(gaps)
    try:
        yield
    finally:
        _DICTIONARIES.removeHandler(gaps)
    if gaps.heard:
        raise Refused("damaged", found="gap")


class _Gaps(logging.Handler):
    """Whether pypdf told of a gap."""

    heard = False

    def emit(self, record: logging.LogRecord) -> None:
        """Called for every warning about dictionaries; most of them lose nothing."""
        self.heard |= record.msg == _CUT_SHORT


#: What a parser ran into, however it tells of it → the word for it.
_WORDS: dict[type[BaseException], str] = {LimitReachedError: "limits", RecursionError: "nesting", MemoryError: "memory"}


def _refused(error: BaseException) -> Refused:
    """Pypdf wraps the error that says why into others; a file that ran into no limit is damaged."""
    why: BaseException | None = error
    while why is not None:
        for kind, word in _WORDS.items():
            if isinstance(why, kind):
                return too_complex(word)
        why = why.__cause__ or why.__context__
    return Refused("damaged", found=type(error).__name__)


def _sizes(data: bytes) -> tuple[PageSize, ...]:
    reader = PdfReader(io.BytesIO(data))
    if "/Encrypt" in reader.trailer:
        raise Refused("encrypted")
    pages = list(reader.pages)
    if not pages:
        raise Refused("empty")
    if _declared(reader) != len(pages):
        raise Refused("damaged")  # which pages there are would depend on who reads it
    walk = Walk()
    walk.everything(reader.trailer)
    ids = frozenset((each.idnum, each.generation) for page in pages if (each := page.indirect_reference))
    return tuple(walk.page_size(page, ids) for page in pages)


def _declared(reader: PdfReader) -> Any:
    """How many pages the root of the page tree says there are."""
    root: Any = reader.trailer["/Root"]
    return root["/Pages"].get("/Count")
