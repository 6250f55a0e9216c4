"""kill -9 of the parts in the middle of lives, round after round on one stack."""

import random

from tests.faults.killing import PARTS, Kill
from tests.faults.lives import plans
from tests.faults.scenario import Scenario

COMMANDS_PER_LIFE = 4


def kills(seed: int, nth: int) -> list[Kill]:
    """The kills of a round: each part in turn, alone or with others, and up to two more at other moments."""
    dice = random.Random(f"{seed}/{nth}")
    first = PARTS[nth % len(PARTS)]
    others = [part for part in PARTS if part != first]
    together = (first, *dice.sample(others, dice.choice([0, 0, 1, 3])))
    later = [(dice.choice(PARTS),) for _ in range(dice.choice([0, 1, 2]))]
    return [Kill(dice.uniform(0.05, 0.8), parts) for parts in (together, *later)]


async def play(
    scenario: Scenario, *, seed: int, rounds: int, lives: int, begin: int = 0, kinds: dict[str, int] | None = None
) -> None:
    """Plays the rounds with their lives; the rounds are counted from ``begin``."""
    for nth in range(begin, begin + rounds):
        plan = plans(seed * 1000 + nth, lives, first=nth * lives, kinds=kinds)
        scenario.journal.note(round=nth, kills=[kill.parts for kill in kills(seed, nth)])
        already, expected = len(scenario.journal.acks), lives * COMMANDS_PER_LIFE
        attacks = [scenario.killer.carry_out(kill, already, expected) for kill in kills(seed, nth)]
        await scenario.live_through(plan, *attacks)
