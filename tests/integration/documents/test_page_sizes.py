"""The size of a page is compared with what ``qpdf --split-pages`` writes, over files of many producers.

The files are in tests/pdfs/produced; tests/pdfs/produce.py makes them again. Streams are left as they are stored and
objects are not packed, as the rule has it: the size is that of the stored bytes.
"""

from pathlib import Path

import pikepdf
import pytest

from runtime.inspection.judging import judge
from tests.pdfs.ordinary import ORDINARY
from tests.pdfs.raw import many_pages, one_page, packed, stream

PRODUCED = Path(__file__).parents[2] / "pdfs" / "produced"
TAKEN = ("chromium", "fpdf2", "img2pdf", "jspdf", "libreoffice", "reportlab", "scanner", "signed", "weasyprint")
#: The rule adds 600 bytes for what a file has beside its objects; qpdf writes 300 to 600 of them. Numbers and texts
#: count as pypdf would write them, where qpdf keeps how they were written: less than one in a hundred.
ABOVE, BELOW = 300, 0.01


def split_sizes(data: bytes, folder: Path) -> list[int]:
    whole = folder / "whole.pdf"
    whole.write_bytes(data)
    options = (
        "--split-pages",
        "--stream-data=preserve",
        "--object-streams=disable",
        "--remove-unreferenced-resources=yes",
        "--warning-exit-0",
    )
    pikepdf.Job(["qpdf", *options, str(whole), str(folder / "page-%d.pdf")]).run()
    return [page.stat().st_size for page in sorted(folder.glob("page-*.pdf"))]


def assert_as_large_as_split(data: bytes, folder: Path) -> None:
    verdict = judge(data)
    assert verdict.refused is None
    split = split_sizes(data, folder)
    assert len(verdict.pages) == len(split)
    for told, size in zip(verdict.pages, split, strict=True):
        assert -BELOW * size <= told - size <= ABOVE


@pytest.mark.parametrize("name", TAKEN)
def test_a_page_is_as_large_as_qpdf_splits_it_out(name: str, tmp_path: Path) -> None:
    assert_as_large_as_split((PRODUCED / f"{name}.pdf").read_bytes(), tmp_path)


@pytest.mark.parametrize("name", ORDINARY)
def test_so_is_a_page_of_other_ordinary_files(name: str, tmp_path: Path) -> None:
    assert_as_large_as_split(ORDINARY[name][0](), tmp_path)


def common(
    page: bytes, resources: bytes, *, contents: bytes = b"q /I%d Do Q", more: dict[int, bytes] | None = None
) -> bytes:
    """Three pages with a picture of 50 kB each, which one dictionary names together."""
    pictures = {100 + n: stream(bytes([n]) * 50_000, b"/Type/XObject/Subtype/Image") for n in range(3)}
    texts = {200 + n: packed(contents % n) for n in range(3)}

    def made(number: int) -> bytes:
        return b"<</Type/Page/Parent 2 0 R/Contents %d 0 R%b>>" % (200 + number, page)

    return many_pages(3, made, {300: resources, **pictures, **texts, **(more or {})})


NAMED = b"<</XObject<</I0 100 0 R/I1 101 0 R/I2 102 0 R>>>>"
INDIRECT = {301: b"<</I0 100 0 R/I1 101 0 R/I2 102 0 R>>"}
FORMS = {
    301: b"<</F0 400 0 R/F1 401 0 R/F2 402 0 R/I0 100 0 R/I1 101 0 R/I2 102 0 R>>",
    **{400 + n: stream(b"/I%d Do" % n, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]") for n in range(3)},
}
OWN = {
    301: b"<</F0 400 0 R/F1 401 0 R/F2 402 0 R>>",
    **{
        400 + n: stream(b"/I%d Do" % n, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources 302 0 R") for n in range(3)
    },
    302: NAMED,
}
BORROWED = "forms that use the page's"
COMMON = {
    "one dictionary": common(b"/Resources 300 0 R", NAMED),
    "a map of its own number": common(b"/Resources 300 0 R", b"<</XObject 301 0 R>>", more=INDIRECT),
    "written in each page": common(b"/Resources" + NAMED, b"null"),
    "names with signs": common(b"/Resources 300 0 R", NAMED.replace(b"/I", b"/A#20B"), contents=b"q /A#20B%d Do Q"),
    BORROWED: common(b"/Resources 300 0 R", b"<</XObject 301 0 R>>", contents=b"/F%d Do", more=FORMS),
    "forms with a common dictionary": common(
        b"/Resources 300 0 R", b"<</XObject 301 0 R>>", contents=b"/F%d Do", more=OWN
    ),
}


@pytest.mark.parametrize("name", COMMON)
def test_of_common_resources_a_page_is_charged_for_those_it_names(name: str, tmp_path: Path) -> None:
    assert all(50_000 < size < 52_000 for size in judge(COMMON[name]).pages)
    if name != BORROWED:  # qpdf 12 keeps everything there
        assert_as_large_as_split(COMMON[name], tmp_path)


def test_inherited_resources_count_as_far_as_they_are_named(tmp_path: Path) -> None:
    pictures = {100 + n: stream(bytes([n]) * 50_000, b"/Type/XObject/Subtype/Image") for n in range(3)}
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 9 9]/Resources%b>>" % NAMED
    page = b"<</Type/Page/Parent 2 0 R/Contents[4 0 R 5 0 R]>>"
    data = one_page({2: pages, 3: page, 4: stream(b"/I0 Do"), 5: stream(b"/I2 Do"), **pictures})
    (size,) = judge(data).pages
    assert 100_000 < size < 102_000
    assert_as_large_as_split(data, tmp_path)


def test_where_a_text_cannot_be_read_all_resources_count() -> None:
    data = common(b"/Resources 300 0 R", NAMED, more={200: stream(b"/I0 Do", b"/Filter/Unheard")})
    assert judge(data).pages[0] > 150_000


@pytest.mark.parametrize(
    ("name", "code", "found"),
    [
        ("libreoffice-hybrid", "document.active_content", "/AdditionalStreams"),
        ("jspdf-autoprint", "document.ambiguous", "/OpenAction"),
    ],
)
def test_a_file_that_carries_or_does_more_than_it_shows_is_refused(name: str, code: str, found: str) -> None:
    verdict = judge((PRODUCED / f"{name}.pdf").read_bytes())
    assert (verdict.refused, verdict.facts["found"]) == (code, found)
