"""What docs/states.md says is what the chart does."""

from domain.appointment import LETTERS
from states.appointment import EVENTS
from states.page import CAUSES, page


def test_every_event_has_a_cause_and_no_cause_is_of_an_unknown_event() -> None:
    assert set(CAUSES) == set(EVENTS)


def test_the_table_of_letters_shows_every_state() -> None:
    for state, (letter, label, english) in LETTERS.items():
        assert f"| {letter} | `{state.value}` | {label} | {english} |\n" in page()


def test_each_region_has_a_picture_of_its_own() -> None:
    assert page().count("```mermaid\nstateDiagram-v2\n    [*] --> ") == 4
    assert 'state "E 预约成功" as succeeded\n' in page()
    assert "    submitted --> returned : Return<br/>Lapse\n" in page()


def test_guards_are_said_in_words() -> None:
    assert "    accepted --> cancelled : Cancel [可取消]\n" in page()
    assert "In(" not in page()
