"""A declaration number is used once, across all appointments."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from db import claims
from db.engine import reading
from db.projections import project, rebuild
from db.tables import ClaimRow
from db.verify import verify
from domain.appointment import Declaration, Outcome, State
from domain.event import Action
from tests.integration.db.stories import NOON, NUMBER, appointment, event, fed_back, life

A, B, C = "223320261000000001", "223320261000000002", "223320261000000003"
OTHER = "202600000000000002"


def held(engine: sa.Engine) -> dict[str, tuple[str, str | None]]:
    """number → (appointment, outcome)."""
    table = ClaimRow.table()
    with reading(engine) as session:
        return {row.number: (row.pre_entry_no, row.outcome) for row in session.execute(sa.select(table))}


def test_a_number_is_taken_once(engine: sa.Engine) -> None:
    assert claims.claim(engine, NUMBER, [A, B]) == frozenset()
    assert claims.claim(engine, OTHER, [B, C]) == {B}
    assert held(engine) == {A: (NUMBER, None), B: (NUMBER, None), C: (OTHER, None)}


def test_ones_own_again_is_no_news(engine: sa.Engine) -> None:
    claims.claim(engine, NUMBER, [A])
    assert claims.claim(engine, NUMBER, [A, A, B]) == frozenset()
    assert claims.claim(engine, NUMBER, []) == frozenset()


def test_twenty_at_once_and_one_wins(engine: sa.Engine) -> None:
    numbers = [f"2026{serial:014}" for serial in range(20)]
    with ThreadPoolExecutor(20) as pool:
        refused = list(pool.map(lambda number: claims.claim(engine, number, [A]), numbers))
    winners = [number for number, used in zip(numbers, refused, strict=True) if not used]
    assert len(winners) == 1
    assert held(engine) == {A: (winners[0], None)}


def test_claims_in_any_order_do_not_wait_for_each_other_for_ever(engine: sa.Engine) -> None:
    def take(number: str) -> frozenset[str]:
        return claims.claim(engine, number, [A, B, C] if int(number) % 2 else [C, B, A])

    with ThreadPoolExecutor(12) as pool:
        refused = list(pool.map(take, [f"2026{serial:014}" for serial in range(24)]))
    assert sorted(len(used) for used in refused) == [0] + [3] * 23


def test_a_claim_goes_on_while_its_event_is_on_the_way(engine: sa.Engine) -> None:
    """An earlier event that is written late knows nothing of the number yet."""
    project(engine, life()[:2])
    claims.claim(engine, NUMBER, [A])
    project(engine, life()[2:])
    assert held(engine) == {A: (NUMBER, None)}
    project(engine, [fed_back([A])])
    assert held(engine) == {A: (NUMBER, "unverified")}


def test_a_number_that_was_struck_off_is_free_again(engine: sa.Engine) -> None:
    project(engine, [*life(), fed_back([A, B])])
    project(engine, [fed_back([B], version=5, action=Action.RECHECKED)])
    assert held(engine) == {B: (NUMBER, "unverified")}
    assert claims.claim(engine, OTHER, [A, B]) == {B}


def test_a_recheck_that_matches_is_seen(engine: sa.Engine) -> None:
    project(engine, [*life(), fed_back([A])])
    matched = (Declaration(number=A, outcome=Outcome.MATCHED, at=NOON),)
    after = appointment(NUMBER, 5, State.COMPLETED, approved_at=NOON, declarations=matched)
    project(engine, [event(after, Action.RECHECKED, State.SUCCEEDED)])
    assert held(engine) == {A: (NUMBER, "matched")}


def test_a_number_taken_and_struck_off_in_one_breath_is_free_again(engine: sa.Engine) -> None:
    """The database was away for a while: both events are written together."""
    claims.claim(engine, NUMBER, [A, B, C])
    project(engine, [*life(), fed_back([A, B]), fed_back([B], version=5, action=Action.FEEDBACK_REFUSED)])
    assert held(engine) == {B: (NUMBER, "unverified"), C: (NUMBER, None)}, "the event of C may be on its way"
    assert claims.claim(engine, OTHER, [A]) == frozenset()


@pytest.mark.parametrize("state", [State.CANCELLED, State.RETURNED, State.RELEASED])
@pytest.mark.parametrize("claimed", [[A], [A, C]])
def test_an_appointment_under_which_nothing_was_cleared_uses_no_number(
    engine: sa.Engine, claimed: list[str], state: State
) -> None:
    claims.claim(engine, NUMBER, claimed)
    project(engine, [*life(), fed_back([A])])
    taken = (Declaration(number=A, outcome=Outcome.UNVERIFIED, at=NOON),)
    after = appointment(NUMBER, 5, state, approved_at=NOON, declarations=taken)
    project(engine, [event(after, Action.REVERSED, State.SUCCEEDED)])
    assert held(engine) == {}
    rebuild(engine)
    assert held(engine) == {}
    assert list(verify(engine)) == []


def test_an_older_event_repeated_takes_nothing_back(engine: sa.Engine) -> None:
    project(engine, [*life(), fed_back([A])])
    project(engine, life())
    assert held(engine) == {A: (NUMBER, "unverified")}


def test_only_what_never_came_to_stand_can_be_given_back(engine: sa.Engine) -> None:
    claims.claim(engine, NUMBER, [A, B])
    claims.claim(engine, OTHER, [C])
    project(engine, [*life(), fed_back([A])])
    claims.release(engine, NUMBER, [A, B, C])
    assert held(engine) == {A: (NUMBER, "unverified"), C: (OTHER, None)}


def test_an_event_never_takes_a_number_from_another_appointment(engine: sa.Engine) -> None:
    claims.claim(engine, OTHER, [A])
    project(engine, [*life(), fed_back([A])])
    assert held(engine) == {A: (OTHER, None)}
