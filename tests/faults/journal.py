"""A journal of every acknowledged answer, written before the client goes on."""

import asyncio
import json
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Ack:
    """A 2xx to a command.

    ``version``, ``state`` and ``at`` are those of the view in the answer; ``first`` and ``answered`` are seconds of the
    monotonic clock: when it was asked for first, and when it was answered after ``asks`` times.
    """

    number: str
    act: str
    key: str
    version: int
    state: str
    at: str
    first: float
    answered: float
    asks: int = 1


@dataclass
class Journal:
    """All that clients heard; ``path`` gets one JSON object per line, before anybody acts on it."""

    path: Path
    acks: list[Ack] = field(default_factory=list)
    #: Answers that must never come, under any fault.
    faults: list[str] = field(default_factory=list)
    #: Words of refusals that ask for patience, and kinds of lost connections.
    troubles: Counter[str] = field(default_factory=Counter)
    #: Number → the state in which its client left it.
    ends: dict[str, str] = field(default_factory=dict)
    slowest: float = 0.0

    def __post_init__(self) -> None:
        self._heard = asyncio.Condition()

    async def acknowledged(self, ack: Ack) -> None:
        """Adds one acknowledged answer."""
        self._write({"ack": asdict(ack)})
        self.acks.append(ack)
        self.slowest = max(self.slowest, ack.answered - ack.first)
        async with self._heard:
            self._heard.notify_all()

    async def reached(self, count: int) -> None:
        """Returns once so many commands have been acknowledged."""
        async with self._heard:
            await self._heard.wait_for(lambda: len(self.acks) >= count)

    def trouble(self, what: str) -> None:
        """A client has to ask again."""
        self.troubles[what] += 1
        self._write({"trouble": what})

    def fault(self, what: str) -> None:
        """Adds a violation of the contract."""
        self.faults.append(what)
        self._write({"fault": what})

    def ended(self, number: str, state: str) -> None:
        """A client has brought its appointment where it wanted it."""
        self.ends[number] = state
        self._write({"end": number, "state": state})

    def note(self, **what: object) -> None:
        """Adds an act of the harness itself."""
        self._write(what)

    def _write(self, what: dict[str, object]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"t": round(time.monotonic(), 3)} | what, ensure_ascii=False) + "\n")
