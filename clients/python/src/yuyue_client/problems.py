"""A refusal of the API as an exception."""

from typing import Any, NamedTuple

import httpx

MEDIA_TYPE = "application/problem+json"


class ErrorItem(NamedTuple):
    """One fault: its stable code, the field, what is wrong, and what to do about it."""

    code: str
    field: str | None
    message: str
    remedy: str
    facts: dict[str, Any]


class ProblemError(Exception):
    """The API refused a request; ``errors`` are all of its faults."""

    def __init__(self, problem: dict[str, Any]) -> None:
        self.status: int = problem["status"]
        self.code: str = problem["code"]
        self.title: str = problem["title"]
        self.detail: str = problem["detail"]
        self.errors = [ErrorItem(**{name: each.get(name) for name in ErrorItem._fields}) for each in problem["errors"]]
        super().__init__(self._text())

    def _text(self) -> str:
        lines = [f"{each.field or ''} {each.code}: {each.message} {each.remedy}".strip() for each in self.errors]
        return "\n".join([f"{self.status} {self.code}: {self.detail}", *lines])


def raise_problem(response: httpx.Response) -> None:
    """Raises ``ProblemError`` when the answer is a problem document."""
    if response.is_error and response.headers.get("content-type", "").startswith(MEDIA_TYPE):
        raise ProblemError(response.json())
