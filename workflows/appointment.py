"""The workflow of one appointment, from its first draft to its last receipt. It runs for weeks.

``run`` serves the timers. Every command is an Update; its answer waits for the database, never for customs.
"""

import asyncio
from collections.abc import Sequence

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain import explanation
    from domain.actor import SYSTEM
    from domain.appointment import Content, Explanation, Outcome
    from domain.carried import OutboxMessage, ReceiptAnswer
    from domain.decision import Judgement, Purpose
    from domain.due import is_over
    from domain.event import Action, MessageType, Outgoing
    from domain.problems import Fault
    from domain.receipt import dispose
    from workflows import background, hours, receipts, rechecks
    from workflows.aggregate import AppointmentAggregate, Change, assessed
    from workflows.attachments import Attachments
    from workflows.command_handler import CommandHandler
    from workflows.contracts import (
        APPOINTMENT,
        Answer,
        Attach,
        Cancel,
        Command,
        Create,
        Delete,
        Detach,
        Explain,
        FeedBack,
        HoursChanged,
        Receive,
        RecordReversal,
        Release,
        ResumeDelivery,
        Revive,
        Save,
        Start,
        Submit,
        TakeBack,
    )
    from workflows.refusals import not_permitted, refuse, refuse_if
    from workflows.reversals import Reversals
    from workflows.timer_events import timer_change

# Patches: a history that began before one goes on without it.
#: A deletion is durable before anything is erased.
DURABLE_ERASURE = "durable-erasure"
#: Numbers that customs refuses no longer count; a late mismatch asks for attention.
REFUSED_NUMBERS_STRUCK, MISMATCH_WARNS = "refused-numbers-struck", "mismatch-warns"


