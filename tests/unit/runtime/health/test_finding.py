"""A finding has its remedy in both languages, with the gaps filled in."""

import string

import pytest

from runtime.health.finding import fault
from runtime.health.remedies import REMEDIES


def test_the_gaps_of_a_remedy_are_filled_and_the_whole_has_its_parts() -> None:
    finding = fault("processes", "workflows.missing", "没有流程", "gone", number="203000000000000001")
    assert finding.command == "yuyue revive 203000000000000001 --reason …"
    for part in (finding.remedy_chinese, finding.remedy_english, finding.command):
        assert part in finding.remedy


@pytest.mark.parametrize("code", REMEDIES)
def test_each_remedy_says_what_to_do_in_both_languages(code: str) -> None:
    remedy = REMEDIES[code]
    assert any("一" <= sign <= "鿿" for sign in remedy.chinese)
    assert remedy.english.isascii() or set(remedy.english) & set("“”…")
    gaps = {name for text in remedy for _, name, _, _ in string.Formatter().parse(text) if name}
    filled = fault("part", code, "中", "en", **dict.fromkeys(gaps, "X"))
    assert "{" not in filled.remedy
