"""The fields of an application and its goods."""

import pytest

from domain import goods
from domain.appointment import Content, GoodsLine
from domain.content import check_personal, check_text, tidy
from domain.policy import GoodsPolicy
from tests.unit.domain.builders import codes, content, decide, fields

FISH = GoodsLine(hs_code="0301999990", name="其他活鱼")


def _reasons(personal: Content) -> dict[str | None, object]:
    return {fault.field: fault.facts["reason"] for fault in check_personal(personal)}


def test_personal_fields_in_the_clear() -> None:
    good = Content(contact_name="王小明", contact_mobile="13800138000", reason="鲜活货物夜间到港\n请予办理")
    assert check_personal(good) == ()
    assert check_personal(Content()) == ()
    bad = Content(contact_name=" ", contact_mobile="138", reason="a\x00b")
    assert _reasons(bad) == {"contact_name": "blank", "contact_mobile": "mobile", "reason": "unprintable"}


def test_a_fault_of_a_personal_field_does_not_repeat_it() -> None:
    [fault] = check_personal(Content(contact_mobile="12345678901"))
    assert "12345678901" not in str(fault)


def test_free_texts_have_their_limit_in_code_points() -> None:
    assert _reasons(Content(reason="鱼" * 500)) == {}
    assert _reasons(Content(reason="🐟" * 501)) == {"reason": "too_long"}
    assert _reasons(Content(contact_name="名" * 51)) == {"contact_name": "too_long"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("\ud800", "unprintable"),
        ("\uffff", "unprintable"),
        ("\x1b[2J", "unprintable"),
        ("　", "blank"),
        ("", "blank"),
        ("字" * 501, "too_long"),
    ],
)
def test_texts_that_xml_cannot_carry_or_nobody_can_read(text: str, reason: str) -> None:
    [fault] = check_text("note", text)
    assert (fault.code, fault.field, fault.facts) == ("field.invalid", "note", {"reason": reason})


def test_ordinary_texts_pass() -> None:
    assert check_text("note", "好\t的\r\n\u3000🐟") == ()
    assert check_text("note", None) == ()


def test_what_is_typed_is_tidied_before_it_is_judged() -> None:
    typed = content(consignee_code=" 3122260003 ", contact_name="  ", goods=(GoodsLine(hs_code="0301 ", name=" "),))
    tidied = tidy(typed)
    assert (tidied.consignee_code, tidied.contact_name) == ("3122260003", None)
    assert tidied.goods == (GoodsLine(hs_code="0301"),)
    assert tidied.direction is typed.direction
    assert tidied.window_start == typed.window_start
    assert tidy(content()) == content()


@pytest.mark.parametrize(("characters", "refused"), [(3999, False), (4000, False), (4001, True)])
def test_the_names_of_all_goods_have_one_limit_together(characters: int, refused: bool) -> None:
    half, rest = "鱼" * 2000, "🐟" * (characters - 2000)
    lines = (GoodsLine(hs_code="0301999990", name=half), GoodsLine(hs_code="0301999990", name=rest))
    faults = goods.check(lines, GoodsPolicy(), complete=True)
    assert codes(faults) == (["goods.names_too_long"] if refused else [])
    assert goods.name_characters(lines) == characters
    assert goods.check(lines, GoodsPolicy(), complete=False) == ()


@pytest.mark.parametrize("complete", [True, False])
def test_two_hundred_lines_are_the_most(complete: bool) -> None:
    assert goods.check((FISH,) * 200, GoodsPolicy(), complete=complete) == ()
    assert codes(goods.check((FISH,) * 201, GoodsPolicy(), complete=complete)) == ["goods.too_many"]


def test_goods_of_a_draft_may_be_unfinished_but_not_wrong() -> None:
    unfinished = (GoodsLine(), GoodsLine(hs_code="0301"), GoodsLine(name="活鱼"))
    assert goods.check(unfinished, GoodsPolicy(), complete=False) == ()
    wrong = (FISH, GoodsLine(hs_code="03a1", name="活\x00鱼"))
    assert [(fault.field, fault.facts["reason"]) for fault in goods.check(wrong, GoodsPolicy(), complete=False)] == [
        ("goods[1].hs_code", "hs_prefix"),
        ("goods[1].name", "unprintable"),
    ]


def test_goods_of_a_declaration_are_complete_line_by_line() -> None:
    lines = (FISH, GoodsLine(hs_code="0301"), GoodsLine(hs_code="0301999990"), GoodsLine(name="活鱼"))
    assert fields(goods.check(lines, GoodsPolicy(), complete=True)) == [
        ("field.invalid", "goods[1].hs_code"),
        ("field.required", "goods[1].name"),
        ("field.required", "goods[2].name"),
        ("field.required", "goods[3].hs_code"),
    ]
    assert codes(decide(content=content(goods=())).faults) == ["goods.required"]
