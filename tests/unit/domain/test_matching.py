"""A declaration number finds the appointments that it may be fed back to."""

from datetime import date
from typing import Any

from domain.appointment import Appointment, Declaration, Outcome
from domain.declarations import DeclarationRecord, NotFound
from domain.matching import Match, match
from tests.unit.domain.builders import BROKER, IMPORTER, PUDONG, YANGSHAN, appointment, codes, content, instant

NUMBER = "223320261000000001"


def booked(serial: int, **changes: Any) -> Appointment:
    number = f"2026{serial:014}"
    return appointment(pre_entry_no=number, application_no=f"22330{number[5:]}", content=content(**changes))


def record(**changes: Any) -> DeclarationRecord:
    known: dict[str, Any] = {"number": NUMBER, "direction": "I", "applicant": BROKER, "consignee": IMPORTER}
    ports = {"declaration_port": PUDONG, "entry_exit_port": PUDONG, "declared_on": date(2026, 11, 28)}
    return DeclarationRecord(**(known | ports | changes))


def found(match_: Match) -> list[int]:
    return [int(each.pre_entry_no[4:]) for each in match_.candidates]


def test_the_number_alone_tells_port_and_direction() -> None:
    open_ = [booked(1), booked(2, declaration_port=YANGSHAN), booked(3, direction="E"), booked(4)]
    matched = match(NUMBER, {}, open_)
    assert (found(matched), matched.verified, matched.faults) == ([1, 4], False, ())


def test_what_customs_knows_tells_more() -> None:
    open_ = [booked(1), booked(2, entry_exit_port=YANGSHAN)]
    assert found(match(NUMBER, {NUMBER: record(entry_exit_port=YANGSHAN)}, open_)) == [2]
    assert codes(match(NUMBER, {NUMBER: NotFound()}, open_).faults) == ["declaration.not_found"]


def test_what_was_given_with_the_number_decides() -> None:
    open_ = [booked(1), booked(2), booked(3, direction="E")]
    for belongs_to in (open_[1].pre_entry_no, open_[1].application_no):
        assert found(match(NUMBER, {}, open_, belongs_to)) == [2]
    refused = match(NUMBER, {}, open_, open_[2].pre_entry_no)
    assert (found(refused), codes(refused.faults)) == ([], ["declaration.mismatch"])
    assert codes(match(NUMBER, {}, open_, "2" * 18).faults) == ["declaration.unmatched"]


def test_a_number_that_cannot_be_or_was_fed_back_before_says_so() -> None:
    assert codes(match("22332026", {}, [booked(1)]).faults) == ["declaration.invalid"]
    assert codes(match(NUMBER, {}, []).faults) == ["declaration.unmatched"]
    taken = Declaration(number=NUMBER, outcome=Outcome.MATCHED, at=instant("11-30 12:00"))
    open_ = [booked(1), booked(2).model_copy(update={"declarations": (taken,)})]
    assert codes(match(NUMBER, {}, open_).faults) == ["declaration.used"]
