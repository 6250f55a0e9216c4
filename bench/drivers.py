"""The two lifecycles as a client plays them, command after command, each timed from asking to its answer."""

import itertools
import time
import uuid
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from api.appointments.creation import search_attributes
from bench.bare import BARE_QUEUE, STEPS, Bare
from bench.builders import APPLICANT, ENTERPRISE, declaration_number
from domain.actor import CUSTOMS
from domain.appointment import Content
from domain.carried import ReceiptAnswer
from domain.decision import Decision
from domain.receipt import Disposition, Receipt, Result
from runtime.sealing import Sealer
from workflows import contracts
from workflows.contracts import Answer, Command, Create, FeedBack, Receive, Save, Start, Submit

PATIENCE = timedelta(seconds=30)
Value = TypeVar("Value")


@dataclass
class Stopwatch:
    """``seconds`` has one entry per command."""

    seconds: list[float] = field(default_factory=list)

    async def time(self, command: Awaitable[Value]) -> Value:
        """The command's answer."""
        began = time.perf_counter()
        answer = await command
        self.seconds.append(time.perf_counter() - began)
        return answer


@dataclass
class AppointmentDriver:
    """暂存 to 通关完成已反馈; raises when a step did not do what it is measured for."""

    client: Client
    sealer: Sealer
    drafts: tuple[Content, Content, Content]
    decision: Decision
    serials: Iterator[int] = field(default_factory=itertools.count)

    async def live(self, watch: Stopwatch) -> str:
        """One lifecycle; gives the workflow's id."""
        number = f"{uuid.uuid4().int % 10**18:018}"
        first, *later = [self.sealer.seal_content(draft, number) for draft in self.drafts]
        handle = await self._create(watch, number, first)
        for content in later:
            await self._update(watch, handle, Save(**_says(), content=content))
        await self._update(watch, handle, Submit(**_says()))
        await self._receive(watch, handle, number, Result.ACCEPTED)
        await self._receive(watch, handle, number, Result.APPROVED)
        numbers = (declaration_number(next(self.serials)),)
        answer = await self._update(watch, handle, FeedBack(**_says(), numbers=numbers))
        _demand("declaration numbers refused", found=len(answer.refused), wanted=0)
        await self._receive(watch, handle, number, Result.FEEDBACK_CONFIRMED)
        return handle.id

    async def _create(self, watch: Stopwatch, number: str, content: Content) -> WorkflowHandle[Any, Any]:
        draft = Create(**_says(), content=content, decision=self.decision)
        operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            contracts.APPOINTMENT,
            Start(pre_entry_no=number, create=draft, derived_ids=True),
            id=contracts.workflow_id(number),
            task_queue=contracts.TASK_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=search_attributes(APPLICANT, content),
            static_summary=f"预约 {number} · {APPLICANT}",
        )
        command = Command(**draft.model_dump(include=set(Command.model_fields)))
        await watch.time(
            self.client.execute_update_with_start_workflow(
                Create.update, command, start_workflow_operation=operation, id=draft.key, result_type=Answer
            )
        )
        return await operation.workflow_handle()

    async def _update(self, watch: Stopwatch, handle: WorkflowHandle[Any, Any], command: Command) -> Answer:
        asked = handle.execute_update(command.update, command, id=command.key, result_type=Answer, rpc_timeout=PATIENCE)
        answer: Answer = await watch.time(asked)
        return answer

    async def _receive(self, watch: Stopwatch, handle: WorkflowHandle[Any, Any], number: str, result: Result) -> None:
        command = _receipt(number, result)
        asked = handle.execute_update(
            Receive.update, command, id=command.key, result_type=ReceiptAnswer, rpc_timeout=PATIENCE
        )
        answer: ReceiptAnswer = await watch.time(asked)
        _demand(f"disposition of {result}", found=answer.disposition, wanted=Disposition.APPLIED)


@dataclass
class BareDriver:
    """The same number of commands to the bare workflow."""

    client: Client

    async def live(self, watch: Stopwatch) -> str:
        """One lifecycle; gives the workflow's id."""
        create, *others = [step for _, step in STEPS]
        operation = WithStartWorkflowOperation(
            Bare.run,
            create,
            id=f"bare/{uuid.uuid4()}",
            task_queue=BARE_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        await watch.time(
            self.client.execute_update_with_start_workflow(
                Bare.step, create, start_workflow_operation=operation, id=str(uuid.uuid4())
            )
        )
        handle = await operation.workflow_handle()
        for step in others:
            update = handle.execute_update(Bare.step, step, id=str(uuid.uuid4()), rpc_timeout=PATIENCE)
            await watch.time(update)
        return handle.id


def _says() -> dict[str, Any]:
    """The fields that every command of the enterprise carries."""
    key = str(uuid.uuid4())
    return {"key": key, "body_hash": key.encode().hex()[:64], "received_at": datetime.now(UTC), "actor": ENTERPRISE}


def _receipt(number: str, result: Result) -> Receive:
    says = _says() | {"actor": CUSTOMS}
    receipt = Receipt(
        receipt_id=says["key"],
        pre_entry_no=number,
        result=result,
        notice_time=says["received_at"],
        application_no=f"2233{number[4:]}" if result is Result.APPROVED else None,
    )
    return Receive(**says, receipt=receipt)


def _demand(what: str, *, found: object, wanted: object) -> None:
    if found != wanted:
        raise RuntimeError(f"{what}: {found} instead of {wanted}")
