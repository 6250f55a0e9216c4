"""Handles commands: validates, assesses, records and, once the database has the event, answers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contracts import Assess, Judge, ReleaseDeclarations
    from domain import cancellation, explanation, feedback
    from domain.appointment import Appointment, Content, Standing
    from domain.decision import Decision, Judgement, Purpose
    from domain.due import Timer, unverified, wanted
    from domain.event import Action, MessageType, Outgoing
    from domain.problems import Fault
    from states.appointment import NotPermitted
    from workflows import effects, visibility
    from workflows.aggregate import AppointmentAggregate, Change, by
    from workflows.contracts import Answer, Cancel, Command, Create, Explain, FeedBack, Revive, message_id
    from workflows.recovery import Recovery
    from workflows.refusals import dated, not_permitted, refuse, refuse_if
    from workflows.retroactive import advance_as_of
    from workflows.task_clock import TaskClock
    from workflows.timer_events import timer_change
    from workflows.timers import DeadlineTimers

# Patches: a history that began before one goes on without it.
#: Timers that were due before a receipt came are applied before it.
DUE_BEFORE_RECEIPTS = "due-before-receipts"
#: Numbers claimed for a feedback that is refused after all are given back.
CLAIMS_GIVEN_BACK = "claims-given-back"
#: The id of a message is derived from the command that sends it.
DERIVED_MESSAGE_IDS = "derived-message-ids"

AnyCommand = TypeVar("AnyCommand", bound=Command)


class AlreadyRecorded(Exception):
    """The command took effect before the run was reset."""


class CommandHandler:
    """Applies commands, receipts and timers to the aggregate, one at a time."""

    def __init__(self, aggregate: AppointmentAggregate, *, derived_ids: bool) -> None:
        self.aggregate = aggregate
        self._derived_ids = derived_ids
        self.timers = DeadlineTimers()
        self.recovery = Recovery(aggregate)
        self._lock = asyncio.Lock()
        self._clock = TaskClock()
        self._shown: Appointment | None = None
        self._as_of: datetime | None = None

    async def execute(self, command: AnyCommand, act: Callable[[AnyCommand], Awaitable[None]]) -> Answer:
        """Executes a command once per key, one at a time; answers when the database has its event.

        A refusal has no effect and takes no key: the command may come again under it, and is judged again.
        """
        repeated = self.recovery.is_due
        async with self.exclusive():
            with dated(command.received_at), contextlib.suppress(AlreadyRecorded):
                if repeated:
                    self._refuse_if_refused_before(command)
                if command.key not in self.aggregate.commands:
                    await act(command)
        return await self.answer(command.key)

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """Holds the lock. The start of the workflow task is noted before waiting for it."""
        self._clock.task_started_at()
        async with self._lock:
            await self._recover()
            yield

    async def recovered(self) -> None:
        """Returns once the state is the one on record, at once unless the run was reset."""
        if self.recovery.is_due:
            async with self.exclusive():
                pass

    async def _recover(self) -> None:
        if self.recovery.is_due:
            await self.recovery.finish()
            self.changed()

    def _refuse_if_refused_before(self, command: Command) -> None:
        """Refuses a command that was refused before the reset: older than the recorded state, not part of it."""
        appointment = self.aggregate.appointment
        if command.key not in self.aggregate.commands and command.received_at <= appointment.updated_at:
            refuse([Fault(code="temporarily.unavailable")], appointment)

    def next_fired(self) -> tuple[Timer, datetime] | None:
        """Returns the next timer that fired and counts, with its due instant; None before the state is recovered."""
        if self.recovery.is_due:
            return None
        return self._unless_held(self.timers.next_fired(wanted(self.aggregate.appointment)))

    def apply_due_before(self, received_at: datetime) -> None:
        """Applies every timer due at ``received_at`` before a receipt is handled, even if it has not fired yet."""
        if self._due(received_at) is None or not workflow.patched(DUE_BEFORE_RECEIPTS):
            return
        while (due := self._due(received_at)) is not None:
            self.apply(timer_change(*due, self.aggregate.appointment))

    def _due(self, by: datetime) -> tuple[Timer, datetime] | None:
        due = sorted((at, timer) for timer, at in wanted(self.aggregate.appointment).items() if at <= by)
        return self._unless_held((due[0][1], due[0][0])) if due else None

    def _unless_held(self, due: tuple[Timer, datetime] | None) -> tuple[Timer, datetime] | None:
        # The deadline waits for numbers that were given in time while the look-up was down: they may still match.
        held = due is not None and due[0] is Timer.FEEDBACK and bool(unverified(self.aggregate.appointment))
        return None if held else due

    async def answer(self, key: str) -> Answer:
        """Returns the first answer to the command with that key."""
        await self.projected(self.aggregate.commands[key].version)
        return self.aggregate.answer(key)

    async def projected(self, version: int) -> None:
        """Returns once the database has that version."""
        await workflow.wait_condition(lambda: self.aggregate.projected_version >= version)

    def validate(self, command: Command) -> None:
        """Refuses the command, before it leaves anything in the history, when the present state is enough to do so."""
        self.refuse_other_body(command)
        if self.is_settled(command):
            return
        self._refuse_stale(command)
        if command.event:
            self.permitted(command.event, command.received_at)

    def _refuse_stale(self, command: Command) -> None:
        if command.expected_version is not None and not self.aggregate.is_at(command.expected_version):
            appointment = self.aggregate.appointment
            refuse([Fault(code="version.stale", facts={"version": appointment.version})], appointment)

    def is_settled(self, command: Command) -> bool:
        """Returns True if validation must not decide: the command took effect, or the state must be recovered first."""
        return self.recovery.is_due or command.key in self.aggregate.commands

    def is_orphaned(self, version: int, at: datetime) -> bool:
        """Returns True if a lost attempt wrote that version, made at ``at``, and not this workflow."""
        newest = self.aggregate.appointment
        return version > newest.version or (version == newest.version and at != newest.updated_at)

    def refuse_other_body(self, command: Command) -> None:
        """Refuses a key that is known with another body."""
        known = self.aggregate.commands.get(command.key)
        if known and known.body_hash != command.body_hash:
            refuse([Fault(code="idempotency.conflict", field="Idempotency-Key")])

    def permitted(self, event: str, received_at: datetime) -> Standing:
        """Returns the standing after ``event`` as of ``received_at``, or refuses the command."""
        appointment = self.aggregate.appointment
        refuse_if(_too_late_or_twice(event, appointment, received_at), appointment)
        try:
            return advance_as_of(appointment, event, received_at)
        except NotPermitted:
            not_permitted(appointment)

    async def assess(self, purpose: Purpose, command: Command, content: Content) -> Decision:
        """Returns the decision on the application, or refuses the command with all faults at once."""
        appointment = self.aggregate.appointment
        request = Assess(
            purpose=purpose,
            pre_entry_no=appointment.pre_entry_no,
            applicant=appointment.applicant.code,
            content=content,
            received_at=command.received_at,
            known_consignee=appointment.content.consignee_code,
        )
        decision = await effects.assess(request)
        await self._recover_within(command)
        refuse_if(decision.faults, appointment)
        return decision

    async def judge(self, command: FeedBack) -> Judgement:
        """Returns the judgement of each number; refuses a list that is empty or too long."""
        if self.aggregate.projected_version < self.aggregate.freed_version:
            await self.projected(self.aggregate.freed_version)  # or projecting it would give back what is claimed here
        request = Judge(
            appointment=self.aggregate.appointment, numbers=command.numbers, received_at=command.received_at
        )
        judgement = await effects.judge(request)
        await self._recover_within(command)
        refuse_if(judgement.faults, self.aggregate.appointment)
        return judgement

    async def _recover_within(self, command: Command) -> None:
        """Raises ``AlreadyRecorded`` when a reset came during the command and the run before had recorded it."""
        await self._recover()
        if command.key in self.aggregate.commands:
            raise AlreadyRecorded

    async def give_back(self, judgement: Judgement) -> None:
        """Gives back the numbers that were claimed for a feedback that is refused after all."""
        if workflow.patched(CLAIMS_GIVEN_BACK):
            numbers = tuple(each.number for each in judgement.accepted)
            await effects.release(
                ReleaseDeclarations(pre_entry_no=self.aggregate.appointment.pre_entry_no, numbers=numbers)
            )

    def write(
        self, action: Action, command: Command, changes: dict[str, Any], *, moves: bool = True, **particulars: Any
    ) -> None:
        """Checks the command again, then records its change; unless ``moves``, the standing stays as it is."""
        # What the validator saw may have changed while the command waited its turn.
        self._refuse_stale(command)
        standing = self.permitted(command.event, command.received_at) if command.event and moves else None
        particulars = by(command, **particulars)
        self.apply(Change(action, command.actor, standing, changes, particulars=particulars))
        self.aggregate.remember(command)

    def apply(self, change: Change) -> None:
        """Records the change and updates timers and search attributes."""
        self.aggregate.record(change, self._as_of or self._clock.task_started_at())
        self.changed()

    @contextlib.contextmanager
    def as_of_start(self) -> Iterator[None]:
        """Dates all changes within at the start of the workflow, so that every attempt writes the same events."""
        self._as_of = workflow.info().workflow_start_time
        yield
        self._as_of = None

    def open(self, pre_entry_no: str, create: Create) -> None:
        """Records the first version, dated at the start of the workflow, so that every attempt writes the same event.

        The API has set the search attributes at the start.
        """
        self.aggregate.create(pre_entry_no, create, workflow.info().workflow_start_time)
        self._shown = self.aggregate.appointment

    def revive(self, command: Revive) -> None:
        """Records, as a version, that this workflow goes on in place of a lost one."""
        self.apply(Change(Action.REVIVED, command.actor, particulars=by(command, reason=command.reason)))
        self.aggregate.remember(command)
        self.republish()

    def republish(self) -> None:
        """Sets all search attributes again: a new run of an ended workflow begins without them."""
        workflow.upsert_search_attributes(visibility.changed(None, self.aggregate.appointment))

    def changed(self) -> None:
        """Starts missing timers and updates search attributes and details, after every new version."""
        appointment = self.aggregate.appointment
        self.timers.ensure_running(wanted(appointment))
        if self._shown and (updates := visibility.changed(self._shown, appointment)):
            workflow.upsert_search_attributes(updates)
        self._shown = appointment
        self._show()

    def _show(self) -> None:
        workflow.set_current_details(
            visibility.current_details(self.aggregate.appointment, waiting=len(self.aggregate.outbox))
        )

    def outgoing(self, message_type: MessageType, command: Command) -> Outgoing:
        """Returns a new message; a repeated command gets the same message id.

        ``workflow.uuid4()`` gives another id after a reset, and customs would take the message for a new one.
        """
        if self._derived_ids or workflow.patched(DERIVED_MESSAGE_IDS):
            own = message_id(self.aggregate.appointment.pre_entry_no, command.key, message_type)
        else:
            own = str(workflow.uuid4())
        return Outgoing(message_id=own, message_type=message_type)

    def enqueue_message(self, outgoing: Outgoing, command: Command, **says: Any) -> None:
        """Puts the message into the outbox, with the signature of the command that sends it."""
        self.aggregate.enqueue_message(outgoing, command.received_at, signature_id=command.signature_id, **says)
        self._show()


def _too_late_or_twice(event: str, appointment: Appointment, received_at: datetime) -> tuple[Fault, ...]:
    """Returns the faults of rules that the state alone does not show: time limits, and once only."""
    if event == Cancel.event:
        return cancellation.check(appointment=appointment, received_at=received_at)
    if event == FeedBack.event:
        return feedback.check_open(appointment=appointment, received_at=received_at)
    if event == Explain.event:
        return explanation.check(appointment=appointment)
    return ()
