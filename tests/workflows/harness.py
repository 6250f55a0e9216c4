"""What a workflow test holds in its hands: a worker, its database, a customs office, and cases to play."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text
from temporalio.client import WithStartWorkflowOperation, WorkflowHandle, WorkflowHistory
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker, WorkflowRunner

from activities.catalogue import effects
from activities.collection import Collection
from db import queries
from db.engine import reading, writing
from domain.actor import Actor, ActorKind
from domain.appointment import Appointment, Attachment, Content, State
from domain.carried import ReceiptAnswer
from domain.decision import Decision, Purpose
from domain.event import Action
from domain.policy import Policy
from domain.receipt import Receipt, Result
from runtime.objects import Objects
from tests.waiting import until
from tests.workflows.builders import APPLICANT, PlainText, content
from tests.workflows.fake_customs import FakeCustoms
from workflows import contracts, sandbox
from workflows.contracts import Answer, Command, Create, Receive, Start

ENTERPRISE = Actor(kind=ActorKind.ENTERPRISE, id=APPLICANT)
RPC_TIMEOUT = timedelta(seconds=30)
#: What lies in the object store for longer, and belongs to nobody, is an orphan.
GRACE = timedelta(hours=1)
OFFICER = Actor(kind=ActorKind.OPERATOR, id="officer")


@dataclass
class Harness:
    """A worker's surroundings; ``case`` begins an appointment."""

    environment: WorkflowEnvironment
    threads: ThreadPoolExecutor
    engine: Engine
    task_queue: str
    objects: Objects
    policy: Policy = field(default_factory=Policy)
    office: FakeCustoms = field(default_factory=FakeCustoms)

    def worker(self, runner: WorkflowRunner | None = None, **options: Any) -> Worker:
        """The worker as production assembles it, but for the channel to customs."""
        return Worker(
            self.environment.client,
            task_queue=self.task_queue,
            workflows=sandbox.WORKFLOWS,
            activities=effects(
                self.engine,
                self.policy,
                customs=self.office,
                quick=self.office,
                opener=PlainText(),
                files=Collection(self.engine, self.objects, GRACE),
            ),
            activity_executor=self.threads,
            workflow_runner=runner or sandbox.runner(),
            **options,
        )

    def row(self, pre_entry_no: str) -> Appointment:
        """The read row as an operator sees it."""
        with reading(self.engine) as session:
            found = queries.appointment(session, pre_entry_no, viewer=None)
        assert found is not None
        return found

    def decide(self, wanted: Content, received_at: datetime) -> Decision:
        """The assessment a door makes before the start."""
        with reading(self.engine) as session:
            return queries.decision(
                session,
                purpose=Purpose.CREATE,
                applicant=APPLICANT,
                content=wanted,
                policy=self.policy,
                received_at=received_at,
            )

    async def case(self, wanted: Content | None = None, *, key: str | None = None) -> "Case":
        """A draft, made as the API makes one."""
        number, draft = self.draft(wanted, key=key)
        command = Command(key=draft.key, body_hash="draft", received_at=draft.received_at, actor=ENTERPRISE)
        return await self.started(number, draft, Create.update, command)

    async def declared(self) -> "Case":
        """A draft that is submitted in the call that makes it."""
        number, draft = self.draft()
        own: dict[str, Any] = {"received_at": draft.received_at, "actor": ENTERPRISE}
        created = Command(key=draft.key, body_hash="draft", **own)
        command = contracts.Submit(key=f"{draft.key}-submit", body_hash="submit", created=created, **own)
        return await self.started(number, draft, contracts.Submit.update, command)

    def draft(self, wanted: Content | None = None, *, key: str | None = None) -> tuple[str, Create]:
        """A new number, and the draft that the API sends with the start."""
        wanted, at = content() if wanted is None else wanted, datetime.now(UTC)
        draft = Create(
            key=key or str(uuid.uuid4()),
            body_hash="draft",
            received_at=at,
            actor=ENTERPRISE,
            content=wanted,
            decision=self.decide(wanted, at),
        )
        return f"2026{uuid.uuid4().int % 10**14:014}", draft

    async def started(self, number: str, draft: Create, update: str, command: Command) -> "Case":
        """Starts the workflow with its first update, in one call."""
        operation: WithStartWorkflowOperation[Any, str] = WithStartWorkflowOperation(
            contracts.APPOINTMENT,
            Start(pre_entry_no=number, create=draft, derived_ids=True),
            id=contracts.workflow_id(number),
            task_queue=self.task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        await self.environment.client.execute_update_with_start_workflow(
            update, command, start_workflow_operation=operation, id=command.key, result_type=Answer
        )
        return Case(self, number, await operation.workflow_handle())

    def rename(self, table: str, new: str) -> None:
        """Takes a table away, or gives it back."""
        with writing(self.engine) as session:
            session.execute(text(f"ALTER TABLE {table} RENAME TO {new}"))

    def timeline(self, pre_entry_no: str) -> list[Action]:
        """The actions in the event rows, in order."""
        with reading(self.engine) as session:
            return [recorded.action for recorded in queries.timeline(session, pre_entry_no)]


@dataclass
class Case:
    """One appointment under test. A command counts from the workflow's own clock unless told otherwise."""

    harness: Harness
    number: str
    handle: WorkflowHandle[Any, str]

    @property
    def row(self) -> Appointment:
        """The read row."""
        return self.harness.row(self.number)

    async def now(self) -> datetime:
        """The workflow's clock; where it cannot be moved it is ours."""
        environment = self.harness.environment
        if not environment.supports_time_skipping_v2:
            return datetime.now(UTC)
        return await environment.get_current_time(self.handle)

    async def forward_to(self, instant: datetime) -> None:
        """Moves the workflow's clock; timers due by then fire."""
        await self.harness.environment.fast_forward(self.handle, instant - await self.now())

    async def command(self, kind: type[Command], **says: Any) -> Answer:
        """Sends an Update as the API does: its id is the command's key, unless told otherwise."""
        update_id = says.pop("update_id", None)
        particulars: dict[str, Any] = {"key": str(uuid.uuid4()), "body_hash": kind.update, "actor": ENTERPRISE} | says
        particulars.setdefault("received_at", await self.now())
        command = kind(**particulars)
        answer: Answer = await self.handle.execute_update(
            kind.update, command, id=update_id or command.key, result_type=Answer, rpc_timeout=RPC_TIMEOUT
        )
        return answer

    async def save(self, wanted: Content, **says: Any) -> Answer:
        """Replaces the content."""
        return await self.command(contracts.Save, content=wanted, **says)

    async def submit(self, **says: Any) -> Answer:
        """申报."""
        return await self.command(contracts.Submit, **says)

    async def cancel(self, **says: Any) -> Answer:
        """取消."""
        return await self.command(contracts.Cancel, **says)

    async def feed_back(self, *numbers: str, **says: Any) -> Answer:
        """通关反馈."""
        return await self.command(contracts.FeedBack, numbers=numbers, **says)

    async def attach(self, attachment: Attachment, limit: int = 5, **says: Any) -> Answer:
        """上传: the file is in the store already."""
        return await self.command(contracts.Attach, attachment=attachment, limit=limit, **says)

    async def detach(self, attachment_id: str, **says: Any) -> Answer:
        """删除附件."""
        return await self.command(contracts.Detach, attachment_id=attachment_id, **says)

    async def explain(self, text: str | None = "船期延误", **says: Any) -> Answer:
        """情况说明."""
        return await self.command(contracts.Explain, text=text, **says)

    async def delete(self, **says: Any) -> Answer:
        """删除."""
        return await self.command(contracts.Delete, **says)

    async def release(self, reason: str = "核实属实", **says: Any) -> Answer:
        """An officer lifts the breach."""
        return await self.command(contracts.Release, reason=reason, actor=OFFICER, **says)

    async def receive(self, result: Result, **says: Any) -> ReceiptAnswer:
        """A receipt of customs."""
        at = says.pop("received_at", None) or await self.now()
        receipt_id = says.pop("receipt_id", str(uuid.uuid4()))
        if result is Result.APPROVED:
            says.setdefault("application_no", f"22332026{uuid.uuid4().int % 10**10:010}")
        receipt = Receipt(receipt_id=receipt_id, pre_entry_no=self.number, result=result, notice_time=at, **says)
        message = Receive(key=receipt_id, body_hash="receipt", received_at=at, actor=OFFICER, receipt=receipt)
        answer: ReceiptAnswer = await self.handle.execute_update(
            contracts.Receive.update, message, id=receipt_id, result_type=ReceiptAnswer, rpc_timeout=RPC_TIMEOUT
        )
        return answer

    async def record(self, result: Result, *numbers: str, **says: Any) -> Answer:
        """An operator records a receipt that contradicts."""
        at, number = await self.now(), says.pop("application_no", None)
        receipt = Receipt(
            receipt_id=says.pop("receipt_id", str(uuid.uuid4())),
            pre_entry_no=self.number,
            result=result,
            notice_time=at,
            application_no=number,
            note=says.pop("note", None),
        )
        particulars = {
            "receipt": receipt,
            "reason": "已致电核实",
            "declaration_numbers": numbers,
            "actor": OFFICER,
        } | says
        return await self.command(contracts.RecordReversal, **particulars)

    async def hours(self, revision: int, *, conflict: bool, at: datetime | None = None) -> None:
        """The port changed its hours; nobody answers a signal."""
        facts = {"port": "2233", "opening": "2026-11-28T18:00:00+08:00"} if conflict else {}
        news = contracts.HoursChanged(at=at or await self.now(), conflict=conflict, revision=revision, facts=facts)
        await self.handle.signal(news.signal, news, rpc_timeout=RPC_TIMEOUT)

    async def approved(self) -> "Case":
        """Submitted, accepted and approved."""
        await self.submit()
        await self.receive(Result.ACCEPTED)
        await self.receive(Result.APPROVED)
        return self

    async def history(self) -> WorkflowHistory:
        """The workflow's history in the server."""
        return await self.handle.fetch_history()

    async def becomes(self, holds: Callable[[Appointment], bool], seconds: float = 10) -> Appointment:
        """The read row once ``holds``; what happens by itself answers nobody, so the row is watched."""
        await until(lambda: holds(self.row), seconds)
        return self.row

    async def reaches(self, state: State) -> Appointment:
        """The read row once it is in ``state``."""
        return await self.becomes(lambda row: row.state is state)


def feedback_by(case: Case) -> datetime:
    """The stored deadline of the feedback."""
    due = case.row.deadlines.feedback_by
    assert due is not None
    return due
