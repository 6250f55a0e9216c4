"""The lifecycle of an appointment 预约申请: one chart, four regions side by side.

The main line holds the state 申请状态; beside it run the time to cancel, the time to feed back and the one
explanation 情况说明. An event moves every region that knows it, in one step, or is refused and moves none.
Instants are not judged here: ``domain`` decides whether 19:59 is in time. The chart only knows whether the event
that closes a region has come.

Guards name states of the other regions and call nothing; there are no callbacks.
"""

from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple

from statemachine import Event, State, StateChart
from statemachine.exceptions import TransitionNotAllowed
from statemachine.orderedset import OrderedSet

from domain.appointment import LETTERS, AttachmentPurpose, Cancellation, ExplanationStatus, Feedback, Standing
from domain.appointment import State as Main
from states.configurations import STANDINGS

_UNDECIDED = "In('submitted') or In('accepted')"
_APPROVED = "In('succeeded') or In('completed') or In('completed_without_feedback')"
_STRUCK_AND_UPHELD = "In('completed') and In('upheld')"
_REJECTED = "In('rejected') and (In('succeeded') or In('completed_without_feedback'))"


def _main(state: Main, **kwargs: Any) -> State:
    """Returns a state of the main line, named as in the table of letters: ``A 暂存``."""
    letter, label, _ = LETTERS[state]
    return State(f"{letter} {label}", value=state.value, **kwargs)


