"""A client as the contract wants it: one key per command, asked again with the same key until it is answered."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults.journal import Ack, Journal

#: Refusals that say "later"; anything else is an answer.
LATER = frozenset({429, 503})
#: A part that was killed is not there for a moment; the pause of a client that was refused a connection.
RECONNECT_SECONDS = 0.3


class Stuck(AssertionError):
    """A command or a state was not to be had within the patience of a client."""


@dataclass(frozen=True)
class Command:
    """One command of one client; ``number`` is unknown while it is a draft to be made."""

    act: str
    key: str
    method: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)
    number: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Client:
    """``patience``: seconds after which a client gives up, which the run then reports."""

    http: httpx.AsyncClient
    journal: Journal
    patience: float
    #: Appointments in answers that the client got.
    numbers: dict[str, None] = field(default_factory=dict)

    async def command(self, command: Command) -> httpx.Response:
        """Any answer other than ``later``; a 2xx is in the journal."""
        first, asks = time.monotonic(), 0
        headers = {"Idempotency-Key": command.key} | command.headers
        while True:
            asks += 1
            answer = await self._ask(command.method, command.path, json=command.body, headers=headers)
            if answer is not None:
                break
            self._demand_patience(first, f"{command.act} of {command.number}")
        if answer.is_success:
            view = answer.json().get("appointment", answer.json())
            told = (view["version"], view["state"], view["updated_at"])
            self.numbers[view["pre_entry_no"]] = None
            ack = Ack(view["pre_entry_no"], command.act, command.key, *told, first, time.monotonic(), asks)
            await self.journal.acknowledged(ack)
        elif answer.status_code >= 500:
            self.journal.fault(f"{command.act} of {command.number}: {answer.status_code} {answer.text[:200]}")
        return answer

    async def get(self, path: str, **params: Any) -> httpx.Response:
        """The first answer that a read gets."""
        first = time.monotonic()
        while (answer := await self._ask("GET", path, params=params)) is None:
            self._demand_patience(first, f"GET {path}")
        return answer

    async def post(self, path: str, body: Any) -> None:
        """Posts to the simulated office, where repetition has one effect."""
        first = time.monotonic()
        while (answer := await self._ask("POST", path, json=body)) is None:
            self._demand_patience(first, f"POST {path}")
        answer.raise_for_status()

    async def _ask(self, method: str, path: str, **what: Any) -> httpx.Response | None:
        """None when it must be asked again, after the pause that was asked for."""
        try:
            answer = await self.http.request(method, path, **what)
        except httpx.TransportError as error:
            self.journal.trouble(type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)
            return None
        if answer.status_code not in LATER:
            return answer
        self.journal.trouble(self._code(answer))
        await asyncio.sleep(float(answer.headers.get("retry-after", 1)))
        return None

    def _code(self, answer: httpx.Response) -> str:
        """The refusal's code; it must tell the caller what to do, and when."""
        problem = answer.json()
        helpful = all(error["remedy"] for error in problem["errors"]) and "retry-after" in answer.headers
        if not (problem["errors"] and helpful):
            self.journal.fault(f"a refusal without a remedy: {answer.status_code} {answer.text[:200]}")
        return str(problem["code"])

    def _demand_patience(self, since: float, what: str) -> None:
        if time.monotonic() - since > self.patience:
            raise Stuck(f"{what}: no answer within {self.patience:g} s")
