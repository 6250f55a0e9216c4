"""Appointments as their clients lead them, from the draft to an end; what each does is decided by the seed."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from cli.demo.story import content, declaration, declaration_number
from tests.faults.client import Client, Command, Stuck

APPOINTMENTS = "/api/v1/appointments"
POLL_SECONDS = 0.4

#: Kinds of lives and how often each is led. ``neglected`` ones meet their deadlines.
KINDS = {"fed_back": 5, "fed_back_twice": 3, "cancelled": 5, "explained": 4, "deleted": 2, "neglected": 3}
#: How often a client asks for what it was already given, with the same key.
REPEATED = 0.15
FAR = timedelta(hours=1)


@dataclass(frozen=True)
class Plan:
    """The acts of one client; ``serial`` is unique within the run."""

    kind: str
    serial: int
    key: str
    starts_in: timedelta
    repeats: random.Random


@dataclass(frozen=True)
class Parties:
    """Applicant and consignee, by code."""

    applicant: str
    consignee: str


#: Those who look after what they book, and those who are blocked from time to time.
CAREFUL = Parties("3122260002", "3122260003")
CARELESS = Parties("3122260001", "3122260004")


def plans(seed: int, lives: int, *, first: int = 0, kinds: dict[str, int] | None = None) -> list[Plan]:
    """The same seed gives the same plans."""
    dice, weights = random.Random(seed), kinds or KINDS
    chosen = dice.choices(list(weights), list(weights.values()), k=lives)
    return [_plan(seed, kind, first + place) for place, kind in enumerate(chosen)]


def _plan(seed: int, kind: str, serial: int) -> Plan:
    starts_in = timedelta(seconds=12) if kind == "neglected" else FAR
    return Plan(kind, serial, f"faults-{seed}-{serial}", starts_in, random.Random(f"{seed}/{serial}"))


class Life:
    """One client with its one appointment."""

    def __init__(self, plan: Plan, client: Client, office: Client, parties: Parties) -> None:
        self._plan = plan
        self._client = client
        self._office = office
        self._parties = parties
        self._content = content(starts_in=plan.starts_in) | {"consignee_code": parties.consignee}
        self._number: str | None = None
        self._version = 0

    async def lead(self) -> None:
        """Leads the life to its end. Raises ``Stuck`` when it does not get there."""
        if not await self._draft():
            return  # blocked by a neglected appointment of its own: nothing was made
        if self._plan.kind == "deleted" or not await self._submitted():
            await self._delete()
            return
        await getattr(self, f"_{self._plan.kind}")()

    # -- the lives --------------------------------------------------------------------------------

    async def _fed_back(self) -> None:
        await self._until("succeeded")
        await self._feed_back(1)
        await self._happened("feedback_confirmed", times=1)
        self._end(await self._until("completed"))

    async def _fed_back_twice(self) -> None:
        await self._until("succeeded")
        await self._feed_back(1)
        await self._until("completed")
        await self._feed_back(2)
        await self._happened("feedback_confirmed", times=2)
        self._end(await self._until("completed"))

    async def _cancelled(self) -> None:
        await self._until("accepted", "succeeded")
        await self._act("cancellation", {"reason": "货物改配"})
        await self._happened("cancel_confirmed", times=1)
        self._end(await self._until("cancelled"))

    async def _explained(self) -> None:
        await self._until("succeeded")
        await self._act("explanation", {"text": "船期延误"})
        self._end(await self._until("released"))

    async def _neglected(self) -> None:
        """A life without acts before the deadline, explained afterwards if customs had approved."""
        state = await self._until("completed_without_feedback", "returned")
        if state == "completed_without_feedback":
            await self._act("explanation", {"text": "船期延误"})
            state = await self._until("released")
        self._end(state)

    # -- the steps --------------------------------------------------------------------------------

    async def _draft(self) -> bool:
        command = Command("creation", f"{self._plan.key}-create", "POST", APPOINTMENTS, self._content)
        may_be_blocked = self._plan.kind == "neglected"
        answer = await self._give(command, refusable=may_be_blocked)
        if not answer.is_success:
            return False
        self._number, self._version = answer.json()["pre_entry_no"], answer.json()["version"]
        changed = self._content | {"reason": f"夜间到港 {self._plan.serial}"}
        headers = {"If-Match": f'"{self._version}"'}
        path = f"{APPOINTMENTS}/{self._number}"
        save = Command("save", f"{self._plan.key}-save", "PUT", path, changed, self._number, headers)
        await self._give(save, refusable=may_be_blocked)
        return True

    async def _submitted(self) -> bool:
        """False for one whose window started, or whose parties were blocked, before it came through."""
        answer = await self._act("submission", {}, refusable=self._plan.kind == "neglected")
        return answer.is_success

    async def _delete(self) -> None:
        path = f"{APPOINTMENTS}/{self._number}"
        await self._give(Command("deletion", f"{self._plan.key}-delete", "DELETE", path, {}, self._number))
        self._end("deleted")

    async def _feed_back(self, nth: int) -> None:
        number = declaration_number(self._plan.serial * 10 + nth)
        known = declaration(number, applicant=self._parties.applicant) | {"consignee": self._parties.consignee}
        await self._office.post("/control/declarations", [known])
        answer = await self._act("feedback", {"declaration_numbers": [number]}, suffix=str(nth))
        if [each["number"] for each in answer.json()["accepted"]] != [number]:
            self._client.journal.fault(f"{self._number}: {number} was not taken: {answer.text[:300]}")

    async def _act(
        self, what: str, body: dict[str, Any], *, refusable: bool = False, suffix: str = ""
    ) -> httpx.Response:
        path = f"{APPOINTMENTS}/{self._number}/{what}"
        key = f"{self._plan.key}-{what}{suffix}"
        return await self._give(Command(what, key, "POST", path, body, self._number), refusable=refusable)

    async def _give(self, command: Command, *, refusable: bool = False) -> httpx.Response:
        answer = await self._client.command(command)
        if not (answer.is_success or refusable):
            self._client.journal.fault(f"{command.act} of {command.number}: {answer.status_code} {answer.text[:300]}")
            raise Stuck(f"{command.act} of {command.number} was refused")
        if answer.is_success and self._plan.repeats.random() < REPEATED:
            await self._repeat(command, answer)
        return answer

    async def _repeat(self, command: Command, first: httpx.Response) -> None:
        """The same key once more: the same answer, and nothing happens."""
        again = await self._client.command(command)
        if _told(again) != _told(first):
            self._client.journal.fault(f"{command.act} of {command.number} was answered otherwise: {again.text[:300]}")

    async def _until(self, *states: str) -> str:
        path = f"{APPOINTMENTS}/{self._number}"
        view = await self._watched(path, lambda view: view["state"] in states, f"{'/'.join(states)}")
        return str(view["state"])

    async def _happened(self, action: str, *, times: int) -> None:
        path = f"{APPOINTMENTS}/{self._number}/timeline"
        await self._watched(path, lambda seen: str(seen).count(f"'{action}'") >= times, action)

    async def _watched(self, path: str, holds: Callable[[Any], bool], what: str) -> Any:
        """A client has nobody to tell it: it looks, again and again, no longer than its patience lasts."""
        give_up = time.monotonic() + self._client.patience
        while not holds(seen := (await self._client.get(path)).json()):
            if time.monotonic() > give_up:
                raise Stuck(f"{self._number} ({self._plan.kind}) never came to {what}: {seen.get('state')}")
            await asyncio.sleep(POLL_SECONDS)
        return seen

    def _end(self, state: str) -> None:
        self._client.journal.ended(str(self._number), state)


def _told(answer: httpx.Response) -> Any:
    """The part of an answer that depends on the command alone; the block of a draft may come and go."""
    told = answer.json()
    return {name: value for name, value in told.items() if name != "blocked_by"}
