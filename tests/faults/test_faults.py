"""A short play of faults in every run of the tests; ``make faults`` plays it in full."""

import random
from pathlib import Path

import pytest

from tests.faults import kills, outages
from tests.faults.lives import KINDS
from tests.faults.scenario import scenario

#: In each round; every part is the first to die once.
LIVES = 8
#: Lives that meet no deadline: one round with such as do is enough here.
SWIFT = {kind: often for kind, often in KINDS.items() if kind != "neglected"}

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]


async def test_parts_killed_and_the_database_locked_in_the_middle_of_lives(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 to play it again
    async with scenario(tmp_path) as on:
        await kills.play(on, seed=seed, rounds=1, lives=LIVES)
        await kills.play(on, seed=seed, rounds=3, lives=LIVES, begin=1, kinds=SWIFT)
        await outages.play(on, outages.database_locked, seed=seed + 1, lives=LIVES, first=4 * LIVES, seconds=30)
        verdict = await on.judge()
    print(verdict)  # noqa: T201 figures worth reading with -s
    assert verdict.wrong == []
