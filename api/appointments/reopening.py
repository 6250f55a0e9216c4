"""An appointment that is over, opened once more: customs may still take back what it had decided.

Its workflow has ended, and a new run begins where the database says that it stood. The run lives as long as there is
something to wait for, which is mostly no longer than the command that it was begun for.
"""

from collections.abc import Callable
from typing import Any

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from api.context import Context
from api.http.problems import refusal
from db import recovery
from domain.appointment import Appointment, State
from domain.carried import CarriedState
from domain.due import is_over
from workflows import contracts
from workflows.contracts import Start


def can_be_reopened(appointment: Appointment) -> bool:
    """Whether it is over, and not because it was deleted."""
    return is_over(appointment) and appointment.state is not State.DELETED


async def reopening(ctx: Context, pre_entry_no: str) -> Callable[[], WithStartWorkflowOperation[Any, Any]]:
    """Makes the start of a new run of a workflow that has ended, for ``Commands.start``."""
    carried = await ctx.read(lambda session: recovery.carried_state(session, pre_entry_no))
    if carried is None:
        raise refusal("temporarily.unavailable")
    return lambda: _operation(ctx, carried)


def _operation(ctx: Context, carried: CarriedState) -> WithStartWorkflowOperation[Any, Any]:
    appointment = carried.appointment
    number = appointment.pre_entry_no
    return WithStartWorkflowOperation(
        contracts.APPOINTMENT,
        Start(pre_entry_no=number, carried=carried, reopened=True),
        id=contracts.workflow_id(number),
        task_queue=ctx.settings.task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary=f"预约 {number} · {appointment.applicant.code}",
        static_details="预约通关申请已结束，因海关后来的回执重新打开。",
    )
