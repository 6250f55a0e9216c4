"""The fixed appointment behind the golden samples that we send."""

from datetime import UTC, datetime

import pytest

from domain.appointment import (
    Appointment,
    Attachment,
    AttachmentPurpose,
    Content,
    CreditLevel,
    Declaration,
    Direction,
    Explanation,
    GoodsLine,
    Outcome,
    Party,
    ReasonCategory,
    Standing,
    State,
)
from domain.instants import SHANGHAI

SUBMITTED = datetime(2026, 11, 24, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture
def appointment() -> Appointment:
    """Sat 2026-11-28 20:00, approved, fed back and explained: every message can be made from it."""
    return Appointment(
        pre_entry_no="202600000000000042",
        version=7,
        standing=Standing(state=State.SUCCEEDED),
        application_no="223320260000000042",
        applicant=Party(code="3122260001", uscc="91350100M000100Y43", ciq_code="3100600001", name="示例报关行有限公司"),
        consignee=Party(code="3122260003", uscc="91110000600037341L", name="示例进口贸易有限公司"),
        content=_content(),
        window_end=datetime(2026, 11, 28, 14, tzinfo=UTC),
        credit_level=CreditLevel.GENERAL,
        created_at=SUBMITTED,
        updated_at=SUBMITTED,
        submitted_at=SUBMITTED,
        cancelled_at=datetime(2026, 11, 27, 8, tzinfo=UTC),
        declarations=_declarations(),
        explanation=Explanation(
            sent_at=datetime(2026, 11, 30, 2, tzinfo=UTC),
            text="航班取消，货物未到。\n附证明。",
            attachment_id="0d5c4a0e-0000-4000-8000-000000000007",
        ),
        attachments=_attachments(),
        policy_version="3f6c0a9d21be",
    )


def _attachments() -> tuple[Attachment, ...]:
    return (
        Attachment(
            attachment_id="0d5c4a0e-0000-4000-8000-000000000006",
            purpose=AttachmentPurpose.APPLICATION,
            name="原产地证书.pdf",
            size=102_400,
            pages=3,
            sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            attached_at=SUBMITTED,
        ),
        Attachment(
            attachment_id="0d5c4a0e-0000-4000-8000-000000000007",
            purpose=AttachmentPurpose.EXPLANATION,
            name="情况说明.pdf",
            size=20_480,
            pages=1,
            sha256="60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
            attached_at=SUBMITTED,
        ),
    )


def _content() -> Content:
    return Content(
        consignee_code="3122260003",
        contact_name="王小明",
        contact_mobile="13800138000",
        declaration_port="2233",
        entry_exit_port="2233",
        transport_mode="5",
        direction=Direction.IMPORT,
        window_start=datetime(2026, 11, 28, 12, tzinfo=UTC),
        reason="鲜活货物夜间到港 <急> & 保鲜",
        reason_category=ReasonCategory.PERISHABLE,
        goods=(GoodsLine(hs_code="0301999990", name="其他活鱼"), GoodsLine(hs_code="0306329000", name="活螃蟹")),
    )


def _declarations() -> tuple[Declaration, ...]:
    at = datetime(2026, 11, 29, 1, 2, 3, 456000, tzinfo=UTC)
    return (
        Declaration(number="223320261000000001", outcome=Outcome.MATCHED, at=at),
        Declaration(number="223320261000000002", outcome=Outcome.UNVERIFIED, at=at),
    )
