"""Acts on an appointment that exists: found, addressed to its workflow, and answered as it first was."""

from dataclasses import dataclass
from typing import Annotated, Any

import structlog
from fastapi import Depends
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session

from api.appointments.access import sought
from api.context import CallerDep, CommandOptionsDep, Context, ContextDep
from api.http.problems import Refusal, refusal
from api.signing import Declared, Signing
from db import queries
from db.queries import RecordedEvent
from dispatch.failures import Closed
from dispatch.reopening import can_be_reopened
from domain.appointment import Appointment, Declaration
from domain.decision import Judgement, RefusedNumber
from domain.due import is_over
from domain.problems import Fault
from identity.authorization import Right
from states.appointment import permits, permitted_actions
from workflows.contracts import Answer, Command

log = structlog.get_logger("api.acts")


@dataclass(frozen=True, slots=True)
class Act:
    """A command that is asked for: its model, the fields beyond ``Command``, and the body as it came.

    ``right``: what one must be allowed to do to it. ``event`` is the chart's, where the model does not name it.
    ``declared``: the enterprise declares it, and may have to sign. ``reopens``: it may come when all is over.
    """

    model: type[Command]
    fields: dict[str, Any]
    body: Any
    right: Right = Right.CHANGE
    event: str | None = None
    declared: Declared | None = None
    reopens: bool = False

    @property
    def needed(self) -> Right:
        """The right to declare for whatever is declared."""
        return self.right if self.declared is None else Right.DECLARE


@dataclass(frozen=True, slots=True)
class Done:
    """The act's first answer."""

    appointment: Appointment
    accepted: tuple[Declaration, ...] = ()
    refused: tuple[RefusedNumber, ...] = ()


