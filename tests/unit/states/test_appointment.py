"""Every standing × every event, against a table written from the description of the states, not from the chart.

A standing is four letters: the state's letter (``_`` deleted); cancellation ``o`` open, ``x`` closed;
feedback ``u`` unopened, ``o`` open, ``x`` closed; explanation ``-`` unavailable, ``a`` available, ``s`` sent,
``y`` accepted, ``n`` refused. An event that is not listed is refused.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import product

import pytest

from domain.appointment import (
    APPROVED,
    CANCELLABLE,
    EXPLAINABLE,
    FINAL,
    LETTERS,
    OPEN_FOR_FEEDBACK,
    UNDECIDED,
    Cancellation,
    ExplanationStatus,
    Feedback,
    Standing,
    State,
)
from states.appointment import EVENTS, LABELS, NotPermitted, advance, moves, permits, permitted_actions
from states.configurations import STANDINGS

TABLE = """
Aou-  save→Aou-  submit→Bou-  delete→_xu-  window_starts→Axu-
Axu-  save→Axu-  submit→Bxu-  delete→_xu-
Bou-  accept→Cou-  approve→Eooa  return_→Dxu-  lapse→Dxu-  window_starts→Bxu-
Bxu-  accept→Cxu-  approve→Exoa  return_→Dxu-  lapse→Dxu-
Cou-  approve→Eooa  return_→Dxu-  lapse→Dxu-  cancel→Fxu-  window_starts→Cxu-
Cxu-  approve→Exoa  return_→Dxu-  lapse→Dxu-
Dxu-
Dxx-
Dxxs
Dxxn
Dxxy
_xu-
Eooa  cancel→Fxx-  feed_back→Goo-  feedback_overdue→Ioxa  explain→Eoos  window_starts→Exoa  withdraw→Dxx-
Exoa  feed_back→Gxo-  feedback_overdue→Ixxa  explain→Exos  withdraw→Dxx-
Eoos  cancel→Fxxs  feed_back→Goos  feedback_overdue→Ioxs  window_starts→Exos  withdraw→Dxxs
    + explanation_accepted→Jxxy  explanation_refused→Eoon
Exos  feed_back→Gxos  feedback_overdue→Ixxs  explanation_accepted→Jxxy  explanation_refused→Exon  withdraw→Dxxs
Eoon  cancel→Fxxn  feed_back→Goon  feedback_overdue→Ioxn  window_starts→Exon  withdraw→Dxxn  excuse→Jxxn
Exon  feed_back→Gxon  feedback_overdue→Ixxn  withdraw→Dxxn  excuse→Jxxn
Fxu-
Fxx-
Fxxs
Fxxn
Goo-  feed_back→Goo-  feedback_overdue→Gox-  window_starts→Gxo-  withdraw→Dxx-  feedback_struck→Eooa
Gxo-  feed_back→Gxo-  feedback_overdue→Gxx-  withdraw→Dxx-  feedback_struck→Exoa
Gox-  window_starts→Gxx-  withdraw→Dxx-  feedback_struck→Ioxa
Gxx-  withdraw→Dxx-  feedback_struck→Ixxa
Goos  feed_back→Goos  feedback_overdue→Goxs  window_starts→Gxos  explanation_accepted→Gooy  explanation_refused→Goon
    + withdraw→Dxxs  feedback_struck→Eoos
Gxos  feed_back→Gxos  feedback_overdue→Gxxs  explanation_accepted→Gxoy  explanation_refused→Gxon
    + withdraw→Dxxs  feedback_struck→Exos
