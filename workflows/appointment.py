"""One appointment, from its first draft to its last receipt: a workflow that lives for weeks.

``run`` keeps the clock; every command is an Update that is assessed, permitted, written and, once it
stands in the database, answered. No command waits for customs.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.contracts import Assess, Judge
    from domain import cancellation, explanation, feedback
    from domain.appointment import (
        Appointment,
        Attention,
        Content,
        Declaration,
        ExplanationStatus,
        Explanation,
        Outcome,
        Standing,
        State,
    )
    from domain.decision import Decision, Judgement, Purpose
    from domain.event import Action, MessageType, Outgoing
    from domain.problems import Fault
    from domain.receipt import Disposition, dispose
    from states.appointment import NotPermitted, advance, permits
    from workflows import background, display, effects, receipts
    from workflows.book import SYSTEM, Book, Entry, assessed, by, unverified
    from workflows.contracts import (
        APPOINTMENT,
        CANCEL,
        CREATE,
        DELETE,
        EXPLAIN,
        FEED_BACK,
        RECEIVE,
        RELEASE,
        RESUME_DELIVERY,
        SAVE,
        SUBMIT,
        Answer,
        Cancel,
        Command,
        Delete,
        Explain,
        FeedBack,
        ReceiptAnswer,
        Receive,
        Release,
        ResumeDelivery,
        Save,
        Start,
        Submit,
    )
    from workflows.hindsight import advance_as_of
    from workflows.refusals import not_permitted, refuse, refuse_if
    from workflows.timers import Clockwork, Timer, wanted

FINAL = frozenset({State.DELETED, State.RETURNED, State.CANCELLED, State.COMPLETED, State.RELEASED})

AnyCommand = TypeVar("AnyCommand", bound=Command)
Result = TypeVar("Result")


@workflow.defn(name=APPOINTMENT)
class AppointmentWorkflow:
    """The entity. Handlers can run before ``run`` does, so everything is set here."""

    @workflow.init
    def __init__(self, start: Start) -> None:
        self._book = Book(run_id=workflow.info().run_id, carried=start.carried)
        self._clock = Clockwork()
        self._lock = asyncio.Lock()
        self._shown: Appointment | None = None
        if start.create:
            self._book.create(start.pre_entry_no, start.create, workflow.now())
            self._shown = self._book.appointment  # the door set the search attributes at the start
        self._changed()

    @workflow.run
    async def run(self, start: Start) -> str:
        """Rings the timers until the appointment is over; answers with the final state."""
        helpers = self._start_helpers()
        while not self._finished():
            await workflow.wait_condition(lambda: self._awake(helpers))
            _raise_failure(helpers)
            self._ring()
            if workflow.info().is_continue_as_new_suggested() and not self._finished():
                await self._continue_as_new(start, helpers)
        await workflow.wait_condition(workflow.all_handlers_finished)
        _cancel(helpers)
        return str(self._book.appointment.state)

    # -- commands ---------------------------------------------------------------------------------

    @workflow.update(name=CREATE)
    async def create(self, command: Command) -> Answer:
        """Answers once the draft that came with the start is in the database."""
        return await self._answer(command.key)

    @create.validator
    def _may_create(self, command: Command) -> None:
        self._refuse_other_body(command)
        if command.key not in self._book.commands:
            refuse([Fault(code="number.taken")])

    @workflow.update(name=SAVE)
    async def save(self, command: Save) -> Answer:
        """Replaces the draft's content as a whole."""
        return await self._carry_out(command, self._save)

    @save.validator
    def _may_save(self, command: Save) -> None:
        self._look(command, "save")

    async def _save(self, command: Save) -> None:
        decision = await self._assess(Purpose.SAVE, command, command.content)
        self._write(Action.SAVED, command, "save", assessed(decision, command.content), decision=decision.facts)

    @workflow.update(name=SUBMIT)
    async def submit(self, command: Submit) -> Answer:
        """申报: decided for good, at the moment it was received."""
        return await self._carry_out(command, self._submit)

    @submit.validator
    def _may_submit(self, command: Submit) -> None:
        self._look(command, "submit")

    async def _submit(self, command: Submit) -> None:
        content = self._book.appointment.content
        decision = await self._assess(Purpose.SUBMIT, command, content)
        changes = assessed(decision, content) | {"submitted_at": command.received_at}
        outgoing = self._outgoing(MessageType.APPLY)
        self._write(Action.SUBMITTED, command, "submit", changes, decision=decision.facts, outgoing=outgoing)
        self._promise(outgoing, command.received_at)

    @workflow.update(name=DELETE)
    async def delete(self, command: Delete) -> Answer:
        """The draft's contents go; the audit keeps number, who and when."""
        return await self._carry_out(command, self._delete)

    @delete.validator
    def _may_delete(self, command: Delete) -> None:
        self._look(command, "delete")

    async def _delete(self, command: Delete) -> None:
        gone = {"content": Content(), "consignee": None, "window_end": None}
        self._write(Action.DELETED, command, "delete", gone)

    @workflow.update(name=CANCEL)
    async def cancel(self, command: Cancel) -> Answer:
        """取消: effective once recorded; customs is told afterwards."""
        return await self._carry_out(command, self._cancel)

    @cancel.validator
    def _may_cancel(self, command: Cancel) -> None:
        self._look(command, "cancel")

    async def _cancel(self, command: Cancel) -> None:
        outgoing = self._outgoing(MessageType.CANCEL)
        changes = {"cancelled_at": command.received_at}
        self._write(Action.CANCELLED, command, "cancel", changes, reason=command.reason, outgoing=outgoing)
        self._promise(outgoing, command.received_at, reason=command.reason)

    @workflow.update(name=FEED_BACK)
    async def feed_back(self, command: FeedBack) -> Answer:
        """通关反馈: matched and unverified numbers are taken, the others come back with their reasons."""
        return await self._carry_out(command, self._feed_back)

    @feed_back.validator
    def _may_feed_back(self, command: FeedBack) -> None:
        self._look(command, "feed_back")

    async def _feed_back(self, command: FeedBack) -> None:
        judgement = await self._judge(command)
        appointment = self._book.appointment
        matched = _matched(judgement.accepted)
        outgoing = self._outgoing(MessageType.FEEDBACK) if judgement.accepted else None
        self._write(
            Action.FED_BACK,
            command,
            "feed_back" if matched else None,
            {"declarations": appointment.declarations + judgement.accepted},
            decision=judgement.model_dump(mode="json", exclude={"faults"}),
            outgoing=outgoing,
        )
        self._book.remember(command, accepted=judgement.accepted, refused=judgement.refused)
        if outgoing:
            self._promise(outgoing, command.received_at, declarations=judgement.accepted)

    @workflow.update(name=EXPLAIN)
    async def explain(self, command: Explain) -> Answer:
        """情况说明: once, for ever."""
        return await self._carry_out(command, self._explain)

    @explain.validator
    def _may_explain(self, command: Explain) -> None:
        self._look(command, "explain")

    async def _explain(self, command: Explain) -> None:
        outgoing = self._outgoing(MessageType.EXPLANATION)
        sent = Explanation(sent_at=command.received_at, text=command.text, attachment_id=command.attachment_id)
        self._write(Action.EXPLAINED, command, "explain", {"explanation": sent}, outgoing=outgoing)
        self._promise(outgoing, command.received_at, reason=command.text)

    @workflow.update(name=RELEASE)
    async def release(self, command: Release) -> Answer:
        """An officer lifts the breach, with a reason that stays on record."""
        return await self._carry_out(command, self._release)

    @release.validator
    def _may_release(self, command: Release) -> None:
        self._look(command, "release")

    async def _release(self, command: Release) -> None:
        self._write(Action.RELEASED, command, "release", {}, reason=command.reason)

    @workflow.update(name=RESUME_DELIVERY)
    async def resume_delivery(self, command: ResumeDelivery) -> Answer:
        """An operator lets the parked message at the head of the outbox try again."""
        return await self._carry_out(command, self._resume_delivery)

    @resume_delivery.validator
    def _may_resume_delivery(self, command: ResumeDelivery) -> None:
        self._look(command, None)
        if command.key not in self._book.commands and not any(parcel.parked for parcel in self._book.outbox):
            not_permitted(self._book.appointment)

    async def _resume_delivery(self, command: ResumeDelivery) -> None:
        self._book.outbox[0] = self._book.outbox[0].model_copy(update={"parked": None})
        self._write(Action.DELIVERY_RESUMED, command, None, {})

    @workflow.update(name=RECEIVE)
    async def receive(self, command: Receive) -> ReceiptAnswer:
        """A receipt of customs: applied, ignored with a reason, or left to an operator; never lost, never twice."""
        async with self._lock:
            answer = self._book.receipts.get(command.key) or self._dispose(command)
        await self._projected(self._book.appointment.version)
        return answer

    def _dispose(self, command: Receive) -> ReceiptAnswer:
        appointment = self._book.appointment
        disposed = dispose(appointment=appointment, receipt=command.receipt)
        if disposed.disposition is Disposition.APPLIED and disposed.action:
            self._book.write(receipts.entry(disposed.action, appointment, command), workflow.now())
            self._changed()
        answer = ReceiptAnswer(
            disposition=disposed.disposition, reason=disposed.reason, body_hash=command.body_hash
        )
        self._book.receipts[command.key] = answer
        return answer

    # -- how a command is carried out -------------------------------------------------------------

    async def _carry_out(self, command: AnyCommand, act: Callable[[AnyCommand], Awaitable[None]]) -> Answer:
        async with self._lock:
            if command.key not in self._book.commands:
                await act(command)
        return await self._answer(command.key)

    async def _answer(self, key: str) -> Answer:
        await self._projected(self._book.commands[key].version)
        return self._book.answer(key)

    async def _projected(self, version: int) -> None:
        await workflow.wait_condition(lambda: self._book.projected_version >= version)

    def _look(self, command: Command, event: str | None) -> None:
        """Refuses what can be refused by looking, so that it leaves nothing in the history."""
        self._refuse_other_body(command)
        if command.key in self._book.commands:
            return
        appointment = self._book.appointment
        if command.expected_version not in {None, appointment.version}:
            refuse([Fault(code="version.stale", facts={"version": appointment.version})], appointment)
        if event:
            self._permitted(event, command.received_at)

    def _refuse_other_body(self, command: Command) -> None:
        known = self._book.commands.get(command.key)
        if known and known.body_hash != command.body_hash:
            refuse([Fault(code="idempotency.conflict", field="Idempotency-Key")])

    def _permitted(self, event: str, received_at: datetime) -> Standing:
        """Where the event leads as of the moment the command was received; refuses it otherwise."""
        appointment = self._book.appointment
        refuse_if(_too_late_or_twice(event, appointment, received_at), appointment)
        try:
            return advance_as_of(appointment, event, received_at)
        except NotPermitted:
            not_permitted(appointment)

    async def _assess(self, purpose: Purpose, command: Command, content: Content) -> Decision:
        appointment = self._book.appointment
        request = Assess(
            purpose=purpose,
            pre_entry_no=appointment.pre_entry_no,
            applicant=appointment.applicant.code,
            content=content,
            received_at=command.received_at,
            known_consignee=appointment.content.consignee_code,
        )
        decision = await _or_unavailable(effects.assess(request))
        refuse_if(decision.faults, appointment)
        return decision

    async def _judge(self, command: FeedBack) -> Judgement:
        request = Judge(
            appointment=self._book.appointment, numbers=command.numbers, received_at=command.received_at
        )
        judgement = await _or_unavailable(effects.judge(request))
        refuse_if(judgement.faults, self._book.appointment)
        return judgement

    def _write(
        self, action: Action, command: Command, event: str | None, changes: dict[str, Any], **particulars: Any
    ) -> None:
        # Looked at again: what the validator saw may have changed while the command waited its turn.
        self._look(command, None)
        standing = self._permitted(event, command.received_at) if event else None
        particulars = by(command, **particulars)
        self._book.write(Entry(action, command.actor, standing, changes, particulars=particulars), workflow.now())
        self._book.remember(command)
        self._changed()

    # -- what happens by itself -------------------------------------------------------------------

    def _ring(self) -> None:
        """Does what the timers that came due ask for, each once."""
        while (rung := self._clock.rung()) and not self._held(rung[0]):
            timer, due = rung
            self._book.write(_happens(timer, due, self._book.appointment), workflow.now())
            self._changed()

    def _held(self, timer: Timer) -> bool:
        # A number handed in in time, whose look-up was down, may still turn out to match.
        return timer is Timer.FEEDBACK and bool(unverified(self._book.appointment))

    def _park(self, reason: str) -> None:
        self._book.outbox[0] = self._book.outbox[0].model_copy(update={"parked": reason})
        decision = {"message_id": self._book.outbox[0].outgoing.message_id, "refused": reason}
        self._book.write(
            Entry(Action.DELIVERY_PARKED, SYSTEM, particulars={"decision": decision}), workflow.now()
        )
        self._changed()

    def _settle(self, judgement: Judgement) -> None:
        """The final word on numbers that were taken unverified."""
        appointment = self._book.appointment
        kept = tuple(each for each in appointment.declarations if each.outcome is Outcome.MATCHED)
        matched = _matched(judgement.accepted) and permits(appointment.standing, "feed_back")
        decision = judgement.model_dump(mode="json", exclude={"faults"})
        decision["released_numbers"] = [each.number for each in judgement.refused]
        entry = Entry(
            action=Action.RECHECKED,
            actor=SYSTEM,
            standing=advance(appointment.standing, "feed_back") if matched else None,
            changes={"declarations": kept + judgement.accepted},
            particulars={"decision": decision},
        )
        self._book.write(entry, workflow.now())
        self._changed()

    # -- housekeeping -----------------------------------------------------------------------------

    def _start_helpers(self) -> Sequence["asyncio.Task[None]"]:
        return [
            asyncio.create_task(background.keep_projecting(self._book)),
            asyncio.create_task(background.keep_delivering(self._book, self._park)),
            asyncio.create_task(background.keep_rechecking(self._book, self._settle)),
        ]

    def _awake(self, helpers: Sequence["asyncio.Task[None]"]) -> bool:
        rung = self._clock.rung()
        due = rung is not None and not self._held(rung[0])
        ended = any(helper.done() for helper in helpers)
        return due or ended or self._finished() or workflow.info().is_continue_as_new_suggested()

    def _finished(self) -> bool:
        book = self._book
        over = book.appointment.state in FINAL and not wanted(book.appointment)
        return over and not book.unprojected and not book.outbox and not unverified(book.appointment)

    async def _continue_as_new(self, start: Start, helpers: Sequence["asyncio.Task[None]"]) -> None:
        await workflow.wait_condition(lambda: workflow.all_handlers_finished() and not self._book.unprojected)
        self._clock.stop()
        _cancel(helpers)
        workflow.continue_as_new(Start(pre_entry_no=start.pre_entry_no, carried=self._book.carried()))

    def _changed(self) -> None:
        """After every new version: timers, search attributes and details follow."""
        appointment = self._book.appointment
        self._clock.wind(wanted(appointment))
        if self._shown and (updates := display.changed(self._shown, appointment)):
            workflow.upsert_search_attributes(updates)
        self._shown = appointment
        self._show()

    def _show(self) -> None:
        workflow.set_current_details(
            display.current_details(self._book.appointment, waiting=len(self._book.outbox))
        )

    def _outgoing(self, message_type: MessageType) -> Outgoing:
        return Outgoing(message_id=str(workflow.uuid4()), message_type=message_type)

    def _promise(self, outgoing: Outgoing, at: datetime, **says: Any) -> None:
        self._book.promise(outgoing, at, **says)
        self._show()