class Acts:
    """Carries out what one request wants."""

    def __init__(self, ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep) -> None:
        self._ctx = ctx
        self._caller = caller
        self._options = options

    async def carry_out(self, pre_entry_no: str, act: Act) -> Done:
        """Sends the act of an applicant, or of an operator; ``Refusal`` for whatever stands against it."""
        fingerprint = self.fingerprint(act.model.update, _body(act))
        known = await self._ctx.read(lambda session: sought(session, pre_entry_no, self._caller, act.needed))
        if known is None:
            return await self._repeated(pre_entry_no, fingerprint)
        command = act.model(**self._fields(known, fingerprint), **act.fields)
        command = await self._signed(known, act, command)
        try:
            answer = await self._sent(known, command, act)
        except Closed:
            return await self._ended(known, command, act)
        except Refusal as refused:
            raise await self._unless_ahead(known.pre_entry_no, act, refused) from refused
        if answer.body_hash != fingerprint:
            raise refusal("idempotency.conflict", "Idempotency-Key")
        return Done(await self._at_version(known, answer), answer.accepted, answer.refused)

    async def _sent(self, known: Appointment, command: Command, act: Act) -> Answer:
        number = known.pre_entry_no
        try:
            return await self._ctx.commands.update(number, command.update, command, Answer)
        except Closed:
            if act.reopens and can_be_reopened(known):
                return await self._ctx.commands.reopen(number, command.update, command, Answer)
            raise

    def fingerprint(self, name: str, body: Any) -> str:
        """What two requests under one key are compared by."""
        return self._ctx.sealer.fingerprint([name, self._caller.principal.actor().id, body])

    async def _signed(self, known: Appointment, act: Act, command: Command) -> Command:
        """The command with its signature, which binds it to the version that was signed."""
        if act.declared is None:
            return command
        signing = Signing(self._ctx, self._caller)
        approved = await run_in_threadpool(signing.approve, known, act.declared, command.key)
        if approved is None:
            return command
        signed: dict[str, Any] = {"signature_id": approved.signature_id}
        if command.expected_version is None:
            signed["expected_version"] = approved.version
        return command.model_copy(update=signed)

    def _fields(self, known: Appointment, fingerprint: str) -> dict[str, Any]:
        return {
            "key": self._options.key,
            "body_hash": fingerprint,
            "received_at": self._caller.received_at,
            "actor": self._caller.principal.actor(),
            "expected_version": expected(self._options.versions, known),
        }

    async def _repeated(self, pre_entry_no: str, fingerprint: str) -> Done:
        """What is deleted is nowhere to be found, but whoever deleted it may hear of it again."""
        event = await self._ctx.read(lambda session: queries.command_event(session, pre_entry_no, self._options.key))
        if event is None or not event.actor.is_same_party(self._caller.principal.actor()):
            raise refusal("not_found")
        return await self.first_answer(event, fingerprint)

    async def _ended(self, known: Appointment, command: Command, act: Act) -> Done:
        """The workflow has ended: either this command was one of its own, or the state forbids it."""
        event = await self._ctx.read(lambda session: queries.command_event(session, known.pre_entry_no, command.key))
        if event is not None:
            return await self.first_answer(event, command.body_hash)
        if _fits(known, act) or not (_event(act) or is_over(known)):
            log.error("the workflow of an open appointment is gone", pre_entry_no=known.pre_entry_no)
            raise refusal("process.missing", pre_entry_no=known.pre_entry_no)
        raise Refusal([not_permitted(known)])

    async def _unless_ahead(self, pre_entry_no: str, act: Act, refused: Refusal) -> Refusal:
        """The refusal; but where the rows show the act, or permit it, nobody knows yet which of both counts.

        Rows may show what a lost attempt wrote, until the workflow has gone through it again.
        """
        if refused.code != "state.not_permitted":
            return refused
        if not await self._ctx.read(lambda session: self._is_ahead(session, pre_entry_no, act)):
            return refused
        self._ctx.commands.doubts[pre_entry_no] = None
        return refusal("temporarily.unavailable")

    def _is_ahead(self, session: Session, pre_entry_no: str, act: Act) -> bool:
        shown = sought(session, pre_entry_no, self._caller, act.needed)
        if shown is None:
            return False
        return _fits(shown, act) or queries.command_event(session, pre_entry_no, self._options.key) is not None

    async def first_answer(self, event: RecordedEvent, fingerprint: str) -> Done:
        """What a command that took effect answered first. ``Refusal`` when it said something else."""
        if event.command_hash != fingerprint:
            raise refusal("idempotency.conflict", "Idempotency-Key")
        judged = Judgement.model_validate(event.decision)
        appointment = event.appointment or await left_of(self._ctx, event.pre_entry_no)
        return Done(appointment, judged.accepted, judged.refused)

    async def _at_version(self, known: Appointment, answer: Answer) -> Appointment:
        """The view at the version the command made; of a draft deleted since, what is left."""
        if answer.appointment is not None:
            return answer.appointment
        number, version = known.pre_entry_no, answer.version
        snapshot = await self._ctx.read(lambda session: queries.snapshot(session, number, version))
        return snapshot or await left_of(self._ctx, number)


Acting = Annotated[Acts, Depends(Acts)]


def _fits(known: Appointment, act: Act) -> bool:
    wanted = _event(act)
    return wanted is not None and permits(known.standing, wanted)


def _event(act: Act) -> str | None:
    """The chart's; None for an act that moves no state."""
    return act.event or act.model.event


def _body(act: Act) -> Any:
    """A signature is part of the body it came with."""
    signed = act.declared.signature_id if act.declared else None
    return act.body if signed is None else [act.body, signed]


def expected(versions: frozenset[int] | None, known: Appointment) -> int | None:
    """The one version to expect: the present one if it is wished, else one that is not, for the workflow to judge."""
    if versions is None:
        return None
    if not versions:
        raise refusal("version.stale", version=known.version)
    return known.version if known.version in versions else max(versions)


def not_permitted(known: Appointment, field: str | None = None) -> Fault:
    """``state.not_permitted`` with where it stands and what may be done."""
    facts = {
        "pre_entry_no": known.pre_entry_no,
        "state": known.state.value,
        "permitted_actions": list(permitted_actions(known.standing)),
    }
    return Fault(code="state.not_permitted", field=field, facts=facts)


async def left_of(ctx: Context, pre_entry_no: str) -> Appointment:
    """The newest version of an appointment that is known to exist: of a deleted draft, what was not erased."""
    found = await ctx.read(lambda session: queries.appointment(session, pre_entry_no, viewer=None))
    if found is None:
        raise refusal("outcome.unknown")
    return found
