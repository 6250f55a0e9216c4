"""Turns are given in the order of coming, also to one that comes back at once."""

import time
from concurrent.futures import ThreadPoolExecutor

from db.fair_lock import FairLock
from tests.waiting import until

LONG = 30.0


async def until_in_line(line: FairLock, count: int) -> None:
    await until(lambda: len(line) >= count, LONG)


async def test_who_waits_first_is_served_first_and_who_comes_back_waits_again() -> None:
    line, served = FairLock(), list[str]()

    def turn(name: str) -> None:
        assert line.acquire(LONG)
        served.append(name)
        line.release()

    assert line.acquire(LONG)
    with ThreadPoolExecutor(3) as pool:
        for place, name in enumerate(("first", "second", "third"), start=2):
            pool.submit(turn, name)
            await until_in_line(line, place)
        line.release()
        turn("back at once")
    assert served == ["first", "second", "third", "back at once"]
    assert len(line) == 0


async def test_who_gives_up_leaves_the_line_to_those_behind() -> None:
    line = FairLock()
    assert line.acquire(LONG)
    with ThreadPoolExecutor(1) as pool:
        assert not line.acquire(0)
        behind = pool.submit(line.acquire, LONG)
        await until_in_line(line, 2)
        line.release()
        assert behind.result(LONG)
    line.release()
    assert line.acquire(0)


def test_never_two_at_once_though_some_give_up() -> None:
    line, inside, most, gave_up = FairLock(), 0, 0, 0

    def work(_: int) -> None:
        nonlocal inside, most, gave_up
        if not line.acquire(0.0005):
            gave_up += 1
            return
        inside += 1
        most = max(most, inside)
        time.sleep(0.0002)
        inside -= 1
        line.release()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(400)))
    assert most == 1
    assert 0 < gave_up < 400
    assert len(line) == 0
