"""``make faults``: parts killed, databases taken away in the middle of lives, and the proof that nothing was lost."""

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from tests.faults import kills, outages
from tests.faults.postgres import postgres
from tests.faults.scenario import Verdict, scenario

Play = Callable[..., Awaitable[None]]


def main() -> None:
    """Plays the chosen faults one after the other; exit code 1 when anything is wrong."""
    options = _options()
    print(f"seed {options.seed}", flush=True)
    plays = _plays(options)
    good = [asyncio.run(_played(name, plays[name], options.journals)) for name in options.faults or plays]
    sys.exit(0 if all(good) else 1)


async def _played(name: str, play: Play, journals: Path | None) -> bool:
    with tempfile.TemporaryDirectory(prefix="yuyue-faults-") as temporary:
        folder = (journals or Path(temporary)) / name
        folder.mkdir(parents=True, exist_ok=True)
        verdict = await _on_postgres(folder, play) if name == "postgres" else await _on_sqlite(folder, play)
    print(f"{name}: {verdict}", flush=True)
    return not verdict.wrong


async def _on_sqlite(folder: Path, play: Play) -> Verdict:
    async with scenario(folder) as on:
        await play(on)
        return await on.judge()


async def _on_postgres(folder: Path, play: Play) -> Verdict:
    with postgres(folder) as server:
        async with scenario(folder, program=server.program) as on:
            await play(on, outage=server.stopped)
            return await on.judge()


def _plays(options: argparse.Namespace) -> dict[str, Play]:
    rounds, lives, seed = options.rounds, options.lives, options.seed

    def outage(what: outages.Outage) -> Play:
        return partial(outages.play, outage=what, seed=seed, lives=lives, seconds=options.seconds)

    return {
        "kills": partial(kills.play, seed=seed, rounds=rounds, lives=lives),
        "locked": outage(outages.database_locked),
        "full": outage(outages.disk_full),
        "gone": outage(outages.database_gone),
        "postgres": partial(outages.play, seed=seed, lives=lives, seconds=options.seconds),
        "silent": outage(outages.temporal_silent),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("faults", nargs="*", help="kills, locked, full, gone, postgres, silent; all when none is named")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="the same one plays the same")
    parser.add_argument("--rounds", type=int, default=20, help="of kills")
    parser.add_argument("--lives", type=int, default=50, help="at once in a round")
    parser.add_argument("--seconds", type=float, default=30, help="how long an outage lasts")
    parser.add_argument("--journals", type=Path, help="folder in which journals and the output of the stack stay")
    return parser.parse_args()


if __name__ == "__main__":
    main()