class AppointmentChart(StateChart[SimpleNamespace]):
    """The statechart of an appointment. Raises TransitionNotAllowed when an event moves nothing."""

    allow_event_without_transition = False
    catch_errors_as_events = False
    atomic_configuration_update = True

    class Regions(State.Parallel, name="预约申请"):
        """All four regions are always entered."""

        class LifecycleRegion(State.Compound, name="申请状态"):
            """The main line. Returned, cancelled, released and deleted are final."""

            draft = _main(Main.DRAFT, initial=True)
            submitted = _main(Main.SUBMITTED)
            accepted = _main(Main.ACCEPTED)
            returned = _main(Main.RETURNED, final=True)
            succeeded = _main(Main.SUCCEEDED)
            cancelled = _main(Main.CANCELLED, final=True)
            completed = _main(Main.COMPLETED)
            completed_without_feedback = _main(Main.COMPLETED_WITHOUT_FEEDBACK)
            released = _main(Main.RELEASED, final=True)
            deleted = _main(Main.DELETED, final=True)

            save = draft.to(draft)
            submit = draft.to(submitted)
            delete = draft.to(deleted)
            accept = submitted.to(accepted)
            approve = submitted.to(succeeded) | accepted.to(succeeded)
            return_ = submitted.to(returned) | accepted.to(returned)
            lapse = submitted.to(returned) | accepted.to(returned)
            cancel = cancelled.from_(accepted, succeeded, cond="In('cancellation_open')")
            feed_back = completed.from_(succeeded, completed, cond="In('feedback_open')")
            feedback_overdue = succeeded.to(completed_without_feedback) | completed.to(
                completed, cond="In('feedback_open')"
            )
            explanation_accepted = released.from_(
                succeeded, completed_without_feedback, cond="In('explanation_sent')"
            ) | completed.to(completed, cond="In('explanation_sent')")
            release = completed_without_feedback.to(released)
            feedback_struck = (
                completed.to(released, cond="In('upheld')")
                | completed.to(succeeded, cond="In('feedback_open')")
                | completed.to(completed_without_feedback)
            )
            withdraw = returned.from_(succeeded, completed, completed_without_feedback)
            excuse = released.from_(succeeded, completed_without_feedback, cond="In('rejected')")

        class CancellationRegion(State.Compound, name="取消"):
            """Open until the window starts, or until nothing is left to cancel."""

            cancellation_open = State("可取消", value="cancellation/open", initial=True)
            cancellation_closed = State("不可取消", value="cancellation/closed", final=True)

            window_starts = cancellation_open.to(cancellation_closed)
            delete = cancellation_open.to(cancellation_closed, cond="In('draft')")
            return_ = cancellation_open.to(cancellation_closed, cond=_UNDECIDED)
            lapse = cancellation_open.to(cancellation_closed, cond=_UNDECIDED)
            cancel = cancellation_open.to(cancellation_closed, cond="In('accepted') or In('succeeded')")
            explanation_accepted = cancellation_open.to(
                cancellation_closed,
                cond="In('explanation_sent') and (In('succeeded') or In('completed_without_feedback'))",
            )
            release = cancellation_open.to(cancellation_closed, cond="In('completed_without_feedback')")
            feedback_struck = cancellation_open.to(cancellation_closed, cond=_STRUCK_AND_UPHELD)
            withdraw = cancellation_open.to(cancellation_closed, cond=_APPROVED)
            excuse = cancellation_open.to(cancellation_closed, cond=_REJECTED)

        class FeedbackRegion(State.Compound, name="反馈"):
            """Open from approval to the deadline."""

            feedback_unopened = State("反馈未开始", value="feedback/unopened", initial=True)
            feedback_open = State("反馈开放", value="feedback/open")
            feedback_closed = State("反馈截止", value="feedback/closed", final=True)

            approve = feedback_unopened.to(feedback_open, cond=_UNDECIDED)
            feedback_overdue = feedback_open.to(feedback_closed)
            cancel = feedback_open.to(feedback_closed, cond="In('succeeded') and In('cancellation_open')")
            explanation_accepted = feedback_open.to(feedback_closed, cond="In('succeeded') and In('explanation_sent')")
            feedback_struck = feedback_open.to(feedback_closed, cond=_STRUCK_AND_UPHELD)
            withdraw = feedback_open.to(feedback_closed, cond=_APPROVED)
            excuse = feedback_open.to(feedback_closed, cond=_REJECTED)

        class ExplanationRegion(State.Compound, name="情况说明"):
            """Sent once, for ever; ``upheld`` and ``rejected`` are the status accepted and refused."""

            explanation_unavailable = State("不可说明", value="explanation/unavailable", initial=True)
            explanation_available = State("可说明", value="explanation/available")
            explanation_sent = State("说明已发送", value="explanation/sent")
            upheld = State("说明已接受", value="explanation/accepted", final=True)
            rejected = State("说明未接受", value="explanation/refused", final=True)

            approve = explanation_unavailable.to(explanation_available, cond=_UNDECIDED)
            explain = explanation_available.to(
                explanation_sent, cond="In('succeeded') or In('completed_without_feedback')"
            )
            explanation_accepted = explanation_sent.to(upheld, cond=_APPROVED)
            explanation_refused = explanation_sent.to(rejected, cond=_APPROVED)
            feed_back = explanation_available.to(explanation_unavailable, cond="In('feedback_open')")
            cancel = explanation_available.to(
                explanation_unavailable, cond="In('succeeded') and In('cancellation_open')"
            )
            feedback_struck = explanation_unavailable.to(explanation_available, cond="In('completed')")
            withdraw = explanation_available.to(explanation_unavailable, cond=_APPROVED)


#: Every event the chart knows.
EVENTS: tuple[str, ...] = tuple(name for name, value in vars(AppointmentChart).items() if isinstance(value, Event))

#: Action of an enterprise → event; in the order in which the API shows them.
ACTIONS: dict[str, str] = {
    "save": "save",
    "submit": "submit",
    "delete": "delete",
    "cancel": "cancel",
    "feedback": "feed_back",
    "explain": "explain",
}


#: Purpose of a file → the event that must be permitted to attach or detach one. Neither moves a state.
ATTACHING: dict[AttachmentPurpose, str] = {
    AttachmentPurpose.APPLICATION: "save",
    AttachmentPurpose.EXPLANATION: "explain",
}

