"""The checks of every part, in order; they change nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from db import lists, schema_version
from db.engine import connect, reading
from db.lists import NAMES, ListName
from runtime.health import boxes, disk, processes, receivers, services, store, trust, upkeep
from runtime.health.finding import Finding, warning, well
from runtime.settings import Settings

Check = Callable[[Settings], Awaitable[Iterable[Finding]]]
#: ``progress(name of the check, checks done, all checks)``
Progress = Callable[[str, int, int], None]

_LISTS: dict[ListName, tuple[str, str, str]] = {
    "ports": ("口岸代码表", "list of ports", "ports"),
    "hs_codes": ("税则", "tariff", "hs"),
}


async def examine(settings: Settings, progress: Progress = lambda *_: None) -> list[Finding]:
    """Returns the findings of all checks that a process of this system can make wherever it runs."""
    found: list[Finding] = []
    for done, (name, check) in enumerate(CHECKS):
        progress(name, done, len(CHECKS))
        found += await check(settings)
    return found


def check_lists(settings: Settings) -> list[Finding]:
    """Returns a finding for each list that is only the starter list of the product; none without a usable database."""
    engine = connect(settings.database_url)
    try:
        if not schema_version.is_current(engine):
            return []
        with reading(engine) as session:
            return [_list(session, name) for name in NAMES]
    except SQLAlchemyError:
        return []
    finally:
        engine.dispose()


def _list(session: Session, name: ListName) -> Finding:
    status = lists.status(session, name)
    chinese, english, command = _LISTS[name]
    if status is not None and status.complete:
        day = f"{status.changed_at:%Y-%m-%d}"
        return well("lists", f"{chinese}为正式数据，{day} 导入", f"the {english} is the official one, imported {day}")
    return warning(
        "lists", "lists.starter", f"{chinese}仍是随附的初始数据", f"the {english} is the starter list", list=command
    )


def _in_thread(check: Callable[[Settings], Iterable[Finding]]) -> Check:
    async def run(settings: Settings) -> list[Finding]:
        return await asyncio.to_thread(lambda: list(check(settings)))

    return run


CHECKS: tuple[tuple[str, Check], ...] = (
    ("disk", _in_thread(lambda settings: disk.check(settings.data_dir))),
    ("database", _in_thread(store.check)),
    ("lists", _in_thread(check_lists)),
    ("trust", _in_thread(trust.check)),
    ("temporal", services.check_temporal),
    ("workflows", processes.check),
    ("upkeep", upkeep.check),
    ("customs", _in_thread(services.check_customs)),
    ("boxes", _in_thread(boxes.check)),
    ("webhooks", _in_thread(receivers.check)),
)
