"""Calls the HTTP API for the box. Where no answer decides, it raises ``Undecided``: the call is made again later."""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import httpx

APPOINTMENTS = "/api/v1/appointments"
#: Statuses by which an item or a file is refused for good.
REFUSING = frozenset({404, 409, 412, 413, 422})
_ITEM = re.compile(r"items\[(\d+)\]\.?(?:content\.)?(.*)")

Answer = Mapping[str, Any]


class Undecided(Exception):
    """The API gave no answer that decides; ``reason`` is an HTTP status or the name of an error."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FileRefused(Exception):
    """The API refuses the file as a whole."""

    def __init__(self, errors: Sequence[Answer]) -> None:
        super().__init__("refused")
        self.errors = errors


class BoxService:
    """The calls of the box, with the API key of one enterprise."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def declare(self, items: Sequence[Mapping[str, Any]]) -> list[Answer]:
        """Returns the answer to each item of a batch.

        A batch that cannot be read is refused as a whole: its faulty items are answered with their faults, and the
        others are sent again.
        """
        if not items:
            return []
        answer = await self._call("POST", f"{APPOINTMENTS}/batch", json={"items": list(items)})
        if answer.status_code == httpx.codes.OK:
            return list(answer.json()["items"])
        errors = _errors(answer)
        if answer.status_code not in REFUSING or not errors:
            raise Undecided(f"http {answer.status_code}")
        if not (faulty := _faulty(errors)):
            return await self._apart(items, errors)
        rest = iter(await self.declare([item for place, item in enumerate(items) if place not in faulty]))
        return [_refused(faulty[place]) if place in faulty else next(rest) for place in range(len(items))]

    async def _apart(self, items: Sequence[Mapping[str, Any]], errors: list[Answer]) -> list[Answer]:
        """Sends the halves of a batch that is refused for no item in particular, such as one that is too large."""
        half = len(items) // 2
        return [*await self.declare(items[:half]), *await self.declare(items[half:])] if half else [_refused(errors)]

    async def check(self, name: str, content: bytes) -> Answer:
        """Returns a spreadsheet's applications with their faults. Raises ``FileRefused``."""
        answer = await self._call("POST", f"{APPOINTMENTS}/import", files={"file": (name, content)})
        if answer.status_code in REFUSING:
            raise FileRefused(_errors(answer))
        return self._json(answer)

    async def events(self, after: str | None, *, start: str = "oldest") -> Answer:
        """Returns the events after a cursor; from the beginning when the server knows it no more."""
        given = {"after": after} if after else {"start": start}
        answer = await self._call("GET", "/api/v1/events", params=given | {"limit": "500"})
        if after and answer.status_code in REFUSING:
            return await self.events(None)
        return self._json(answer)

    async def view(self, pre_entry_no: str) -> Answer | None:
        """Returns the appointment, None when it does not exist any more."""
        answer = await self._call("GET", f"{APPOINTMENTS}/{pre_entry_no}")
        return None if answer.status_code == httpx.codes.NOT_FOUND else self._json(answer)

    async def note(self, pre_entry_no: str) -> str | None:
        """Returns what customs said in its newest receipt."""
        found = self._json(await self._call("GET", f"{APPOINTMENTS}/{pre_entry_no}/receipts"))["items"]
        return found[0]["note"] if found else None

    async def _call(self, method: str, path: str, **given: Any) -> httpx.Response:
        try:
            return await self._http.request(method, path, **given)
        except httpx.HTTPError as error:
            raise Undecided(type(error).__name__) from error

    def _json(self, answer: httpx.Response) -> Answer:
        if answer.status_code != httpx.codes.OK:
            raise Undecided(f"http {answer.status_code}")
        return answer.json()  # type: ignore[no-any-return]


def client_key(client_no: str) -> str:
    """Returns the key of an item: the client's own number where it is one, so that other ways in know it too."""
    is_key = client_no.isascii() and client_no.isprintable() and " " not in client_no
    return client_no if is_key else f"sha256:{sha256(client_no.encode()).hexdigest()}"


def _errors(answer: httpx.Response) -> list[Answer]:
    """Returns the errors of a problem document; none when something before the API has answered."""
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    return list(answer.json().get("errors", [])) if is_problem else []


def _faulty(errors: Iterable[Answer]) -> dict[int, list[Answer]]:
    """Returns the errors by the place of their item, with the field within its content."""
    found: dict[int, list[Answer]] = {}
    for error in errors:
        if at := _ITEM.fullmatch(error.get("field") or ""):
            found.setdefault(int(at[1]), []).append({**error, "field": at[2] or None})
    return found


def _refused(errors: list[Answer]) -> Answer:
    return {"status": 422, "code": "validation.failed", "errors": errors, "pre_entry_no": None, "appointment": None}