#: event of the main line → its label in Chinese and English.
LABELS: dict[str, tuple[str, str]] = {
    "save": ("暂存", "Save"),
    "submit": ("预约申报", "Submit"),
    "delete": ("删除", "Delete"),
    "accept": ("海关受理", "Accepted"),
    "approve": ("审批通过", "Approved"),
    "return_": ("退单", "Returned"),
    "lapse": ("逾期未审退单", "Lapsed"),
    "cancel": ("取消预约", "Cancel"),
    "feed_back": ("反馈报关单号", "Feed back"),
    "feedback_overdue": ("反馈期限届满", "Feedback deadline passed"),
    "explanation_accepted": ("情况说明已接受", "Explanation accepted"),
    "release": ("解除违约", "Release"),
    "feedback_struck": ("报关单号被取消", "Numbers taken back"),
    "withdraw": ("海关撤销审批", "Approval withdrawn"),
    "excuse": ("情况说明改为接受", "Explanation accepted after all"),
}


class Move(NamedTuple):
    """A transition of the main line: ``event`` leads from one state to another."""

    event: str
    before: Main
    after: Main


class NotPermitted(Exception):
    """The standing does not permit the event. Nothing has changed."""

    def __init__(self, standing: Standing, event: str) -> None:
        super().__init__(f"{event} is not permitted in {standing.state.value}")
        self.standing = standing
        self.event = event


def advance(standing: Standing, event: str) -> Standing:
    """Returns the standing after ``event``.

    Raises NotPermitted when the chart refuses the event, ValueError when event or standing does not exist.
    """
    following = _following(standing, event)
    if following is None:
        raise NotPermitted(standing, event)
    return following


def permits(standing: Standing, event: str) -> bool:
    """Returns True if ``advance`` accepts the event. Raises ValueError when event or standing does not exist."""
    return _following(standing, event) is not None


@lru_cache(maxsize=1024)
def permitted_actions(standing: Standing, *, officer: bool = False) -> tuple[str, ...]:
    """Returns the actions that the standing permits to an enterprise; with ``officer`` also ``release``."""
    actions = ACTIONS | {"release": "release"} if officer else ACTIONS
    return tuple(action for action, event in actions.items() if permits(standing, event))


def moves() -> tuple[Move, ...]:
    """Returns every transition between two states of the main line, in the order of the states."""
    values = {state.value for state in Main}
    states = (state for state in AppointmentChart.states_map.values() if state.value in values)
    return tuple(
        Move(str(transition.event), Main(state.value), Main(transition.target.value))
        for state in states
        for transition in state.transitions
        if transition.target is not None and transition.target is not state
    )


# A machine takes milliseconds to build; standings and events are few, and the answer never changes.
@lru_cache(maxsize=1024)
def _following(standing: Standing, event: str) -> Standing | None:
    """Returns the standing after ``event``, None if the chart refuses it."""
    if event not in EVENTS:
        raise ValueError(f"no such event: {event!r}")
    chart = _restored(standing)
    try:
        chart.send(event)
    except TransitionNotAllowed:
        return None
    return _read(chart)


def _restored(standing: Standing) -> AppointmentChart:
    """Returns a chart in that standing. Raises ValueError when no events lead there: the library would accept it."""
    if standing not in STANDINGS:
        raise ValueError(f"no sequence of events leads to {standing!r}")
    regions = {
        "LifecycleRegion": standing.state.value,
        "CancellationRegion": f"cancellation/{standing.cancellation.value}",
        "FeedbackRegion": f"feedback/{standing.feedback.value}",
        "ExplanationRegion": f"explanation/{standing.explanation.value}",
    }
    return AppointmentChart(SimpleNamespace(state=OrderedSet(["Regions", *regions, *regions.values()])))


def _read(chart: AppointmentChart) -> Standing:
    """Returns the states of the four regions."""
    values = [str(value) for value in chart.configuration_values]
    beside = dict(value.split("/") for value in values if "/" in value)
    return Standing(
        state=next(Main(value) for value in values if value in set(Main)),
        cancellation=Cancellation(beside["cancellation"]),
        feedback=Feedback(beside["feedback"]),
        explanation=ExplanationStatus(beside["explanation"]),
    )