@workflow.defn(name=APPOINTMENT)
class AppointmentWorkflow:
    """The workflow of one appointment. Handlers can run before ``run``, so ``__init__`` sets everything."""

    @workflow.init
    def __init__(self, start: Start) -> None:
        self._aggregate = AppointmentAggregate(run_id=workflow.info().run_id, carried=start.carried)
        self._handler = CommandHandler(self._aggregate, derived_ids=start.derived_ids)
        self._attachments = Attachments(self._handler)
        self._reversals = Reversals(self._handler)
        if start.create:
            self._handler.open(start.pre_entry_no, start.create)
        if start.revive:
            self._revive(start.revive)
        if start.reopened:
            self._handler.republish()
        self._handler.changed()

    @workflow.run
    async def run(self, start: Start) -> str:
        """Applies the timers that fire until the appointment is over; returns the final state."""
        helpers = self._start_helpers()
        while not self._finished():
            await workflow.wait_condition(lambda: self._awake(helpers))
            background.raise_failure(helpers)
            await self._handler.recovered()
            await self._apply_fired_timers()
            if workflow.info().is_continue_as_new_suggested() and not self._finished():
                await self._continue_as_new(start, helpers)
        await workflow.wait_condition(workflow.all_handlers_finished)
        background.cancel(helpers)
        return str(self._aggregate.appointment.state)

    # -- commands ---------------------------------------------------------------------------------

    @workflow.update(name=Create.update)
    async def create(self, command: Command) -> Answer:
        """Answers once the draft that came with the start is in the database."""
        return await self._handler.answer(command.key)

    @create.validator
    def _may_create(self, command: Command) -> None:
        self._require_own_draft(command)

    def _require_own_draft(self, command: Command) -> None:
        self._handler.refuse_other_body(command)
        if command.key not in self._aggregate.commands:
            refuse([Fault(code="number.taken")])

    @workflow.update(name=Save.update)
    async def save(self, command: Save) -> Answer:
        """Replaces the draft's content as a whole."""
        return await self._handler.execute(command, self._save)

    @save.validator
    def _may_save(self, command: Save) -> None:
        self._handler.validate(command)

    async def _save(self, command: Save) -> None:
        decision = await self._handler.assess(Purpose.SAVE, command, command.content)
        self._handler.write(Action.SAVED, command, assessed(decision, command.content), decision=decision.facts)

    @workflow.update(name=Submit.update)
    async def submit(self, command: Submit) -> Answer:
        """申报: decided for good, at the moment it was received."""
        return await self._handler.execute(command, self._submit)

    @submit.validator
    def _may_submit(self, command: Submit) -> None:
        if command.created:
            self._require_own_draft(command.created)
        self._handler.validate(command)

    async def _submit(self, command: Submit) -> None:
        with self._aggregate.projected_together(when=command.created is not None):
            await self._submit_now(command)

    async def _submit_now(self, command: Submit) -> None:
        content = self._aggregate.appointment.content
        decision = await self._handler.assess(Purpose.SUBMIT, command, content)
        changes = assessed(decision, content) | {
            "submitted_at": command.received_at,
            "submitted_by": command.actor.user_id,
        }
        outgoing = self._handler.outgoing(MessageType.APPLY, command)
        self._handler.write(Action.SUBMITTED, command, changes, decision=decision.facts, outgoing=outgoing)
        self._handler.enqueue_message(outgoing, command)

    @workflow.update(name=Delete.update)
    async def delete(self, command: Delete) -> Answer:
        """Erases the draft's contents; the audit keeps the number, the actor and the time."""
        return await self._handler.execute(command, self._delete)

    @delete.validator
    def _may_delete(self, command: Delete) -> None:
        self._handler.validate(command)

    async def _delete(self, command: Delete) -> None:
        self._aggregate.erases_durably = workflow.patched(DURABLE_ERASURE)
        gone = {"content": Content(), "consignee": None, "window_end": None, "attachments": ()}
        self._handler.write(Action.DELETED, command, gone)

    @workflow.update(name=Cancel.update)
    async def cancel(self, command: Cancel) -> Answer:
        """取消: effective once it is recorded; the message to customs follows."""
        return await self._handler.execute(command, self._cancel)

    @cancel.validator
    def _may_cancel(self, command: Cancel) -> None:
        self._handler.validate(command)

    async def _cancel(self, command: Cancel) -> None:
        outgoing = self._handler.outgoing(MessageType.CANCEL, command)
        changes = {"cancelled_at": command.received_at}
        self._handler.write(Action.CANCELLED, command, changes, reason=command.reason, outgoing=outgoing)
        self._handler.enqueue_message(outgoing, command, reason=command.reason)

    @workflow.update(name=FeedBack.update)
    async def feed_back(self, command: FeedBack) -> Answer:
        """通关反馈: accepts matched and unverified numbers, and returns the others with their reasons."""
        return await self._handler.execute(command, self._feed_back)

    @feed_back.validator
    def _may_feed_back(self, command: FeedBack) -> None:
        self._handler.validate(command)

    async def _feed_back(self, command: FeedBack) -> None:
        self._handler.permitted(FeedBack.event, command.received_at)  # before a number is claimed for it
        judgement = await self._handler.judge(command)
        try:
            self._take(command, judgement)
        except ApplicationError:  # refused after all, so its claims are given back
            await self._handler.give_back(judgement)
            raise

    def _take(self, command: FeedBack, judgement: Judgement) -> None:
        self._handler.permitted(FeedBack.event, command.received_at)
        appointment = self._aggregate.appointment
        matched = any(each.outcome is Outcome.MATCHED for each in judgement.accepted)
        outgoing = self._handler.outgoing(MessageType.FEEDBACK, command) if judgement.accepted else None
        self._handler.write(
            Action.FED_BACK,
            command,
            {"declarations": appointment.declarations + judgement.accepted},
            moves=matched,
            decision=judgement.model_dump(mode="json", exclude={"faults"}),
            outgoing=outgoing,
        )
        self._aggregate.remember(command, accepted=judgement.accepted, refused=judgement.refused)
        if outgoing:
            self._handler.enqueue_message(outgoing, command, declarations=judgement.accepted)

    @workflow.update(name=Explain.update)
    async def explain(self, command: Explain) -> Answer:
        """情况说明: once, for ever."""
        return await self._handler.execute(command, self._explain)

    @explain.validator
    def _may_explain(self, command: Explain) -> None:
        self._handler.validate(command)

    async def _explain(self, command: Explain) -> None:
        appointment = self._aggregate.appointment
        refuse_if(explanation.check_attached(appointment, command.attachment_id), appointment)
        outgoing = self._handler.outgoing(MessageType.EXPLANATION, command)
        sent = Explanation(sent_at=command.received_at, text=command.text, attachment_id=command.attachment_id)
        self._handler.write(Action.EXPLAINED, command, {"explanation": sent}, outgoing=outgoing)
        self._handler.enqueue_message(outgoing, command)

    @workflow.update(name=Attach.update)
    async def attach(self, command: Attach) -> Answer:
        """Attaches a file that was inspected and stored."""
        return await self._handler.execute(command, self._attachments.attach)

    @attach.validator
    def _may_attach(self, command: Attach) -> None:
        self._attachments.may_attach(command)

    @workflow.update(name=Detach.update)
    async def detach(self, command: Detach) -> Answer:
        """Detaches a file."""
        return await self._handler.execute(command, self._attachments.detach)

    @detach.validator
    def _may_detach(self, command: Detach) -> None:
        self._attachments.may_detach(command)

    @workflow.update(name=Release.update)
    async def release(self, command: Release) -> Answer:
        """Lifts the breach for an officer, with a reason that is recorded."""
        return await self._handler.execute(command, self._release)

    @release.validator
    def _may_release(self, command: Release) -> None:
        self._handler.validate(command)

    async def _release(self, command: Release) -> None:
        self._handler.write(Action.RELEASED, command, {}, reason=command.reason)

    @workflow.update(name=RecordReversal.update)
    async def record_reversal(self, command: RecordReversal) -> Answer:
        """Records for an operator that customs took a decision back."""
        return await self._handler.execute(command, self._reversals.record)

    @record_reversal.validator
    def _may_record_reversal(self, command: RecordReversal) -> None:
        self._reversals.may_record(command)

    @workflow.update(name=ResumeDelivery.update)
    async def resume_delivery(self, command: ResumeDelivery) -> Answer:
        """Lets the parked message at the head of the outbox be sent again, for an operator."""
        return await self._handler.execute(command, self._resume_delivery)

    @resume_delivery.validator
    def _may_resume_delivery(self, command: ResumeDelivery) -> None:
        self._handler.validate(command)
        if not self._handler.is_settled(command):
            self._require_parked()

    async def _resume_delivery(self, command: ResumeDelivery) -> None:
        message = self._require_parked()  # another operator may have been first
        self._aggregate.outbox[0] = message.model_copy(update={"parked": None})
        decision = {"message_id": message.outgoing.message_id}
        self._handler.write(Action.DELIVERY_RESUMED, command, {}, decision=decision)

    def _require_parked(self) -> OutboxMessage:
        message = next(iter(self._aggregate.outbox), None)
        if message is None or not message.parked:
            not_permitted(self._aggregate.appointment)
        return message

    @workflow.update(name=TakeBack.update)
    async def take_back(self, command: TakeBack) -> Answer:
        """Voids, by a new version, a row that an attempt wrote before it was lost."""
        return await self._handler.execute(command, self._take_back)

    @take_back.validator
    def _may_take_back(self, command: TakeBack) -> None:
        self._handler.validate(command)
        if not self._handler.is_settled(command):
            self._require_orphan(command)

    async def _take_back(self, command: TakeBack) -> None:
        self._require_orphan(command)
        self._handler.write(Action.TAKEN_BACK, command, {}, decision={"version": command.version})

    def _require_orphan(self, command: TakeBack) -> None:
        if not self._handler.is_orphaned(command.version, command.at):
            not_permitted(self._aggregate.appointment)

    @workflow.update(name=Receive.update)
    async def receive(self, command: Receive) -> ReceiptAnswer:
        """Takes a receipt of customs: applies it, ignores it with a reason, or parks it for an operator."""
        async with self._handler.exclusive():
            answer = self._aggregate.receipts.get(command.key) or self._dispose(command)
        await self._handler.projected(self._aggregate.appointment.version)
        return answer

    def _dispose(self, command: Receive) -> ReceiptAnswer:
        """Disposes of a receipt, after the timers that were due when it was received."""
        self._handler.apply_due_before(command.received_at)
        appointment = self._aggregate.appointment
        disposed = dispose(appointment=appointment, receipt=command.receipt)
        if disposed.action is Action.FEEDBACK_REFUSED and workflow.patched(REFUSED_NUMBERS_STRUCK):
            self._handler.apply(receipts.refusal(appointment, command))
            self._aggregate.numbers_freed()
        elif disposed.action:
            self._handler.apply(receipts.change(disposed.action, appointment, command))
        answer = ReceiptAnswer(disposition=disposed.disposition, reason=disposed.reason, body_hash=command.body_hash)
        self._aggregate.receipts[command.key] = answer
        return answer

    @workflow.signal(name=HoursChanged.signal)
    async def hours_changed(self, change: HoursChanged) -> None:
        """口岸工作时间变更: records the change and shows it to the holder. An approval stays valid.

        It is a Signal because nobody waits for an answer. It may come twice or out of order.
        """
        await self._handler.recovered()
        if change.revision <= self._aggregate.hours_revision:
            return
        self._aggregate.hours_revision = change.revision
        if entry := hours.change(self._aggregate.appointment, change):
            self._handler.apply(entry)

    # -- timers, outbox, rechecks -------------------------------------------------------------------

    async def _apply_fired_timers(self) -> None:
        """Applies each timer that has fired, one after the other."""
        while (next_fired := self._handler.next_fired()) is not None:
            self._handler.apply(timer_change(*next_fired, self._aggregate.appointment))
            await self._handler.projected(self._aggregate.appointment.version)

    def _revive(self, command: Revive) -> None:
        """Goes on in place of a lost workflow: first the waiting receipts, then the timers that were due after them."""
        with self._handler.as_of_start():
            self._handler.revive(command)
            for receipt in command.waiting:
                self._dispose(receipt)

    def _park(self, outgoing: Outgoing, reason: str) -> None:
        if not self._aggregate.outbox or self._aggregate.outbox[0].outgoing != outgoing:
            return  # the run was reset meanwhile, and the message is on record as delivered
        self._aggregate.outbox[0] = self._aggregate.outbox[0].model_copy(update={"parked": reason})
        decision = {"message_id": outgoing.message_id, "refused": reason}
        self._handler.apply(Change(Action.DELIVERY_PARKED, SYSTEM, particulars={"decision": decision}))

    def _settle(self, judgement: Judgement) -> None:
        """Records the final judgement of numbers that were accepted unverified."""
        warns = workflow.patched(MISMATCH_WARNS)
        self._handler.apply(rechecks.change(self._aggregate.appointment, judgement, warns=warns))
        if warns and judgement.refused:
            self._aggregate.numbers_freed()

    # -- housekeeping -----------------------------------------------------------------------------

    def _start_helpers(self) -> Sequence["asyncio.Task[None]"]:
        return [
            asyncio.create_task(background.keep_projecting(self._aggregate)),
            asyncio.create_task(background.keep_delivering(self._aggregate, self._park)),
            asyncio.create_task(background.keep_rechecking(self._aggregate, self._settle)),
        ]

    def _awake(self, helpers: Sequence["asyncio.Task[None]"]) -> bool:
        due = self._handler.next_fired() is not None
        ended = any(helper.done() for helper in helpers)
        due = due or self._handler.recovery.is_due
        return due or ended or self._finished() or workflow.info().is_continue_as_new_suggested()

    def _finished(self) -> bool:
        aggregate = self._aggregate
        on_record = not self._handler.recovery.is_due and not aggregate.pending_events
        return on_record and is_over(aggregate.appointment) and not aggregate.outbox

    async def _continue_as_new(self, start: Start, helpers: Sequence["asyncio.Task[None]"]) -> None:
        await workflow.wait_condition(lambda: workflow.all_handlers_finished() and not self._aggregate.pending_events)
        background.cancel(helpers)
        carried = self._aggregate.carried()
        workflow.continue_as_new(Start(pre_entry_no=start.pre_entry_no, carried=carried, derived_ids=True))
