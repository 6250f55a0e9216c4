"""The verdict on one file. It runs in a child under limits; pypdf gets lower limits than its own."""

import codecs
import io
from typing import Any

from pypdf import PdfReader, overwrite_configuration
from pypdf.errors import LimitReachedError

from runtime.inspection.marks import demand_pdf, demand_sound_sections, refuse_archive
from runtime.inspection.measuring import Measure, PageSize
from runtime.inspection.page_tree import demand_one_reading
from runtime.inspection.reading import to_the_letter
from runtime.inspection.repaired import repair
from runtime.inspection.sections import Unsound, correct
from runtime.inspection.verdict import DocumentRefused, InspectionVerdict, too_complex
from runtime.inspection.walking import Walk

#: A file has at most 4 MiB. These limit how far one stream of structure may grow, and how wide and deep structures are.
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


#: Codecs with which pypdf reads texts. A fork, which may read no file, cannot load them.
ENCODINGS = ("ascii", "charmap", "latin-1", "utf-8", "utf-16", "utf-16be", "utf-16le")


def load() -> None:
    """Loads modules that would be loaded late."""
    for encoding in ENCODINGS:
        codecs.lookup(encoding)


def judge(data: bytes) -> InspectionVerdict:
    """Returns the pages and their sizes, or the refusal. No content of a file makes it raise."""
    try:
        found = _pages(data)
    except DocumentRefused as refused:
        return InspectionVerdict(refused=f"document.{refused.code}", facts=refused.facts)
    sizes, fonts, images, drawing = zip(*found, strict=True)
    return InspectionVerdict(sizes, fonts, images, drawing)


def _pages(data: bytes) -> tuple[PageSize, ...]:
    demand_pdf(data)
    demand_sound_sections(data)
    overwrite_configuration(**LIMITS)
    try:
        with to_the_letter():
            return _sizes(data)
    except (DocumentRefused, ImportError):
        raise
    except Exception as error:  # noqa: BLE001 a broken file breaks a parser in any way there is
        raise _refused(error) from None


#: The error with which a parser reports a limit → our word for it.
_WORDS: dict[type[BaseException], str] = {LimitReachedError: "limits", RecursionError: "nesting", MemoryError: "memory"}


def _refused(error: BaseException) -> DocumentRefused:
    """Returns the refusal for an error of pypdf, which may be wrapped in others; damage where no limit was hit."""
    why: BaseException | None = error
    while why is not None:
        for kind, word in _WORDS.items():
            if isinstance(why, kind):
                return too_complex(word)
        why = why.__cause__ or why.__context__
    return DocumentRefused("damaged", found=type(error).__name__)


def _sizes(data: bytes) -> tuple[PageSize, ...]:
    reader = PdfReader(io.BytesIO(data))
    if "/Encrypt" in reader.trailer:
        raise DocumentRefused("encrypted", opens=_opens(reader))
    generations = _objects(reader, data)
    pages = list(reader.pages)
    if not pages:
        raise DocumentRefused("empty")
    demand_one_reading(reader, len(pages))
    Walk(generations).everything(reader.trailer)
    refuse_archive(data)
    measure = Measure(pages)
    return tuple(measure.page(page) for page in pages)


def _objects(reader: PdfReader, data: bytes) -> dict[int, int]:
    try:
        return correct(reader, data)
    except Unsound:
        return repair(reader, data)


def _opens(reader: PdfReader) -> str:
    """Returns True if the file opens without a password, so that only its owner's password restricts it."""
    return "freely" if reader._encryption and reader._encryption.is_decrypted() else "by_password"  # noqa: SLF001
