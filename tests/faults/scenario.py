"""A stack, its clients and its journal: what every fault is played on, and how it is judged afterwards."""

import asyncio
import json
import os
import subprocess
import sysconfig
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from temporalio.client import Client as Temporal
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from tests.e2e.conftest import close_port
from tests.e2e.stack import Up, up
from tests.faults import checker, observing
from tests.faults.client import Client, Stuck
from tests.faults.journal import Journal
from tests.faults.killing import Killer
from tests.faults.lives import CAREFUL, CARELESS, Life, Plan
from workflows import sandbox
from workflows.appointment import AppointmentWorkflow
from workflows.contracts import workflow_id

YUYUE = (str(Path(sysconfig.get_path("scripts")) / "yuyue"),)
#: So long a client goes on asking, and waits for a state, before it says that it is stuck.
PATIENCE_SECONDS = 180.0


@dataclass
class Verdict:
    """The faults that were found, and the figures."""

    wrong: list[str]
    lives: int
    acks: int
    kills: Counter[str]
    repeats: int
    copies: int
    slowest: float
    slowest_back: float
    troubles: Counter[str]
    replayed: int
    seconds: float

    def __str__(self) -> str:
        """One line of figures, then what is wrong."""
        kills = ", ".join(f"{part} {count}" for part, count in sorted(self.kills.items())) or "none"
        figures = (
            f"{self.lives} lives, {self.acks} acks ({self.repeats} asked again), {len(self.wrong)} wrong, "
            f"{self.copies} copies at customs, {self.replayed} histories replayed, kills: {kills}; slowest command "
            f"{self.slowest:.1f} s, slowest restart {self.slowest_back:.1f} s, {self.seconds:.0f} s in all"
        )
        troubles = "  heard: " + (", ".join(f"{what} {n}" for what, n in self.troubles.most_common()) or "no trouble")
        return "\n".join([figures, troubles, *(f"  WRONG {each}" for each in self.wrong)])


@dataclass
class Scenario:
    """One running stack under attack."""

    stack: Up
    journal: Journal
    killer: Killer
    careful: Client
    careless: Client
    office: Client
    program: Sequence[str] = YUYUE
    began: float = field(default_factory=time.monotonic)

    def client_of(self, plan: Plan) -> Client:
        """The client for a life: neglected lives have an enterprise that may be blocked."""
        return self.careless if plan.kind == "neglected" else self.careful

    async def live(self, plans: Sequence[Plan]) -> None:
        """All of them at once; what gets stuck is in the journal."""
        await asyncio.gather(*(self._live(plan) for plan in plans))

    async def live_through(self, plans: Sequence[Plan], *faults: Coroutine[Any, Any, None]) -> None:
        """The lives with what happens to them meanwhile; a fault whose moment never came is let go."""
        tasks = [asyncio.create_task(fault) for fault in faults]
        try:
            await self.live(plans)
        finally:
            for task in tasks:
                task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome

    async def nothing_acknowledged(self, seconds: float, how: str) -> None:
        """Lets an outage last; what is first asked for meanwhile cannot be recorded, so nobody may hear that it was."""
        began = time.monotonic()
        self.journal.note(outage=how)
        await asyncio.sleep(seconds)
        firsts: dict[str, float] = {}
        for ack in self.journal.acks:
            if firsts.setdefault(ack.key, ack.first) > began:
                self.journal.fault(f"{ack.act} of {ack.number} was acknowledged in the middle of an outage: {how}")
        self.journal.note(outage="over")

    async def _live(self, plan: Plan) -> None:
        parties = CARELESS if plan.kind == "neglected" else CAREFUL
        try:
            await Life(plan, self.client_of(plan), self.office, parties).lead()
        except Stuck as stuck:
            self.journal.fault(str(stuck))

    async def judge(self) -> Verdict:
        """Looks at everything from outside, asks the commands that prove it, and replays every history."""
        numbers = {number: client for client in (self.careful, self.careless) for number in client.numbers}
        seen = await observing.observe(numbers, self.office)
        wrong = self.journal.faults + checker.check(self.journal.acks, self.journal.ends, seen)
        wrong += [each for command in (("verify",), ("doctor", "--json")) for each in self._proven(*command)]
        wrong += await self._not_replayed(numbers)
        keys = [ack.key for ack in self.journal.acks]
        return Verdict(
            wrong=wrong,
            lives=len(numbers),
            acks=len(set(keys)),
            kills=Counter(self.killer.kills),
            repeats=len(keys) - len(set(keys)),
            copies=sum(message["times"] - 1 for each in seen.values() for message in each.messages),
            slowest=self.journal.slowest,
            slowest_back=max(self.killer.back, default=0.0),
            troubles=self.journal.troubles,
            replayed=len(numbers),
            seconds=time.monotonic() - self.began,
        )

    def _proven(self, *command: str) -> list[str]:
        """The output of a proving command; empty when it exits with 0."""
        told = subprocess.run(
            [*self.program, *command, "--data-dir", self.stack.ready["data_dir"]],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=os.environ | {"COLUMNS": "200"},
        )
        if told.returncode == 0:
            return []
        if command[0] == "doctor" and told.stdout.startswith("["):
            return [f"doctor: {each['english']}" for each in json.loads(told.stdout) if each["level"] == "fault"]
        return [f"{command[0]}: {told.stdout}{told.stderr}"]

    async def _not_replayed(self, numbers: dict[str, Client]) -> list[str]:
        temporal = await Temporal.connect(self.stack.ready["temporal"], data_converter=pydantic_data_converter)
        replayer = Replayer(
            workflows=[AppointmentWorkflow], workflow_runner=sandbox.runner(), data_converter=pydantic_data_converter
        )
        wrong = []
        for number in numbers:
            history = await temporal.get_workflow_handle(workflow_id(number)).fetch_history()
            result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
            if result.replay_failure:
                wrong.append(f"{number} does not replay: {result.replay_failure}")
        return wrong


@asynccontextmanager
async def scenario(folder: Path, *, program: Sequence[str] = YUYUE) -> AsyncIterator[Scenario]:
    """A fresh stack whose port is closed all day, so that any moment can be booked; gone at the end."""
    with up(folder, "--data-dir", str(folder / "data"), "--port-base", "0", program=program) as stack:
        await asyncio.to_thread(stack.wait_until_ready, 120)
        await asyncio.to_thread(close_port, stack)
        journal = Journal(folder / "journal.jsonl")
        keys, limits = stack.ready["keys"], httpx.Limits(max_connections=None)

        def client(base: str, key: str | None = None) -> Client:
            headers = {"Authorization": f"Bearer {keys[key]}"} if key else {}
            http = httpx.AsyncClient(base_url=base, headers=headers, timeout=30, trust_env=False, limits=limits)
            return Client(http, journal, PATIENCE_SECONDS)

        door, office = stack.ready["api"], stack.ready["simulator"]
        clients = client(door, "general"), client(door, "advanced"), client(office)
        try:
            yield Scenario(stack, journal, Killer(stack, journal), *clients, program)
        finally:
            for each in clients:
                await each.http.aclose()
