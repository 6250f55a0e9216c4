"""One appointment, from its first draft to its last receipt: a workflow that lives for weeks.

``run`` keeps the clock; every command is an Update that is assessed, permitted, written and, once it
stands in the database, answered. No command waits for customs.
"""

import asyncio
from collections.abc import Sequence

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain import explanation
    from domain.appointment import Content, Explanation, Outcome
    from domain.carried import Parcel, ReceiptAnswer
    from domain.decision import Judgement, Purpose
    from domain.due import is_over
    from domain.event import Action, MessageType, Outgoing
    from domain.problems import Fault
    from domain.receipt import dispose
    from workflows import background, hours, receipts, rechecks
    from workflows.attachments import Attachments
    from workflows.book import SYSTEM, Book, Entry, assessed
    from workflows.contracts import (
        APPOINTMENT,
        ATTACH,
        CANCEL,
        CREATE,
        DELETE,
        DETACH,
        EXPLAIN,
        FEED_BACK,
        HOURS_CHANGED,
        RECEIVE,
        RECORD_REVERSAL,
        RELEASE,
        RESUME_DELIVERY,
        SAVE,
        SUBMIT,
        TAKE_BACK,
        Answer,
        Attach,
        Cancel,
        Command,
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
    from workflows.desk import Desk
    from workflows.happenings import happens
    from workflows.refusals import not_permitted, refuse, refuse_if
    from workflows.reversals import Reversals

#: Since then a deletion is durable before anything is erased; older histories go on as they began.
DURABLE_ERASURE = "durable-erasure"
#: Since then numbers that customs refuses count no more, and a late mismatch asks for attention.
REFUSED_NUMBERS_STRUCK, MISMATCH_WARNS = "refused-numbers-struck", "mismatch-warns"


@workflow.defn(name=APPOINTMENT)
class AppointmentWorkflow:
    """The entity. Handlers can run before ``run`` does, so everything is set here."""

    @workflow.init
    def __init__(self, start: Start) -> None:
        self._book = Book(run_id=workflow.info().run_id, carried=start.carried)
        self._desk = Desk(self._book)
        self._attachments = Attachments(self._desk)
        self._reversals = Reversals(self._desk)
        if start.create:
            self._desk.open(start.pre_entry_no, start.create)
        if start.revive:
            self._reopen(start.revive)
        if start.reopened:
            self._desk.show_again()
        self._desk.changed()

    @workflow.run
    async def run(self, start: Start) -> str:
        """Rings the timers until the appointment is over; answers with the final state."""
        helpers = self._start_helpers()
        while not self._finished():
            await workflow.wait_condition(lambda: self._awake(helpers))
            background.raise_failure(helpers)
            await self._desk.recovered()
            await self._ring()
            if workflow.info().is_continue_as_new_suggested() and not self._finished():
                await self._continue_as_new(start, helpers)
        await workflow.wait_condition(workflow.all_handlers_finished)
        background.cancel(helpers)
        return str(self._book.appointment.state)

    # -- commands ---------------------------------------------------------------------------------

    @workflow.update(name=CREATE)
    async def create(self, command: Command) -> Answer:
        """Answers once the draft that came with the start is in the database."""
        return await self._desk.answer(command.key)

    @create.validator
    def _may_create(self, command: Command) -> None:
        self._desk.refuse_other_body(command)
        if command.key not in self._book.commands:
            refuse([Fault(code="number.taken")])

    @workflow.update(name=SAVE)
    async def save(self, command: Save) -> Answer:
        """Replaces the draft's content as a whole."""
        return await self._desk.carry_out(command, self._save)

    @save.validator
    def _may_save(self, command: Save) -> None:
        self._desk.look(command, "save")

    async def _save(self, command: Save) -> None:
        decision = await self._desk.assess(Purpose.SAVE, command, command.content)
        self._desk.write(Action.SAVED, command, "save", assessed(decision, command.content), decision=decision.facts)

    @workflow.update(name=SUBMIT)
    async def submit(self, command: Submit) -> Answer:
        """申报: decided for good, at the moment it was received."""
        return await self._desk.carry_out(command, self._submit)

    @submit.validator
    def _may_submit(self, command: Submit) -> None:
        self._desk.look(command, "submit")

    async def _submit(self, command: Submit) -> None:
        content = self._book.appointment.content
        decision = await self._desk.assess(Purpose.SUBMIT, command, content)
        changes = assessed(decision, content) | {
            "submitted_at": command.received_at,
            "submitted_by": command.actor.user_id,
        }
        outgoing = self._desk.outgoing(MessageType.APPLY, command)
        self._desk.write(Action.SUBMITTED, command, "submit", changes, decision=decision.facts, outgoing=outgoing)
        self._desk.promise(outgoing, command)

    @workflow.update(name=DELETE)
    async def delete(self, command: Delete) -> Answer:
        """The draft's contents go; the audit keeps number, who and when."""
        return await self._desk.carry_out(command, self._delete)

    @delete.validator
    def _may_delete(self, command: Delete) -> None:
        self._desk.look(command, "delete")

    async def _delete(self, command: Delete) -> None:
        self._book.erases_durably = workflow.patched(DURABLE_ERASURE)
        gone = {"content": Content(), "consignee": None, "window_end": None, "attachments": ()}
        self._desk.write(Action.DELETED, command, "delete", gone)

    @workflow.update(name=CANCEL)
    async def cancel(self, command: Cancel) -> Answer:
        """取消: effective once recorded; customs is told afterwards."""
        return await self._desk.carry_out(command, self._cancel)

    @cancel.validator
    def _may_cancel(self, command: Cancel) -> None:
        self._desk.look(command, "cancel")

    async def _cancel(self, command: Cancel) -> None:
        outgoing = self._desk.outgoing(MessageType.CANCEL, command)
        changes = {"cancelled_at": command.received_at}
        self._desk.write(Action.CANCELLED, command, "cancel", changes, reason=command.reason, outgoing=outgoing)
        self._desk.promise(outgoing, command, reason=command.reason)

    @workflow.update(name=FEED_BACK)
    async def feed_back(self, command: FeedBack) -> Answer:
        """通关反馈: matched and unverified numbers are taken, the others come back with their reasons."""
        return await self._desk.carry_out(command, self._feed_back)

    @feed_back.validator
    def _may_feed_back(self, command: FeedBack) -> None:
        self._desk.look(command, "feed_back")

    async def _feed_back(self, command: FeedBack) -> None:
        self._desk.permitted("feed_back", command.received_at)  # before a number is claimed for it
        judgement = await self._desk.judge(command)
        try:
            self._take(command, judgement)
        except ApplicationError:  # refused after all: nobody holds what was claimed for it
            await self._desk.give_back(judgement)
            raise

    def _take(self, command: FeedBack, judgement: Judgement) -> None:
        self._desk.permitted("feed_back", command.received_at)
        appointment = self._book.appointment
        matched = any(each.outcome is Outcome.MATCHED for each in judgement.accepted)
        outgoing = self._desk.outgoing(MessageType.FEEDBACK, command) if judgement.accepted else None
        self._desk.write(
            Action.FED_BACK,
            command,
            "feed_back" if matched else None,
            {"declarations": appointment.declarations + judgement.accepted},
            decision=judgement.model_dump(mode="json", exclude={"faults"}),
            outgoing=outgoing,
        )
        self._book.remember(command, accepted=judgement.accepted, refused=judgement.refused)
        if outgoing:
            self._desk.promise(outgoing, command, declarations=judgement.accepted)

    @workflow.update(name=EXPLAIN)
    async def explain(self, command: Explain) -> Answer:
        """情况说明: once, for ever."""
        return await self._desk.carry_out(command, self._explain)

    @explain.validator
    def _may_explain(self, command: Explain) -> None:
        self._desk.look(command, "explain")

    async def _explain(self, command: Explain) -> None:
        refuse_if(explanation.check_attached(self._book.appointment, command.attachment_id), self._book.appointment)
        outgoing = self._desk.outgoing(MessageType.EXPLANATION, command)
        sent = Explanation(sent_at=command.received_at, text=command.text, attachment_id=command.attachment_id)
        self._desk.write(Action.EXPLAINED, command, "explain", {"explanation": sent}, outgoing=outgoing)
        self._desk.promise(outgoing, command)

    @workflow.update(name=ATTACH)
    async def attach(self, command: Attach) -> Answer:
        """A file that was inspected and stored."""
        return await self._desk.carry_out(command, self._attachments.attach)

    @attach.validator
    def _may_attach(self, command: Attach) -> None:
        self._attachments.may_attach(command)

    @workflow.update(name=DETACH)
    async def detach(self, command: Detach) -> Answer:
        """A file is taken away again."""
        return await self._desk.carry_out(command, self._attachments.detach)

    @detach.validator
    def _may_detach(self, command: Detach) -> None:
        self._attachments.may_detach(command)

    @workflow.update(name=RELEASE)
    async def release(self, command: Release) -> Answer:
        """An officer lifts the breach, with a reason that stays on record."""
        return await self._desk.carry_out(command, self._release)

    @release.validator
    def _may_release(self, command: Release) -> None:
        self._desk.look(command, "release")

    async def _release(self, command: Release) -> None:
        self._desk.write(Action.RELEASED, command, "release", {}, reason=command.reason)

    @workflow.update(name=RECORD_REVERSAL)
    async def record_reversal(self, command: RecordReversal) -> Answer:
        """An operator records that customs took a decision back."""
        return await self._desk.carry_out(command, self._reversals.record)

    @record_reversal.validator
    def _may_record_reversal(self, command: RecordReversal) -> None:
        self._reversals.may_record(command)

    @workflow.update(name=RESUME_DELIVERY)
    async def resume_delivery(self, command: ResumeDelivery) -> Answer:
        """An operator lets the parked message at the head of the outbox try again."""
        return await self._desk.carry_out(command, self._resume_delivery)

    @resume_delivery.validator
    def _may_resume_delivery(self, command: ResumeDelivery) -> None:
        self._desk.look(command, None)
        if not self._desk.is_settled(command):
            self._demand_parked()

    async def _resume_delivery(self, command: ResumeDelivery) -> None:
        # Another operator may have been first, and the message gone since.
        parcel = self._demand_parked()
        self._book.outbox[0] = parcel.model_copy(update={"parked": None})
        decision = {"message_id": parcel.outgoing.message_id}
        self._desk.write(Action.DELIVERY_RESUMED, command, None, {}, decision=decision)

    def _demand_parked(self) -> Parcel:
        parcel = next(iter(self._book.outbox), None)
        if parcel is None or not parcel.parked:
            not_permitted(self._book.appointment)
        return parcel

    @workflow.update(name=TAKE_BACK)
    async def take_back(self, command: TakeBack) -> Answer:
        """What an attempt wrote down that was lost before it became durable is made void by a version of its own."""
        return await self._desk.carry_out(command, self._take_back)

    @take_back.validator
    def _may_take_back(self, command: TakeBack) -> None:
        self._desk.look(command, None)
        if not self._desk.is_settled(command):
            self._demand_stray(command)

    async def _take_back(self, command: TakeBack) -> None:
        self._demand_stray(command)
        self._desk.write(Action.TAKEN_BACK, command, None, {}, decision={"version": command.version})

    def _demand_stray(self, command: TakeBack) -> None:
        if not self._desk.strays(command.version, command.at):
            not_permitted(self._book.appointment)

    @workflow.update(name=RECEIVE)
    async def receive(self, command: Receive) -> ReceiptAnswer:
        """A receipt of customs: applied, ignored with a reason, or left to an operator; never lost, never twice."""
        async with self._desk.turn():
            answer = self._book.receipts.get(command.key) or self._dispose(command)
        await self._desk.projected(self._book.appointment.version)
        return answer

    def _dispose(self, command: Receive) -> ReceiptAnswer:
        """What becomes of a receipt; what was due when it was received happens before."""
        self._desk.ring_before(command.received_at)
        appointment = self._book.appointment
        disposed = dispose(appointment=appointment, receipt=command.receipt)
        if disposed.action is Action.FEEDBACK_REFUSED and workflow.patched(REFUSED_NUMBERS_STRUCK):
            self._desk.enter(receipts.refusal(appointment, command))
            self._book.numbers_freed()
        elif disposed.action:
            self._desk.enter(receipts.entry(disposed.action, appointment, command))
        answer = ReceiptAnswer(disposition=disposed.disposition, reason=disposed.reason, body_hash=command.body_hash)
        self._book.receipts[command.key] = answer
        return answer

    @workflow.signal(name=HOURS_CHANGED)
    async def hours_changed(self, change: HoursChanged) -> None:
        """口岸工作时间变更: recorded and shown to the holder; what customs approved stays approved.

        A signal, because nobody waits for an answer; sent until it is taken, so it may come again or out of order.
        """
        await self._desk.recovered()
        if change.revision <= self._book.hours_revision:
            return
        self._book.hours_revision = change.revision
        if entry := hours.entry(self._book.appointment, change):
            self._desk.enter(entry)

    # -- what happens by itself -------------------------------------------------------------------

    async def _ring(self) -> None:
        """Does what the timers that came due ask for, each once and one after the other."""
        while (rung := self._desk.rung()) is not None:
            self._desk.enter(happens(*rung, self._book.appointment))
            await self._desk.projected(self._book.appointment.version)

    def _reopen(self, command: Revive) -> None:
        """In place of a workflow that was lost; receipts that came since go before timers that were due after them."""
        with self._desk.as_of_start():
            self._desk.reopen(command)
            for receipt in command.waiting:
                self._dispose(receipt)

    def _park(self, outgoing: Outgoing, reason: str) -> None:
        if not self._book.outbox or self._book.outbox[0].outgoing != outgoing:
            return  # the run was reset meanwhile, and the message is on record as delivered
        self._book.outbox[0] = self._book.outbox[0].model_copy(update={"parked": reason})
        decision = {"message_id": outgoing.message_id, "refused": reason}
        self._desk.enter(Entry(Action.DELIVERY_PARKED, SYSTEM, particulars={"decision": decision}))

    def _settle(self, judgement: Judgement) -> None:
        """The final word on numbers that were taken unverified."""
        warns = workflow.patched(MISMATCH_WARNS)
        self._desk.enter(rechecks.entry(self._book.appointment, judgement, warns=warns))
        if warns and judgement.refused:
            self._book.numbers_freed()

    # -- housekeeping -----------------------------------------------------------------------------

    def _start_helpers(self) -> Sequence["asyncio.Task[None]"]:
        return [
            asyncio.create_task(background.keep_projecting(self._book)),
            asyncio.create_task(background.keep_delivering(self._book, self._park)),
            asyncio.create_task(background.keep_rechecking(self._book, self._settle)),
        ]

    def _awake(self, helpers: Sequence["asyncio.Task[None]"]) -> bool:
        due = self._desk.rung() is not None
        ended = any(helper.done() for helper in helpers)
        due = due or self._desk.recovery.is_due
        return due or ended or self._finished() or workflow.info().is_continue_as_new_suggested()

    def _finished(self) -> bool:
        book = self._book
        on_record = not self._desk.recovery.is_due and not book.unprojected
        return on_record and is_over(book.appointment) and not book.outbox

    async def _continue_as_new(self, start: Start, helpers: Sequence["asyncio.Task[None]"]) -> None:
        await workflow.wait_condition(lambda: workflow.all_handlers_finished() and not self._book.unprojected)
        background.cancel(helpers)
        workflow.continue_as_new(Start(pre_entry_no=start.pre_entry_no, carried=self._book.carried()))