def _too_late_or_twice(event: str, appointment: Appointment, received_at: datetime) -> tuple[Fault, ...]:
    """The rules of time and of once, where the state alone would let the command pass or say too little."""
    if event == "cancel":
        return cancellation.check(appointment=appointment, received_at=received_at)
    if event == "feed_back":
        return feedback.check_open(appointment=appointment, received_at=received_at)
    if event == "explain":
        return explanation.check(appointment=appointment)
    return ()


def _happens(timer: Timer, due: datetime, appointment: Appointment) -> Entry:
    """What a timer does to the appointment, as a page of the book."""
    late = {"due_at": due}
    if timer is Timer.WINDOW_START:
        return Entry(Action.CANCELLATION_CLOSED, SYSTEM, advance(appointment.standing, "window_starts"), particulars=late)
    if timer is Timer.WINDOW_END:
        return Entry(Action.UNDECIDED, SYSTEM, flags=frozenset({Attention.UNDECIDED}), particulars=late)
    return _deadline_passes(appointment, late)


def _deadline_passes(appointment: Appointment, late: dict[str, Any]) -> Entry:
    if appointment.state in {State.SUBMITTED, State.ACCEPTED}:
        reason = {"decision": {"reason": "lapsed"}}
        return Entry(Action.LAPSED, SYSTEM, advance(appointment.standing, "lapse"), particulars=late | reason)
    if appointment.state is State.CANCELLED:
        return Entry(
            Action.CANCEL_UNCONFIRMED, SYSTEM, flags=frozenset({Attention.CANCEL_UNCONFIRMED}), particulars=late
        )
    standing = advance(appointment.standing, "feedback_overdue")
    overdue = standing.state is State.COMPLETED_WITHOUT_FEEDBACK
    return Entry(Action.OVERDUE if overdue else Action.FEEDBACK_CLOSED, SYSTEM, standing, particulars=late)


def _matched(declarations: Sequence[Declaration]) -> bool:
    return any(each.outcome is Outcome.MATCHED for each in declarations)


async def _or_unavailable(effect: Awaitable[Result]) -> Result:
    try:
        return await effect
    except ActivityError:
        refuse([Fault(code="temporarily.unavailable")])


def _raise_failure(helpers: Sequence["asyncio.Task[None]"]) -> None:
    # A helper never ends by itself: if one did, its exception must fail the workflow task, not be forgotten.
    for helper in helpers:
        if helper.done():
            helper.result()


def _cancel(helpers: Sequence["asyncio.Task[None]"]) -> None:
    for helper in helpers:
        helper.cancel()
