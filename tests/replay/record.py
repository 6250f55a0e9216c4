"""Plays the stories that must replay for ever and writes their histories: ``python -m tests.replay.record``.

A history is recorded once and then kept: a version that can no longer replay an old one must use
``workflow.patched``, never record it again. A new story adds a file.
"""

import asyncio
import json
import re
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from domain.appointment import State
from domain.receipt import Result
from runtime.objects import Objects
from tests.workflows.builders import content, open_database, some_sealer, template, window_start
from tests.workflows.declared import matching
from tests.workflows.environment import start
from tests.workflows.harness import Case, Harness
from tests.workflows.resetting import FIRST, reset

FOLDER = Path(__file__).parent / "histories"
#: ``pid@host``, by which clients and workers call themselves.
PROCESS = re.compile(r"\b\d+@[\w.-]+")
HOUR = timedelta(hours=1)


async def completed(harness: Harness) -> Case:
    """Two saves, submit, accepted, approved, feedback, confirmed, and the deadline."""
    case = await harness.case(content(reason=None))
    await case.save(content(reason=None))
    await case.save(content())
    await case.approved()
    await case.feed_back(matching(harness, case.row, serial=1))
    await case.receive(Result.FEEDBACK_CONFIRMED)
    await case.forward_to(window_start() + timedelta(days=6))
    await case.handle.result()
    return case


async def cancelled(harness: Harness) -> Case:
    """Approved, cancelled in time, confirmed."""
    case = await (await harness.case()).approved()
    await case.cancel(reason="船期取消")
    await case.receive(Result.CANCEL_CONFIRMED)
    await case.handle.result()
    return case


async def overdue_explained_released(harness: Harness) -> Case:
    """The breach by its own timer, one explanation, accepted."""
    case = await (await harness.case()).approved()
    await case.forward_to(window_start() + timedelta(days=6))
    await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)
    await case.explain()
    await case.receive(Result.EXPLANATION_ACCEPTED)
    await case.handle.result()
    return case


async def overdue_released_by_an_officer(harness: Harness) -> Case:
    """An explanation refused in time, the breach, an officer."""
    case = await (await harness.case()).approved()
    await case.explain()
    await case.receive(Result.EXPLANATION_REFUSED)
    await case.forward_to(window_start() + timedelta(days=6))
    await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)
    await case.release()
    await case.handle.result()
    return case


async def lapsed(harness: Harness) -> Case:
    """A life that customs never decides."""
    case = await harness.case()
    await case.submit()
    await case.forward_to(window_start() + 3 * HOUR)
    await case.becomes(lambda row: bool(row.attention))
    await case.forward_to(window_start() + timedelta(days=6))
    await case.handle.result()
    return case


async def returned(harness: Harness) -> Case:
    """Accepted, then returned."""
    case = await harness.case()
    await case.submit()
    await case.receive(Result.ACCEPTED)
    await case.receive(Result.RETURNED, note="材料不全")
    await case.handle.result()
    return case


async def deleted(harness: Harness) -> Case:
    """A draft that went nowhere."""
    case = await harness.case()
    await case.delete()
    await case.handle.result()
    return case


async def feedback_in_time_after_the_deadline(harness: Harness) -> Case:
    """Received in time, handled after the breach was set."""
    case = await (await harness.case()).approved()
    due = case.row.deadlines.feedback_by
    assert due is not None
    await case.forward_to(due + HOUR)
    await case.reaches(State.COMPLETED_WITHOUT_FEEDBACK)
    await case.feed_back(matching(harness, case.row, serial=2), received_at=due - HOUR)
    await case.handle.result()
    return case


async def unverified_then_matched(harness: Harness) -> Case:
    """Taken while the look-up was down, matched when it was back."""
    case = await (await harness.case()).approved()
    harness.office.down = True
    await case.feed_back(matching(harness, case.row, serial=3))
    harness.office.down = False
    await case.reaches(State.COMPLETED)
    await case.forward_to(window_start() + timedelta(days=6))
    await case.handle.result()
    return case


