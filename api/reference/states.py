"""The states of an appointment and the moves between them, so that clients can draw their own chart."""

from fastapi import APIRouter

from api.context import CallerDep
from api.views import View
from domain.appointment import LETTERS, State
from states.appointment import LABELS, moves

router = APIRouter(prefix="/api/v1", tags=["reference"])


class StateView(View):
    """A state 申请状态; no move leaves a ``final`` one."""

    state: State
    code: str
    label: str
    final: bool


class MoveView(View):
    """An event that leads from one state to another; ``label`` is its name."""

    event: str
    before: State
    after: State
    label: str


class StatesView(View):
    """The main states and their moves."""

    states: list[StateView]
    moves: list[MoveView]


@router.get("/states")
def list_states(caller: CallerDep) -> StatesView:
    """Lists 申请状态 and the moves between them."""
    place = ("zh", "en").index(caller.language)
    arrows = moves()
    left = {arrow.before for arrow in arrows}
    return StatesView(
        states=[
            StateView(state=state, code=letter, label=labels[place], final=state not in left)
            for state, (letter, *labels) in LETTERS.items()
        ],
        moves=[
            MoveView(event=each.event, before=each.before, after=each.after, label=LABELS[each.event][place])
            for each in arrows
        ],
    )
