"""The one rule of what a text may hold: no control (Unicode ``Cc``) but tab, line feed and carriage return."""

import sys
import unicodedata

import pytest
from pydantic import TypeAdapter, ValidationError

from api.bodies import Text
from domain.appointment import Content
from domain.content import check_personal
from domain.texts import is_printable, text_fault, visible

EVERY_CHARACTER = [chr(number) for number in range(sys.maxunicode + 1)]
ALLOWED_CONTROLS = frozenset("\t\n\r")


def test_controls_but_tab_and_line_ends_lone_surrogates_and_two_non_characters_are_unprintable() -> None:
    controls = {each for each in EVERY_CHARACTER if unicodedata.category(each) in {"Cc", "Cs"}}
    refused = {each for each in EVERY_CHARACTER if not is_printable(each)}
    assert refused == (controls - ALLOWED_CONTROLS) | {"\ufffe", "\uffff"}


@pytest.mark.parametrize("control", ["\x7f", "\x85"])
def test_delete_and_next_line_are_refused_alike_by_the_rules_and_by_the_api(control: str) -> None:
    written = f"鲜活{control}水产"
    assert text_fault(written) == "unprintable"
    assert [fault.facts for fault in check_personal(Content(reason=written))] == [{"reason": "unprintable"}]
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Text).validate_python(written)
    assert [each["type"] for each in refused.value.errors()] == ["unprintable"]


@pytest.mark.parametrize("control", ["\x7f", "\x85"])
def test_a_text_of_nothing_but_such_a_control_is_unprintable_not_blank(control: str) -> None:
    assert text_fault(control) == "unprintable"


@pytest.mark.parametrize("hidden", ["\x7f", "\x85", "\u202e", "\u2028", "\ue000"])
def test_what_leaves_no_mark_is_dropped_from_a_name(hidden: str) -> None:
    assert visible(f"原产地{hidden}证书") == "原产地证书"
