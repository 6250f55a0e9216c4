"""Compares workflows and read rows. No workflow is queried: the Temporal server alone answers."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Engine
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError

from db import queries
from db.engine import read
from domain.appointment import OPEN
from runtime.temporal import lacks_workflow
from workflows.contracts import APPOINTMENT, workflow_id

STATE = SearchAttributeKey.for_keyword("AppointmentState")
RUNNING = f"WorkflowType = '{APPOINTMENT}' AND ExecutionStatus = 'Running'"
RPC_TIMEOUT = timedelta(seconds=5)
#: A difference is looked up again so often: lists lag behind, and the system may be at work.
LOOKS = 3


class StateDifference(NamedTuple):
    """An appointment whose row and running workflow do not agree; None where there is none."""

    pre_entry_no: str
    row: str | None
    workflow: str | None


def differs(row: str | None, workflow: str | None) -> bool:
    """Returns True if a read row's state and that of its workflow differ; ``workflow`` is None when none runs."""
    if workflow is None:
        return row in OPEN
    return row != workflow


async def compare(client: Client, engine: Engine, task_queue: str) -> list[StateDifference]:
    """Returns every difference that stays in repeated looks.

    Workflows of another queue belong to another deployment in the same namespace, unless a row names them.
    """
    workflows, rows = await _all_running(client, task_queue), _rows(engine)
    suspects = _differing(rows, workflows)
    for _ in range(LOOKS):
        workflows = {number: await _running(client, number) for number in suspects}
        rows = {number: state for number, state in _rows(engine).items() if number in workflows}
        suspects = _differing(rows, workflows)
    return [StateDifference(number, rows.get(number), workflows.get(number)) for number in sorted(suspects)]


def _differing(rows: dict[str, str], workflows: dict[str, str | None]) -> list[str]:
    return [number for number in rows.keys() | workflows.keys() if differs(rows.get(number), workflows.get(number))]


def _rows(engine: Engine) -> dict[str, str]:
    return read(engine, queries.states)


async def _all_running(client: Client, task_queue: str) -> dict[str, str | None]:
    prefix = workflow_id("")
    listed = client.list_workflows(f'{RUNNING} AND TaskQueue = "{task_queue}"', rpc_timeout=RPC_TIMEOUT)
    return {execution.id.removeprefix(prefix): _state(execution) async for execution in listed}


async def _running(client: Client, number: str) -> str | None:
    try:
        execution = await client.get_workflow_handle(workflow_id(number)).describe(rpc_timeout=RPC_TIMEOUT)
    except RPCError as error:
        if lacks_workflow(error):
            return None
        raise
    return _state(execution) if execution.status == WorkflowExecutionStatus.RUNNING else None


def _state(execution: WorkflowExecution) -> str:
    """Returns the state that the workflow has published last; ``?`` before the first time."""
    return execution.typed_search_attributes.get(STATE, "?")
