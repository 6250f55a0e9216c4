"""Files are inspected in children under limits: hostile ones end in their own refusal, ordinary ones pass."""

import asyncio

import psutil
import pytest

from domain.documents import InspectionReport, check
from domain.policy import DocumentsPolicy
from runtime.inspection.child import MEMORY_BYTES
from runtime.inspection.judging import judge
from runtime.inspection.pool import Broken, Inspectors, InspectorsBusy
from tests.pdfs.hostile import HOSTILE, without_endings
from tests.pdfs.ordinary import ORDINARY
from tests.pdfs.raw import many_pages, of_size, one_page, packed, stream

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIMIT = DocumentsPolicy().max_page_bytes
FATAL = "250 texts of 15 MB"


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_file_ends_in_its_own_refusal(inspectors: Inspectors, name: str) -> None:
    hostile = HOSTILE[name]
    data = hostile.make()
    assert len(data) <= DocumentsPolicy().max_file_bytes
    report = await inspectors.inspect(data)
    assert report.refused == hostile.code
    assert hostile.fact is None or hostile.fact in report.facts.values()
    assert [fault.code for fault in check(report, DocumentsPolicy())] == [hostile.code]


async def test_no_child_came_near_its_memory_limit(inspectors: Inspectors) -> None:
    for each in HOSTILE.values():
        if each.fact != "inspection_time":
            await inspectors.inspect(each.make())
    assert 0 < inspectors.peak_kib * 1024 < MEMORY_BYTES / 2


@pytest.mark.parametrize("name", ORDINARY)
async def test_an_ordinary_file_passes(inspectors: Inspectors, name: str) -> None:
    make, pages = ORDINARY[name]
    report = await inspectors.inspect(make())
    assert (report.refused, len(report.pages)) == (None, pages)
    assert check(report, DocumentsPolicy()) == ()


async def test_what_pages_share_counts_for_each_of_them(inspectors: Inspectors) -> None:
    shared = {
        500: b"<</XObject<</Im0 501 0 R>>>>",
        501: stream(b"x" * 50_000, b"/Subtype/Image"),
        502: stream(b"/Im0 Do"),
    }
    pages = many_pages(3, lambda _: b"<</Type/Page/Parent 2 0 R/Contents 502 0 R/Resources 500 0 R>>", shared)
    report = await inspectors.inspect(pages)
    assert len(report.pages) == 3
    assert all(50_000 < size < 51_500 for size in report.pages)


async def test_what_a_page_inherits_counts_too(inspectors: Inspectors) -> None:
    resources = b"/Resources<</XObject<</Im0 5 0 R>>>>"
    inherited = one_page(
        {
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 9 9]%b>>" % resources,
            3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
            4: stream(b"/Im0 Do"),
            5: stream(b"x" * 70_000, b"/Subtype/Image"),
        }
    )
    (size,) = (await inspectors.inspect(inherited)).pages
    assert 70_000 < size < 71_500


async def test_a_page_of_exactly_the_limit_passes_and_one_byte_more_does_not(inspectors: Inspectors) -> None:
    exact = of_size(LIMIT, lambda data: judge(data).pages[0])
    over = of_size(LIMIT + 1, lambda data: judge(data).pages[0])
    assert check(await inspectors.inspect(exact), DocumentsPolicy()) == ()
    (fault,) = check(await inspectors.inspect(over), DocumentsPolicy())
    assert fault.code == "document.page_too_large"
    assert fault.facts.items() >= {"page": 1, "size": LIMIT + 1, "limit": LIMIT}.items()


async def test_what_fonts_and_images_take_of_a_page_is_told_apart(inspectors: Inspectors) -> None:
    resources = b"<</Font<</F1<</FontDescriptor<</FontFile2 6 0 R>>>>>>/XObject<</I 7 0 R>>>>"
    page = b"<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources" + resources + b">>"
    image = stream(b"x" * 30_000, b"/Type/XObject/Subtype/Image/Width 1/Height 1")
    parts = {3: page, 5: stream(b"/F1 9 Tf /I Do " + b"%" * 5_000), 6: stream(b"x" * 60_000), 7: image}
    report = await inspectors.inspect(one_page(parts))
    ((size,), (fonts,), (images,)) = report.pages, report.fonts, report.images
    assert 60_000 < fonts < 60_200
    assert 30_000 < images < 30_200
    assert 5_000 < size - fonts - images < 6_500


async def test_a_file_without_endings_is_refused_as_damaged(inspectors: Inspectors) -> None:
    assert (await inspectors.inspect(without_endings())).refused == "document.damaged"


async def test_a_font_that_cannot_be_unpacked_is_forgiven(inspectors: Inspectors) -> None:
    broken = packed(b"x" * 900).replace(b"stream\nx", b"stream\nz")
    page = b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F1<</FontDescriptor<</FontFile2 6 0 R>>>>>>>>>>"
    assert (await inspectors.inspect(one_page({3: page, 6: broken}))).refused is None


async def test_a_file_that_kills_its_child_does_not_hurt_the_next_one(inspectors: Inspectors) -> None:
    killing = asyncio.create_task(inspectors.inspect(HOSTILE[FATAL].make()))
    others = [await inspectors.inspect(one_page())]
    assert not killing.done()
    others += [await inspectors.inspect(one_page()) for _ in range(20)]
    assert (await killing).facts == {"reason": "inspection_time"}
    assert {report.pages for report in [*others, await inspectors.inspect(one_page())]} == {others[0].pages}


async def test_a_child_that_is_killed_is_replaced() -> None:
    pool = Inspectors(1)
    try:
        first = await pool.inspect(one_page())
        (child,) = [each for each in psutil.Process().children() if "runtime.inspection.child" in each.cmdline()[-1:]][
            -1:
        ]
        child.kill()
        child.wait(5)
        answers = [await _asked(pool) for _ in range(2)]
        assert answers[-1] == first
    finally:
        await pool.close()


def newest_child() -> psutil.Process:
    children = [each for each in psutil.Process().children() if each.cmdline()[-1:] == ["runtime.inspection.child"]]
    return max(children, key=psutil.Process.create_time)


async def _asked(pool: Inspectors) -> InspectionReport | None:
    try:
        return await pool.inspect(one_page())
    except Broken:
        return None


async def test_nobody_waits_in_a_line_without_end() -> None:
    pool = Inspectors(1, line=2)
    try:
        await pool.inspect(one_page())
        asked = [asyncio.create_task(pool.inspect(HOSTILE["500,000 duplicate objects"].make())) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(InspectorsBusy):
            await pool.inspect(one_page())
        assert {(await each).refused for each in asked} == {"document.damaged"}
        assert (await pool.inspect(one_page())).pages
    finally:
        await pool.close()


async def test_whoever_gives_up_leaves_the_child_to_the_next(inspectors: Inspectors) -> None:
    task = asyncio.create_task(inspectors.inspect(HOSTILE[FATAL].make()))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await inspectors.inspect(one_page())).pages


async def test_children_end_when_nobody_asks_any_more() -> None:
    pool = Inspectors(1)
    await pool.inspect(one_page())
    child = newest_child()
    assert child.environ() == {} or set(child.environ()) <= {"LC_CTYPE"}
    await pool.close()
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
