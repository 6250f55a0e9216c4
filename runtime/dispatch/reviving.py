"""Starts the new workflow of an appointment that has lost its own."""

import asyncio
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from db import hours_notices, inbox, recovery
from db.engine import reading
from db.verify import verify_chain
from domain.actor import CUSTOMS, Actor, ActorKind
from domain.carried import CarriedState
from domain.due import is_over
from runtime.temporal import ASK_TIMEOUT
from workflows import contracts
from workflows.contracts import Receive, Revive, Start, workflow_id


class RevivalOutcome(StrEnum):
    """The result for one number: its workflow was started, or why it was not."""

    REVIVED = "revived"
    RUNNING = "running"
    OVER = "over"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"


class Reviver:
    """Starts workflows; the server refuses a second one beside one that runs."""

    def __init__(self, client: Client, engine: Engine, task_queue: str) -> None:
        self._client = client
        self._engine = engine
        self._task_queue = task_queue

    async def revive(self, pre_entry_no: str, reason: str, *, by: str, at: datetime) -> RevivalOutcome:
        """Starts the workflow from the records; ``reason`` is sealed. A running workflow is left alone."""
        carried, waiting, sound = await asyncio.to_thread(self._read, pre_entry_no)
        if carried is None:
            return RevivalOutcome.UNKNOWN
        if not sound:
            return RevivalOutcome.DOUBTFUL
        if is_over(carried.appointment) and not carried.outbox:
            return RevivalOutcome.OVER
        await asyncio.to_thread(hours_notices.resend, self._engine, pre_entry_no)
        key = f"revive/{carried.appointment.version}"
        actor = Actor(kind=ActorKind.OPERATOR, id=by)
        command = Revive(key=key, body_hash=key, received_at=at, actor=actor, reason=reason, waiting=waiting)
        return await self._start(Start(pre_entry_no=pre_entry_no, carried=carried, revive=command, derived_ids=True))

    def _read(self, pre_entry_no: str) -> tuple[CarriedState | None, tuple[Receive, ...], bool]:
        """Returns the recorded state, the waiting receipts, and True if the chain of events is sound."""
        with reading(self._engine) as session:
            sound = not verify_chain(session, pre_entry_no)
            return recovery.carried_state(session, pre_entry_no), tuple(_waiting(session, pre_entry_no)), sound

    async def _start(self, start: Start) -> RevivalOutcome:
        try:
            await self._client.start_workflow(
                contracts.APPOINTMENT,
                start,
                id=workflow_id(start.pre_entry_no),
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                static_summary=f"预约 {start.pre_entry_no} · 恢复 revived",
                rpc_timeout=ASK_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            return RevivalOutcome.RUNNING
        return RevivalOutcome.REVIVED


def _waiting(session: Session, pre_entry_no: str) -> list[Receive]:
    """Yields the receipts that came while no workflow could take them, oldest first."""
    kept = reversed(inbox.for_appointment(session, pre_entry_no))
    return [
        Receive(
            key=each.receipt.receipt_id,
            body_hash=each.content_digest or "",
            received_at=each.received_at,
            actor=CUSTOMS,
            receipt=each.receipt,
        )
        for each in kept
        if each.receipt and each.outcome is None
    ]
