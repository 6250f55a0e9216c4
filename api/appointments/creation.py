"""Creation of a draft: assesses it, then starts its workflow in one call that returns when the draft is recorded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlmodel import Session
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError

from api import numbers
from api.appointments.assessing import as_both, as_draft
from api.appointments.bodies import ContentBody
from api.appointments.commands import AppointmentCommands, keep_address, left_of
from api.context import Caller, CommandOptions, Context
from api.http.lenient_body import LenientBody
from api.http.problems import Refusal, refusal, refuse_if
from db import queries
from db.queries import RecordedEvent
from domain.appointment import Appointment, Attachment, Content, State
from domain.content import check_personal
from domain.decision import Decision
from domain.problems import CATALOGUE, Fault
from runtime.dispatch.failures import Closed
from workflows import contracts
from workflows.contracts import Answer, Command, Create, Start, Submit

#: HTTP statuses of a refusal that rules, the number, the state or another body decided; others leave the outcome open.
_DECIDED = frozenset({409, 412, 422})


@dataclass(frozen=True, slots=True)
class Draft:
    """Content of a new draft, in plain text and tidied; ``body`` identifies a repeated request.

    ``attachments`` are those of the appointment it is copied from, with their names in plain text. ``given`` is the
    request, whose shape may have faults.
    """

    content: Content
    body: Any
    copied_from: str | None = None
    attachments: tuple[Attachment, ...] = ()
    given: LenientBody[ContentBody] | None = None

    @classmethod
    def of(cls, given: LenientBody[ContentBody]) -> "Draft":
        """Returns the draft of a request, with the fields that could be parsed."""
        content = given.partial.content()
        return cls(content, content.model_dump(mode="json"), given=given)

    def all_faults(self, found: Iterable[Fault] = ()) -> tuple[Fault, ...]:
        """Returns the faults in the shape of the request and in personal fields, then those that the rules found."""
        own = (*check_personal(self.content), *found)
        return self.given.all_faults(own) if self.given else own


class _Assessed(NamedTuple):
    """Decision on the draft, the numbers that the database has as free, in the order to try, and faults of a submit."""

    decision: Decision
    numbers: tuple[str, ...]
    undeclarable: tuple[Fault, ...] = ()


class Creation:
    """Executes one request for a new draft."""

    def __init__(self, ctx: Context, caller: Caller, command_options: CommandOptions, draft: Draft) -> None:
        self._ctx = ctx
        self._caller = caller
        self._options = command_options
        self._draft = draft
        self._fingerprint = ctx.sealer.fingerprint([Create.update, caller.code, draft.body])

    async def create(self) -> Appointment:
        """Returns the new draft, or the first one if the key was used before. Raises ``Refusal`` with all faults."""
        if self._draft.all_faults():
            decision = await self._ctx.read(self._assess)
            raise Refusal(self._draft.all_faults(decision.faults))
        made = await self._ctx.read(self._look)
        if isinstance(made, RecordedEvent):
            return await self._first_answer(made)
        refuse_if(made.decision.faults)
        if self._options.chosen and (known := await self._of_last_year()):
            return known
        return await self._start(made)

    async def declare(self, submission: CommandOptions) -> Appointment | None:
        """Creates and submits the draft in one call; returns the submitted appointment.

        Returns None where the two have to be done one after the other: the key was used before, the number is not
        free, or the submit was refused after all. Raises ``Refusal`` with all faults before anything is saved.
        """
        made = await self._ctx.read(self._look_for_both)
        if isinstance(made, RecordedEvent):
            return None
        refuse_if(self._draft.all_faults(made.undeclarable))
        year, yesterday = numbers.year_of(self._caller.received_at), numbers.year_before(self._caller.received_at)
        if not made.numbers or year != yesterday:
            return None
        return await self._declare_as(made.numbers[0], made.decision, submission)

    def _look_for_both(self, session: Session) -> RecordedEvent | _Assessed:
        if made := self._made(session):
            return made
        save, submit = as_both(session, self._ctx, self._caller, self._draft.content)
        return _Assessed(save, self._free(session), submit.faults)

    async def _declare_as(self, number: str, decision: Decision, submission: CommandOptions) -> Appointment | None:
        start = Start(pre_entry_no=number, create=self._create(number, decision), derived_ids=True)
        command = self._submit(submission)
        try:
            answer = await self._ctx.commands.start(lambda: self._operation(start), Submit.update, command, Answer)
        except WorkflowAlreadyStartedError:
            return None
        except Refusal as refused:
            if CATALOGUE[refused.code].status in _DECIDED:
                return None
            await self._ctx.dispatcher.outcomes.note(number)
            raise
        await keep_address(self._ctx, self._caller, number, submission.key)
        return await self._answered(number, answer, command.body_hash)

    def _submit(self, submission: CommandOptions) -> Submit:
        """Returns the same command as a submit of its own under that key."""
        fingerprint = AppointmentCommands(self._ctx, self._caller, submission).fingerprint(Submit.update, {})
        fields = self._fields() | {"key": submission.key, "body_hash": fingerprint}
        return Submit(**fields, created=self._command())

    def _look(self, session: Session) -> RecordedEvent | _Assessed:
        """Returns what the key made before, even if it has changed since, or else the assessment."""
        if self._options.chosen and (made := self._made(session)):
            return made
        return _Assessed(self._assess(session), self._free(session))

    def _free(self, session: Session) -> tuple[str, ...]:
        # A number may be in use although Temporal no longer has its workflow.
        return tuple(number for number in self._numbers() if queries.number_owner(session, number) is None)

    def _assess(self, session: Session) -> Decision:
        return as_draft(session, self._ctx, self._caller, self._draft.content)

    def _numbers(self) -> Iterator[str]:
        year = numbers.year_of(self._caller.received_at)
        return (numbers.derive(year, self._caller.code, self._options.key, salt) for salt in numbers.SALTS)

    async def _first_answer(self, made: RecordedEvent) -> Appointment:
        if made.command_hash != self._fingerprint:
            raise refusal("idempotency.conflict", "Idempotency-Key")
        return made.appointment or await left_of(self._ctx, made.pre_entry_no)

    async def _start(self, assessed: _Assessed) -> Appointment:
        """Starts the workflow under the first number that no other draft has."""
        for number in assessed.numbers:
            try:
                return await self._start_as(number, assessed.decision)
            except WorkflowAlreadyStartedError:
                if made := await self._ctx.read(self._made):
                    return await self._first_answer(made)
            except Refusal as refused:
                if refused.code != "number.taken":
                    raise
        raise refusal("temporarily.unavailable")

    def _made(self, session: Session) -> RecordedEvent | None:
        return queries.creation_event(session, self._caller.code, self._options.key)

    async def _start_as(self, number: str, decision: Decision) -> Appointment:
        start = Start(pre_entry_no=number, create=self._create(number, decision), derived_ids=True)
        answer = await self._ctx.commands.start(lambda: self._operation(start), Create.update, self._command(), Answer)
        return await self._answered(number, answer, self._fingerprint)

    async def _answered(self, number: str, answer: Answer, fingerprint: str) -> Appointment:
        if answer.body_hash != fingerprint:
            raise refusal("idempotency.conflict", "Idempotency-Key")
        await keep_address(self._ctx, self._caller, number, self._options.key)
        if answer.appointment is not None:
            return answer.appointment
        first = await self._ctx.read(lambda session: queries.snapshot(session, number, answer.version))
        return first or await left_of(self._ctx, number)

    async def _of_last_year(self) -> Appointment | None:
        """Returns the draft that the same request made just before a new year, if the database has it not yet."""
        year, yesterday = numbers.year_of(self._caller.received_at), numbers.year_before(self._caller.received_at)
        if yesterday == year:
            return None
        number = numbers.derive(yesterday, self._caller.code, self._options.key)
        try:
            answer = await self._ctx.commands.update(number, Create.update, self._command(), Answer)
        except Closed:
            return None
        except Refusal as refused:
            if refused.code != "number.taken":
                raise
            return None
        return await self._answered(number, answer, self._fingerprint)

    def _fields(self) -> dict[str, Any]:
        return {
            "key": self._options.key,
            "body_hash": self._fingerprint,
            "received_at": self._caller.received_at,
            "actor": self._caller.principal.actor(),
        }

    def _command(self) -> Command:
        return Command(**self._fields())

    def _create(self, number: str, decision: Decision) -> Create:
        content = self._ctx.sealer.seal_content(self._draft.content, number)
        return Create(
            **self._fields(),
            content=content,
            decision=decision,
            copied_from=self._draft.copied_from,
            attachments=tuple(self._attachments(number)),
        )

    def _attachments(self, number: str) -> Iterator[Attachment]:
        """Yields the copied files, with new ids for this appointment."""
        for place, source in enumerate(self._draft.attachments):
            own = str(uuid5(UUID(source.attachment_id), f"{number}/{place}"))
            changes = {"attachment_id": own, "attached_at": self._caller.received_at}
            yield self._ctx.sealer.seal_attachment(source.model_copy(update=changes), number)

    def _operation(self, start: Start) -> WithStartWorkflowOperation[Any, Any]:
        number = start.pre_entry_no
        return WithStartWorkflowOperation(
            contracts.APPOINTMENT,
            start,
            id=contracts.workflow_id(number),
            task_queue=self._ctx.settings.task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=search_attributes(self._caller.code, self._draft.content),
            static_summary=f"预约 {number} · {self._caller.code}",
            static_details="预约通关申请：自暂存起，直至完成、取消、退单或违约解除。",
        )


def search_attributes(applicant: str, content: Content) -> TypedSearchAttributes:
    """Returns the search attributes at the start of the workflow, which updates them from then on."""
    keywords = {
        "AppointmentState": State.DRAFT.value,
        "Applicant": applicant,
        "Consignee": content.consignee_code,
        "DeclarationPort": content.declaration_port,
    }
    pairs: list[SearchAttributePair[Any]] = [
        SearchAttributePair(SearchAttributeKey.for_keyword(name), value) for name, value in keywords.items() if value
    ]
    if content.window_start:
        pairs.append(SearchAttributePair(SearchAttributeKey.for_datetime("WindowStart"), content.window_start))
    return TypedSearchAttributes(pairs)
