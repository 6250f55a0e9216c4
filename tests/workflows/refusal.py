"""Reads a refusal as the API does."""

import contextlib
from collections.abc import Iterable, Iterator

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError


class Refusal:
    """The code and the faults of a refused command, once it was refused."""

    def __init__(self) -> None:
        self.code = ""
        self.faults: list[str] = []
        self.state: str | None = None


@contextlib.contextmanager
def refused(code: str) -> Iterator[Refusal]:
    """Expects the command inside to be refused, with ``code`` as the answer's or as one of its faults."""
    refusal = Refusal()
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        yield refusal
    read(caught.value, refusal)
    assert code in {refusal.code, *refusal.faults}


def read(error: WorkflowUpdateFailedError, refusal: Refusal) -> None:
    """Fills the refusal from the error a client of Temporal gets."""
    cause = error.cause
    assert isinstance(cause, ApplicationError)
    detail = cause.details[0]
    refusal.code = cause.type or ""
    refusal.faults = [fault["code"] for fault in detail["faults"]]
    refusal.state = detail.get("state")


def codes(answers: Iterable[object]) -> list[str]:
    """The codes of those among many answers that are refusals."""
    refusals: list[str] = []
    for answer in answers:
        if isinstance(answer, WorkflowUpdateFailedError):
            refusal = Refusal()
            read(answer, refusal)
            refusals.append(refusal.code)
    return refusals
