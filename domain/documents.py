"""随附补充材料 and the PDF of 情况说明: how large, how many, and the faults that an inspection finds."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from typing import Any, Literal

from domain.appointment import AttachmentPurpose
from domain.model import Model
from domain.policy import DocumentsPolicy
from domain.problems.kinds import Fault
from domain.texts import visible

#: The field of every fault here: the part of the upload that holds the file.
FIELD = "file"

#: The most pages that are named as too large in one answer.
MAX_NAMED = 20

#: 情况说明 takes one attachment (manual, ch. 1). The policy limits only the application's.
MAX_EXPLANATION_FILES = 1

#: Code points of a file's name, and the name of a file without a visible one.
MAX_NAME = 100
NAMELESS = "附件.pdf"

_FOLDERS = re.compile(r"[/\\]")

Refusal = Literal[
    "document.not_pdf",
    "document.encrypted",
    "document.empty",
    "document.damaged",
    "document.active_content",
    "document.ambiguous",
    "document.too_complex",
]


#: Active content that an inspection found → the word for the remedy; ``file_with_actions`` for any other.
_CONTENT_ADVICE = {
    "/AdditionalStreams": "file_with_source",
    **dict.fromkeys(("/EF", "/EmbeddedFiles", "/FileAttachment"), "file_with_attachments"),
    **dict.fromkeys(("/RichMedia", "/RichMediaContent", "/RichMediaSettings", "/Screen", "/3D"), "file_with_media"),
    **dict.fromkeys(("/Movie", "/Sound", "/Rendition"), "file_with_media"),
}


class InspectionReport(Model):
    """The result of an inspection of a file of ``size`` bytes.

    ``pages``: the size in bytes of each page in order, as if it were split out; ``fonts``, ``images`` and
    ``drawing``: how much of it these are. Or ``refused``: the code of the fault that ended the inspection, with its
    ``facts``.
    """

    size: int
    pages: tuple[int, ...] = ()
    fonts: tuple[int, ...] = ()
    images: tuple[int, ...] = ()
    drawing: tuple[int, ...] = ()
    refused: Refusal | None = None
    facts: dict[str, Any] = {}


def file_name(name: str | None) -> str:
    """Returns the file's name without folders and invisible characters, shortened; empty for none."""
    return visible(_FOLDERS.split(name or "")[-1]).strip()[:MAX_NAME]


def tidy_name(name: str | None) -> str:
    """Returns the file's name without folders and invisible characters, shortened, with ``.pdf`` at the end."""
    last = _FOLDERS.split(name or "")[-1]
    shown = visible(last).strip()
    stem = shown[: -len(".pdf")] if shown.lower().endswith(".pdf") else shown
    stem = stem[: MAX_NAME - len(".pdf")].strip(" .")
    return f"{stem}.pdf" if stem else NAMELESS


def check(report: InspectionReport, policy: DocumentsPolicy) -> tuple[Fault, ...]:
    """Returns the faults of a file: ``document.too_large`` first, for which ``Report(size=…)`` is enough.

    Then the fault that ended the inspection; then ``document.page_too_large`` for the first twenty pages that are too
    large (number, size, limit, fonts, images and the remedy in its facts).
    """
    if report.size > policy.max_file_bytes:
        return (too_large(policy.max_file_bytes),)
    if report.refused is not None:
        return (_fault(report.refused, **report.facts, **_file_advice(report)),)
    if not report.pages:
        return (_fault("document.empty"),)
    return tuple(islice(_pages(report, policy.max_page_bytes), MAX_NAMED))


def too_large(limit: int) -> Fault:
    """Returns ``document.too_large``. The size is not in it, as reading stops at the limit."""
    return _fault("document.too_large", limit=limit)


def check_room(attached: Sequence[AttachmentPurpose], purpose: AttachmentPurpose, limit: int) -> tuple[Fault, ...]:
    """Returns ``document.too_many`` when no more file of this purpose may be attached.

    ``limit`` is the policy's for the application; the explanation takes one PDF.
    """
    most = MAX_EXPLANATION_FILES if purpose is AttachmentPurpose.EXPLANATION else limit
    return () if sum(each is purpose for each in attached) < most else (_fault("document.too_many", limit=most),)


def _pages(report: InspectionReport, limit: int) -> Iterator[Fault]:
    parts = zip_longest(report.pages, report.fonts, report.images, report.drawing, fillvalue=0)
    for number, (size, fonts, images, drawing) in enumerate(parts, start=1):
        if size > limit:
            found = {"page": number, "size": size, "limit": limit, "fonts": fonts, "images": images}
            yield _fault("document.page_too_large", **found, advice=_page_advice(size, fonts, images, drawing))


def _page_advice(size: int, fonts: int, images: int, drawing: int) -> str:
    """Returns the word for what makes the page smaller, by what most of the page is."""
    data = size - fonts - images - drawing
    most = {"page_of_images": images, "page_of_fonts": fonts, "page_of_drawing": drawing, "page_of_data": data}
    return max(most, key=lambda each: most[each])


def _file_advice(report: InspectionReport) -> dict[str, str]:
    """Returns the word for the remedy, if the file's problem has more than one."""
    if report.refused == "document.encrypted":
        freely = report.facts.get("opens") == "freely"
        return {"advice": "file_with_restrictions" if freely else "file_with_password"}
    if report.refused == "document.active_content":
        return {"advice": _CONTENT_ADVICE.get(report.facts.get("found", ""), "file_with_actions")}
    return {}


def _fault(code: str, **facts: object) -> Fault:
    return Fault(code=code, field=FIELD, facts=facts)
