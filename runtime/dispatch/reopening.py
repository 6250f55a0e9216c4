"""Opens an appointment that is over once more: customs may still take back what it had decided.

Its workflow has ended, and a new run begins in the state that the database has. The run lives as long as there is
something to wait for, which is mostly no longer than the command that it was begun for.
"""

from typing import Any, TypeVar

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from db import recovery
from domain.appointment import Appointment, State
from domain.carried import CarriedState
from domain.due import is_over
from runtime.dispatch.dispatcher import Dispatcher
from runtime.dispatch.failures import TemporalUnavailable
from workflows import contracts
from workflows.contracts import Command, Start

Result = TypeVar("Result")


def can_be_reopened(appointment: Appointment) -> bool:
    """Returns True if the appointment is over, and not because it was deleted."""
    return is_over(appointment) and appointment.state is not State.DELETED


async def reopen(
    dispatcher: Dispatcher, pre_entry_no: str, name: str, command: Command, *, result: type[Result]
) -> Result:
    """Starts a new run of a workflow that has ended, sends the update to it, and returns its result.

    Raises ``CommandFailed``.
    """
    carried = await dispatcher.read(lambda session: recovery.carried_state(session, pre_entry_no))
    if carried is None:
        raise TemporalUnavailable
    queue = dispatcher.settings.task_queue
    return await dispatcher.commands.start(lambda: _operation(carried, queue), name, command, result)


def _operation(carried: CarriedState, task_queue: str) -> WithStartWorkflowOperation[Any, Any]:
    appointment = carried.appointment
    number = appointment.pre_entry_no
    return WithStartWorkflowOperation(
        contracts.APPOINTMENT,
        Start(pre_entry_no=number, carried=carried, reopened=True, derived_ids=True),
        id=contracts.workflow_id(number),
        task_queue=task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary=f"预约 {number} · {appointment.applicant.code}",
        static_details="预约通关申请已结束，因海关后来的回执重新打开。",
    )