async def hours_changed_and_restored(harness: Harness) -> Case:
    """The port opens under an approved window, closes again, and the first news comes once more."""
    case = await (await harness.case()).approved()
    await case.hours(1, conflict=True)
    await case.becomes(lambda row: bool(row.attention))
    await case.hours(2, conflict=False)
    await case.becomes(lambda row: not row.attention)
    await case.hours(1, conflict=True)
    await case.cancel(reason="改期")
    await case.receive(Result.CANCEL_CONFIRMED)
    await case.handle.result()
    return case


async def reset_to_its_first_task(harness: Harness) -> Case:
    """Approved, reset, and led to its end from what is on record."""
    case = await reset(await (await harness.case()).approved(), FIRST)
    await case.cancel(reason="船期取消")
    await case.receive(Result.CANCEL_CONFIRMED)
    await case.handle.result()
    return case


async def refused_number_struck(harness: Harness) -> Case:
    """Customs refuses what was fed back, the right number follows, and the deadline."""
    case = await (await harness.case()).approved()
    await case.feed_back(matching(harness, case.row, serial=4))
    await case.receive(Result.FEEDBACK_REFUSED, note="查无此单")
    await case.feed_back(matching(harness, case.row, serial=5))
    await case.forward_to(window_start() + timedelta(days=6))
    await case.handle.result()
    return case


async def refused_number_kept(harness: Harness) -> Case:
    """The same, recorded while a number that customs had refused still counted."""
    return await refused_number_struck(harness)


async def unverified_then_mismatched(harness: Harness) -> Case:
    """Taken while the look-up was down, taken back when it was there again; the right number follows."""
    case = await (await harness.case()).approved()
    harness.office.down = True
    await case.feed_back(matching(harness, case.row, serial=6, applicant="3122260009"))
    harness.office.down = False
    await case.becomes(lambda row: not row.declarations)
    await case.feed_back(matching(harness, case.row, serial=7))
    await case.forward_to(window_start() + timedelta(days=6))
    await case.handle.result()
    return case


async def unverified_then_mismatched_in_silence(harness: Harness) -> Case:
    """The same, recorded while a late mismatch asked for nobody's attention."""
    return await unverified_then_mismatched(harness)


async def approval_withdrawn(harness: Harness) -> Case:
    """Fed back, then returned by customs after all, as an operator records it."""
    case = await (await harness.case()).approved()
    await case.feed_back(matching(harness, case.row, serial=8))
    await case.receive(Result.RETURNED, note="误批", receipt_id="withdrawn")
    await case.record(Result.RETURNED, note="误批", receipt_id="withdrawn")
    await case.handle.result()
    return case


STORIES: tuple[Callable[[Harness], Awaitable[Case]], ...] = (
    completed,
    cancelled,
    overdue_explained_released,
    overdue_released_by_an_officer,
    lapsed,
    returned,
    deleted,
    feedback_in_time_after_the_deadline,
    unverified_then_matched,
    hours_changed_and_restored,
    reset_to_its_first_task,
    refused_number_kept,
    refused_number_struck,
    unverified_then_mismatched_in_silence,
    unverified_then_mismatched,
    approval_withdrawn,
)


async def main() -> None:
    """Writes what is not recorded yet."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(16) as threads:
        engine = open_database(template(Path(folder)), Path(folder))
        async with await start() as environment:
            harness = Harness(
                environment, threads, engine, "record", Objects.in_folder(Path(folder) / "objects", some_sealer())
            )
            async with harness.worker():
                for story in STORIES:
                    await _record(harness, story)
        engine.dispose()


async def _record(harness: Harness, story: Callable[[Harness], Awaitable[Case]]) -> None:
    path = FOLDER / f"{story.__name__}.json"
    if path.exists():
        return
    case = await story(harness)
    recorded = {"workflow_id": case.handle.id, "history": _anonymous((await case.history()).to_json_dict())}
    path.write_text(json.dumps(recorded, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(path.name)  # noqa: T201 a command


def _anonymous(recorded: Any) -> Any:
    """The history without the names of the machine, its folders and its processes."""
    if isinstance(recorded, dict):
        return {key: _anonymous(value) for key, value in recorded.items() if key != "stackTrace"}
    if isinstance(recorded, list):
        return [_anonymous(each) for each in recorded]
    return PROCESS.sub("recorder", recorded) if isinstance(recorded, str) else recorded


if __name__ == "__main__":
    asyncio.run(main())