Goxs  window_starts→Gxxs  explanation_accepted→Goxy  explanation_refused→Goxn  withdraw→Dxxs  feedback_struck→Ioxs
Gxxs  explanation_accepted→Gxxy  explanation_refused→Gxxn  withdraw→Dxxs  feedback_struck→Ixxs
Gooy  feed_back→Gooy  feedback_overdue→Goxy  window_starts→Gxoy  withdraw→Dxxy  feedback_struck→Jxxy
Gxoy  feed_back→Gxoy  feedback_overdue→Gxxy  withdraw→Dxxy  feedback_struck→Jxxy
Goxy  window_starts→Gxxy  withdraw→Dxxy  feedback_struck→Jxxy
Gxxy  withdraw→Dxxy  feedback_struck→Jxxy
Goon  feed_back→Goon  feedback_overdue→Goxn  window_starts→Gxon  withdraw→Dxxn  feedback_struck→Eoon
Gxon  feed_back→Gxon  feedback_overdue→Gxxn  withdraw→Dxxn  feedback_struck→Exon
Goxn  window_starts→Gxxn  withdraw→Dxxn  feedback_struck→Ioxn
Gxxn  withdraw→Dxxn  feedback_struck→Ixxn
Ioxa  explain→Ioxs  release→Jxxa  window_starts→Ixxa  withdraw→Dxx-
Ixxa  explain→Ixxs  release→Jxxa  withdraw→Dxx-
Ioxs  explanation_accepted→Jxxy  explanation_refused→Ioxn  release→Jxxs  window_starts→Ixxs  withdraw→Dxxs
Ixxs  explanation_accepted→Jxxy  explanation_refused→Ixxn  release→Jxxs  withdraw→Dxxs
Ioxn  release→Jxxn  window_starts→Ixxn  withdraw→Dxxn  excuse→Jxxn
Ixxn  release→Jxxn  withdraw→Dxxn  excuse→Jxxn
Jxxy
Jxxa
Jxxs
Jxxn
"""

EVERY_EVENT = (
    "save",
    "submit",
    "delete",
    "accept",
    "return_",
    "approve",
    "cancel",
    "window_starts",
    "feed_back",
    "feedback_overdue",
    "lapse",
    "explain",
    "explanation_accepted",
    "explanation_refused",
    "release",
    "feedback_struck",
    "withdraw",
    "excuse",
)

STATES = {letter.replace("-", "_"): state for state, (letter, _, _) in LETTERS.items()}
CANCELLATION = dict(zip("ox", Cancellation, strict=True))
FEEDBACK = dict(zip("uox", Feedback, strict=True))
EXPLANATION = dict(zip("-asyn", ExplanationStatus, strict=True))


def _combined(regions: tuple[State, Cancellation, Feedback, ExplanationStatus]) -> Standing:
    state, cancellation, feedback, explanation = regions
    return Standing(state=state, cancellation=cancellation, feedback=feedback, explanation=explanation)


def _standing(code: str) -> Standing:
    state, cancellation, feedback, explanation = tuple(code)
    return _combined((STATES[state], CANCELLATION[cancellation], FEEDBACK[feedback], EXPLANATION[explanation]))


def _rows() -> Iterator[tuple[str, dict[str, str]]]:
    for line in TABLE.replace("\n    +", "").strip().splitlines():
        code, *cells = line.split()
        yield code, dict(cell.split("→") for cell in cells)


MOVES = dict(_rows())
CODES = {standing: code for code in MOVES for standing in [_standing(code)]}


def _accepted(code: str) -> dict[str, str]:
    """The events that the chart accepts, each with the standing it leads to."""
    standing = _standing(code)
    return {event: CODES[advance(standing, event)] for event in EVERY_EVENT if permits(standing, event)}


@pytest.mark.parametrize("code", MOVES)
def test_an_event_moves_all_regions_or_none(code: str) -> None:
    assert _accepted(code) == MOVES[code]


@pytest.mark.parametrize("code", MOVES)
def test_a_refused_event_names_the_standing_it_left_untouched(code: str) -> None:
    standing = _standing(code)
    for event in set(EVERY_EVENT) - set(MOVES[code]):
        with pytest.raises(NotPermitted) as refusal:
            advance(standing, event)
        assert (refusal.value.standing, refusal.value.event) == (_standing(code), event)


def test_the_chart_knows_these_events_and_no_other() -> None:
    assert sorted(EVENTS) == sorted(EVERY_EVENT)


def test_every_standing_that_can_be_restored_is_in_the_table_and_reachable() -> None:
    reached = {"Aou-"}
    waiting = ["Aou-"]
    while waiting:
        found = set(MOVES[waiting.pop()].values()) - reached
        reached |= found
        waiting.extend(found)
    assert reached == set(MOVES)
    assert frozenset(CODES) == STANDINGS


def test_a_standing_that_cannot_occur_is_not_restored() -> None:
    every = map(_combined, product(State, Cancellation, Feedback, ExplanationStatus))
    impossible = [standing for standing in every if standing not in CODES]
    assert len(impossible) == 10 * 2 * 3 * 5 - len(MOVES)
    for standing in impossible:
        with pytest.raises(ValueError, match="no sequence of events"):
            permits(standing, "save")


def test_an_unknown_event_is_an_error_not_a_refusal() -> None:
    with pytest.raises(ValueError, match="no such event: 'aprove'"):
        advance(_standing("Bou-"), "aprove")


@pytest.mark.parametrize(
    ("code", "actions"),
    [
        ("Aou-", ("save", "submit", "delete")),
        ("Bou-", ()),
        ("Cou-", ("cancel",)),
        ("Cxu-", ()),
        ("Eooa", ("cancel", "feedback", "explain")),
        ("Exoa", ("feedback", "explain")),
        ("Exos", ("feedback",)),
        ("Gxo-", ("feedback",)),
        ("Gxx-", ()),
        ("Ixxa", ("explain",)),
        ("Ixxs", ()),
        ("Jxxy", ()),
    ],
)
def test_the_actions_an_enterprise_is_shown(code: str, actions: tuple[str, ...]) -> None:
    assert permitted_actions(_standing(code)) == actions


@pytest.mark.parametrize("code", MOVES)
def test_an_officer_may_also_release_but_only_a_breach(code: str) -> None:
    extra = ("release",) if code.startswith("I") else ()
    assert permitted_actions(_standing(code), officer=True) == permitted_actions(_standing(code)) + extra


def test_the_explanation_is_sent_at_most_once_on_every_path() -> None:
    for code, events in MOVES.items():
        if code[3] in "syn":
            assert "explain" not in events
            assert all(target[3] in "syn" for target in events.values())


@pytest.mark.slow
def test_the_same_events_lead_to_the_same_standings_whatever_the_hash_seed() -> None:
    script = (
        "from states.appointment import EVENTS, advance, permits\n"
        "from states.configurations import STANDINGS\n"
        "for standing in sorted(STANDINGS, key=repr):\n"
        "    for event in EVENTS:\n"
        "        print(standing, event, advance(standing, event) if permits(standing, event) else None)\n"
    )
    outputs = {_printed_by(script, seed) for seed in ("0", "1")}
    assert len(outputs) == 1
    assert len(outputs.pop().splitlines()) == len(STANDINGS) * len(EVENTS)


def _printed_by(script: str, hash_seed: str) -> str:
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


class TestMoves:
    def test_each_arrow_is_one_that_the_chart_takes(self) -> None:
        arrows = {(move.before, move.event, move.after) for move in moves()}
        assert (State.SUBMITTED, "approve", State.SUCCEEDED) in arrows
        assert (State.COMPLETED_WITHOUT_FEEDBACK, "release", State.RELEASED) in arrows
        reached = {
            (standing.state, event, advance(standing, event).state)
            for standing in STANDINGS
            for event in EVENTS
            if permits(standing, event)
        }
        assert arrows == {arrow for arrow in reached if arrow[2] is not arrow[0]}

    def test_each_has_a_name(self) -> None:
        assert {move.event for move in moves()} | {"save"} == LABELS.keys()


@pytest.mark.parametrize(
    ("states", "event"),
    [
        (UNDECIDED, "approve"),
        (APPROVED, "withdraw"),
        (CANCELLABLE, "cancel"),
        (OPEN_FOR_FEEDBACK, "feed_back"),
        (EXPLAINABLE, "explain"),
    ],
)
def test_a_set_of_states_is_the_one_in_which_the_chart_permits_its_event(states: tuple[State, ...], event: str) -> None:
    assert {standing.state for standing in STANDINGS if permits(standing, event)} == set(states)


def test_customs_alone_moves_a_final_state() -> None:
    by_customs = {"withdraw", "feedback_struck"}
    moved = {move.before: {each.event for each in moves() if each.before is move.before} for move in moves()}
    assert {state for state in State if moved.get(state, set()) <= by_customs} == set(FINAL)
