"""Two versions side by side: every field that differs, and nothing of what people wrote."""

from domain.appointment import Attachment, AttachmentPurpose, GoodsLine, Standing, State
from domain.differences import differences
from tests.unit.domain.builders import appointment, content, instant


def test_two_equal_versions_do_not_differ() -> None:
    before = appointment()
    assert differences(before, before.model_copy(update={"version": 6, "updated_at": instant("11-25 12:00")})) == []


def test_each_field_stands_by_itself_with_its_values() -> None:
    before = appointment(State.DRAFT)
    goods = (GoodsLine(hs_code="0301999990", name="活鱼"), GoodsLine(hs_code="0306329000", name="活螃蟹"))
    after = before.model_copy(
        update={"standing": Standing(state=State.SUBMITTED), "content": content(goods=goods, direction=None)}
    )
    found = {each.path: (each.before, each.after) for each in differences(before, after)}
    assert found == {
        "standing.state": ("draft", "submitted"),
        "content.direction": ("I", None),
        "content.goods[0].name": ("其他活鱼", "活鱼"),
        "content.goods[1].hs_code": (None, "0306329000"),
        "content.goods[1].name": (None, "活螃蟹"),
    }


def test_a_personal_field_is_named_without_its_values() -> None:
    file = Attachment(
        attachment_id="a",
        purpose=AttachmentPurpose.APPLICATION,
        name="合同.pdf",
        size=1,
        pages=1,
        sha256="0",
        attached_at=instant("11-24 12:00"),
    )
    before = appointment(content=content(contact_mobile="13800138000"), attachments=(file,))
    changed = {
        "content": content(contact_mobile="13900139000"),
        "attachments": (file.model_copy(update={"name": "发票.pdf"}),),
        "return_reason": "退单说明",
    }
    found = differences(before, before.model_copy(update=changed))
    assert {each.path for each in found} == {"content.contact_mobile", "attachments[0].name", "return_reason"}
    assert all((each.personal, each.before, each.after) == (True, None, None) for each in found)
