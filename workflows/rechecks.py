"""The change that the final judgement of numbers makes that were accepted unverified."""

from datetime import datetime

from domain import feedback
from domain.actor import SYSTEM
from domain.appointment import Appointment, Attention, Declaration, Outcome, Standing
from domain.decision import Judgement
from domain.event import Action
from states.appointment import NotPermitted
from workflows import receipts
from workflows.aggregate import Change
from workflows.retroactive import advance_as_of


def change(appointment: Appointment, judgement: Judgement, *, warns: bool) -> Change:
    """Returns the change; numbers count from when they were given. ``warns``: a removed number asks for attention."""
    held = {each.number for each in judgement.accepted}
    removed = {each.number for each in judgement.refused}
    # A number that was given while customs was being asked is in neither set and waits for the next recheck.
    left = feedback.without(appointment, removed)
    declarations = tuple(_matched(each) if each.number in held else each for each in left)
    handed_in = [each.at for each in declarations if each.number in held]
    standing = _fed_back_as_of(appointment, min(handed_in)) if handed_in else None
    return Change(
        action=Action.RECHECKED,
        actor=SYSTEM,
        standing=standing or receipts.remove_numbers(appointment, removed).standing,
        changes={"declarations": declarations},
        flags=frozenset({Attention.NUMBER_MISMATCHED}) if warns and removed else frozenset(),
        particulars={"decision": judgement.model_dump(mode="json", exclude={"faults"})},
    )


def _matched(declaration: Declaration) -> Declaration:
    return declaration.model_copy(update={"outcome": Outcome.MATCHED})


def _fed_back_as_of(appointment: Appointment, received_at: datetime) -> Standing | None:
    try:
        return advance_as_of(appointment, "feed_back", received_at)
    except NotPermitted:
        return None  # cancelled meanwhile: the numbers are kept, the state stays
