"""`python -m tests.oracle`: very many random cases, told as one line; ends with 1 if an answer differs."""

import sys
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, repeat
from time import perf_counter

from tests.oracle.compare import Disagreement, compare
from tests.oracle.rules import DAY

_CHUNK = 20_000
_MOST_SHOWN = 5


def main() -> int:
    """Compares in several processes; every chunk has a seed of its own."""
    given = _parser().parse_args()
    began = perf_counter()
    chunks = range(given.seed, given.seed + -(-given.cases // _CHUNK))
    with ProcessPoolExecutor(given.processes) as pool:
        tallies = list(pool.map(compare, chunks, repeat(min(_CHUNK, given.cases))))
    wrong = list(chain.from_iterable(each.disagreements for each in tallies))
    met = sum((each.met for each in tallies), Counter[str]())
    cases = len(chunks) * min(_CHUNK, given.cases)
    print(f"{cases:,} cases from seed {given.seed} in {perf_counter() - began:.0f} s: {len(wrong)} disagreements")
    print(", ".join(f"{what} {count:,}" for what, count in met.most_common()))
    for each in wrong[:_MOST_SHOWN]:
        print(_shown(each))
    return 1 if wrong else 0


def _shown(wrong: Disagreement) -> str:
    """The question with the hours around it, not with the whole world."""
    case = wrong.question.case
    day = case.start // DAY
    hours = {code: {near: port.sessions(near) for near in range(day - 3, day + 3)} for code, port in case.ports.items()}
    told = {name: getattr(case, name) for name in ("declaration_port", "entry_exit_port", "start", "received_at")}
    return f"\n{told}\n  {case.rules}\n  {hours}\n  expected {wrong.expected}\n  actual   {wrong.actual}"


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--cases", type=int, default=800_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    return parser


if __name__ == "__main__":
    sys.exit(main())
