"""随附补充材料: what an inspection's report is refused for, how many there may be, what a file is called."""

import pytest

from domain.appointment import AttachmentPurpose
from domain.documents import MAX_NAMED, InspectionReport, Refusal, check, check_room, tidy_name
from domain.policy import DocumentsPolicy
from domain.problems import explain

POLICY = DocumentsPolicy()
APPLICATION, EXPLANATION = AttachmentPurpose


def codes(report: InspectionReport) -> list[str]:
    return [fault.code for fault in check(report, POLICY)]


def test_exactly_the_limits_pass() -> None:
    assert codes(InspectionReport(size=4 * 1024**2, pages=(200 * 1024, 1))) == []


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (InspectionReport(size=4 * 1024**2 + 1), ["document.too_large"]),
        (InspectionReport(size=4 * 1024**2 + 1, refused="document.damaged"), ["document.too_large"]),
        (InspectionReport(size=1, refused="document.encrypted"), ["document.encrypted"]),
        (InspectionReport(size=1), ["document.empty"]),
        (InspectionReport(size=1, pages=(1, 200 * 1024 + 1)), ["document.page_too_large"]),
        (InspectionReport(size=1, pages=(10**9,) * 50), ["document.page_too_large"] * MAX_NAMED),
    ],
)
def test_each_report_has_its_refusal(report: InspectionReport, expected: list[str]) -> None:
    assert codes(report) == expected


def test_a_page_that_is_too_large_is_named_with_its_size_and_the_limit() -> None:
    (fault,) = check(InspectionReport(size=9, pages=(1, 204_801), drawing=(0, 204_000)), POLICY)
    parts = {"fonts": 0, "images": 0, "advice": "page_of_drawing"}
    assert fault.facts == {"page": 2, "size": 204_801, "limit": 204_800} | parts


@pytest.mark.parametrize(
    ("fonts", "images", "drawing", "advice", "remedy"),
    [
        (250_000, 10_000, 10_000, "page_of_fonts", "TrueType"),
        (10_000, 250_000, 10_000, "page_of_images", "分辨率"),
        (10_000, 10_000, 250_000, "page_of_drawing", "150 dpi"),
        (10_000, 10_000, 10_000, "page_of_data", "附加数据"),
    ],
)
def test_the_remedy_goes_by_what_most_of_the_page_is(
    fonts: int, images: int, drawing: int, advice: str, remedy: str
) -> None:
    report = InspectionReport(size=9, pages=(300_000,), fonts=(fonts,), images=(images,), drawing=(drawing,))
    (fault,) = check(report, POLICY)
    assert fault.facts["advice"] == advice
    told = explain(fault, "zh")
    assert remedy in told["remedy"]
    assert "分辨率" not in told["remedy"] or images == max(fonts, images)


@pytest.mark.parametrize(
    ("refused", "facts", "remedy"),
    [
        ("document.encrypted", {"opens": "by_password"}, "去除打开密码"),
        ("document.encrypted", {"opens": "freely"}, "打开时不需要密码"),
        ("document.active_content", {"found": "/AdditionalStreams"}, "混合 PDF"),
        ("document.active_content", {"found": "/EF"}, "删除 PDF 中的附件"),
        ("document.active_content", {"found": "/Movie"}, "音频、视频"),
        ("document.active_content", {"found": "/JavaScript"}, "打印为新的 PDF"),
        ("document.ambiguous", {"found": "/OpenAction"}, "打印为新的 PDF"),
        ("document.damaged", {}, "打印为新的 PDF"),
    ],
)
def test_the_remedy_of_a_refused_file_fits_what_was_found(refused: Refusal, facts: dict[str, str], remedy: str) -> None:
    (fault,) = check(InspectionReport(size=9, refused=refused, facts=facts), POLICY)
    told = explain(fault, "zh")["remedy"]
    assert remedy in told
    assert ("打开密码" in told) == (facts.get("opens") == "by_password")
    assert "分辨率" not in told
    assert explain(fault, "en")["remedy"]


def test_five_files_for_the_application_and_one_for_the_explanation() -> None:
    assert check_room([APPLICATION] * 4 + [EXPLANATION], APPLICATION, 5) == ()
    assert [fault.facts for fault in check_room([APPLICATION] * 5, APPLICATION, 5)] == [{"limit": 5}]
    assert check_room([APPLICATION] * 5, EXPLANATION, 5) == ()
    assert [fault.code for fault in check_room([EXPLANATION], EXPLANATION, 5)] == ["document.too_many"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("合同.pdf", "合同.pdf"),
        ("合同", "合同.pdf"),
        ("扫描件.PDF", "扫描件.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\文件\\合同.pdf", "合同.pdf"),
        ("a\x00b\x1f\u200b\ufeff.pdf", "ab.pdf"),
        ("\u202efdp.exe", "fdp.exe.pdf"),
        ("\ud800x.pdf", "x.pdf"),
        ("a.pdf.pdf", "a.pdf.pdf"),
        (".pdf", "附件.pdf"),
        (" . .pdf", "附件.pdf"),
        ("..", "附件.pdf"),
        ("/", "附件.pdf"),
        ("", "附件.pdf"),
        (None, "附件.pdf"),
        ("长" * 500, "长" * 96 + ".pdf"),
    ],
)
def test_a_name_keeps_what_people_read_and_nothing_else(given: str | None, kept: str) -> None:
    assert tidy_name(given) == kept
    assert tidy_name(kept) == kept
