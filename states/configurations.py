"""The combinations of the four regions that can occur. A chart is restored from no other.

The library would restore any combination, even one to which no sequence of events leads.
"""

from itertools import product
from typing import NamedTuple

from domain.appointment import Cancellation, ExplanationStatus, Feedback, Standing, State


class Row(NamedTuple):
    """A state of the main line with the states that the other regions may have meanwhile."""

    state: State
    cancellation: tuple[Cancellation, ...]
    feedback: tuple[Feedback, ...]
    explanation: tuple[ExplanationStatus, ...]


_ANY = tuple(Cancellation)
_SHUT = (Cancellation.CLOSED,)
_UNOPENED = (Feedback.UNOPENED,)
_OPEN = (Feedback.OPEN,)
_CLOSED = (Feedback.CLOSED,)
_UNAVAILABLE = (ExplanationStatus.UNAVAILABLE,)
_AVAILABLE = (ExplanationStatus.AVAILABLE,)
_UNJUDGED = (ExplanationStatus.SENT, ExplanationStatus.REFUSED)
_ACCEPTED = (ExplanationStatus.ACCEPTED,)

OCCURRING: tuple[Row, ...] = (
    Row(State.DRAFT, _ANY, _UNOPENED, _UNAVAILABLE),
    Row(State.SUBMITTED, _ANY, _UNOPENED, _UNAVAILABLE),
    Row(State.ACCEPTED, _ANY, _UNOPENED, _UNAVAILABLE),
    Row(State.RETURNED, _SHUT, _UNOPENED, _UNAVAILABLE),
    Row(State.RETURNED, _SHUT, _CLOSED, _UNAVAILABLE + _UNJUDGED + _ACCEPTED),
    Row(State.DELETED, _SHUT, _UNOPENED, _UNAVAILABLE),
    Row(State.SUCCEEDED, _ANY, _OPEN, _AVAILABLE + _UNJUDGED),
    Row(State.CANCELLED, _SHUT, _UNOPENED, _UNAVAILABLE),
    Row(State.CANCELLED, _SHUT, _CLOSED, _UNAVAILABLE + _UNJUDGED),
    Row(State.COMPLETED, _ANY, _OPEN + _CLOSED, _UNAVAILABLE + _UNJUDGED + _ACCEPTED),
    Row(State.COMPLETED_WITHOUT_FEEDBACK, _ANY, _CLOSED, _AVAILABLE + _UNJUDGED),
    Row(State.RELEASED, _SHUT, _CLOSED, _AVAILABLE + _UNJUDGED + _ACCEPTED),
)

STANDINGS: frozenset[Standing] = frozenset(
    Standing(state=row.state, cancellation=cancellation, feedback=feedback, explanation=explanation)
    for row in OCCURRING
    for cancellation, feedback, explanation in product(row.cancellation, row.feedback, row.explanation)
)
