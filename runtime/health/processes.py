"""Checks that every open appointment has its workflow; silent while Temporal or the database is away."""

from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from db.engine import connect
from runtime import lost_workflows, temporal
from runtime.health.finding import Finding, fault, well
from runtime.settings import Settings

NAMED = 5


async def check(settings: Settings) -> list[Finding]:
    """Yields one finding; none where other checks already report an unreachable server."""
    engine = connect(settings.database_url)
    try:
        return [missing(await lost_workflows.lost(await temporal.connect(settings), engine))]
    except (RPCError, RuntimeError, SQLAlchemyError, temporal.ConfigError):
        return []
    finally:
        engine.dispose()


def missing(numbers: Sequence[str]) -> Finding:
    """Returns a finding about appointments without a workflow."""
    if not numbers:
        return well("processes", "进行中的预约都有流程", "every open appointment has its workflow")
    count = f"{len(numbers)}+" if len(numbers) == lost_workflows.MOST else f"{len(numbers)}"
    names = ", ".join(numbers[:NAMED]) + (" …" if len(numbers) > NAMED else "")
    return fault(
        "processes",
        "workflows.missing",
        f"{count} 份进行中的预约没有流程：{names}",
        f"open appointments whose workflow is gone: {count}, {names}",
        number=numbers[0],
    )
