"""Commands to existing appointments: a key takes effect once, and a repeated request gets the first answer."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import structlog
from fastapi import Depends
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from api.appointments.access import find_visible
from api.context import Caller, CallerDep, CommandOptionsDep, Context, ContextDep
from api.http.problems import Refusal, refusal
from api.signing import Declared, Signing
from db import command_addresses, queries, refused_commands
from db.engine import Busy
from db.queries import RecordedEvent
from domain.appointment import Appointment, Declaration
from domain.decision import Judgement, RefusedNumber
from domain.due import is_over
from domain.problems import CATALOGUE, Fault
from domain.refused_command import RefusedCommand
from identity.authorization import Right
from runtime.dispatch.failures import Closed
from runtime.dispatch.reopening import can_be_reopened
from states.appointment import permits, permitted_actions
from workflows.contracts import Answer, Command

#: HTTP statuses of a refusal that rules, the state or the version decided.
_DECIDED = frozenset({409, 412, 422})
#: The sender may have been in time, and has nothing else to show for it once the workflow is revived.
_LOST = "process.missing"

log = structlog.get_logger("api.acts")


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """Command of a route: its model, the fields beyond ``Command``, and the body of the request.

    ``right`` is the right that the caller needs. ``event`` is the event of the state chart, if ``model`` does not name
    it. ``declared``: the enterprise declares the content, and may have to sign it. ``reopens``: the command may come
    after the workflow has ended.
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
        """Returns the right to declare if content is declared, else ``right``."""
        return self.right if self.declared is None else Right.DECLARE


@dataclass(frozen=True, slots=True)
class Done:
    """Answer of a command when it took effect; a repeated request gets the same."""

    appointment: Appointment
    accepted: tuple[Declaration, ...] = ()
    refused: tuple[RefusedNumber, ...] = ()


class AppointmentCommands:
    """Sends the commands of one HTTP request, with its caller, its key and the versions that it accepts."""

    def __init__(self, ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep) -> None:
        self._ctx = ctx
        self._caller = caller
        self._options = options

    async def execute(self, pre_entry_no: str, request: CommandRequest) -> Done:
        """Sends a command of an applicant or an operator and returns its answer. Raises Refusal when it is refused."""
        fingerprint = self.fingerprint(request.model.update, _body(request))
        known = await self._ctx.read(lambda session: find_visible(session, pre_entry_no, self._caller, request.needed))
        if known is None:
            return await self._repeated(pre_entry_no, fingerprint)
        try:
            done = await self._done(known, request, fingerprint)
        except Refusal as refused:
            await self._keep(known, request, refused)
            raise
        await keep_address(self._ctx, self._caller, pre_entry_no, self._options.key)
        return done

    async def _done(self, known: Appointment, request: CommandRequest, fingerprint: str) -> Done:
        command = request.model(**self._fields(known, fingerprint), **request.fields)
        command = await self._signed(known, request, command)
        try:
            answer = await self._sent(known, command, request)
        except Closed:
            return await self._ended(known, command, request)
        except Refusal as refused:
            raise await self._unless_ahead(known.pre_entry_no, request, refused) from refused
        if answer.body_hash != fingerprint:
            raise refusal("idempotency.conflict", "Idempotency-Key")
        return Done(await self._at_version(known, answer), answer.accepted, answer.refused)

    async def _keep(self, known: Appointment, request: CommandRequest, refused: Refusal) -> None:
        """Records a refusal by a rule, by the state or for want of a workflow, of which no event tells.

        The answer never depends on it.
        """
        if CATALOGUE[refused.code].status not in _DECIDED and refused.code != _LOST:
            return
        try:
            await run_in_threadpool(refused_commands.record, self._ctx.engine, self._refusal(known, request, refused))
        except (DBAPIError, Busy) as error:
            log.warning("a refusal was not recorded", pre_entry_no=known.pre_entry_no, exc_info=error)

    def _refusal(self, known: Appointment, request: CommandRequest, refused: Refusal) -> RefusedCommand:
        caller = self._caller
        return RefusedCommand(
            pre_entry_no=known.pre_entry_no,
            version=known.version,
            command=request.model.update,
            actor=caller.principal.actor(),
            address=caller.address,
            faults=refused.faults,
            policy_version=self._ctx.policy.version,
            first_at=caller.received_at,
            received_at=caller.received_at,
        )

    async def _sent(self, known: Appointment, command: Command, request: CommandRequest) -> Answer:
        number = known.pre_entry_no
        try:
            return await self._ctx.commands.update(number, command.update, command, Answer)
        except Closed:
            if request.reopens and can_be_reopened(known):
                return await self._ctx.commands.reopen(number, command.update, command, Answer)
            raise

    def fingerprint(self, name: str, body: Any) -> str:
        """Returns the keyed hash that tells whether two requests under one key are the same."""
        return self._ctx.sealer.fingerprint([name, self._caller.principal.actor().id, body])

    async def _signed(self, known: Appointment, request: CommandRequest, command: Command) -> Command:
        """Returns the command with its signature and the version that was signed."""
        if request.declared is None:
            return command
        signing = Signing(self._ctx, self._caller)
        approved = await run_in_threadpool(signing.approve, known, request.declared, command.key)
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
        """Answers a repeated deletion: the draft cannot be found any more, but its deletion is on record."""
        event = await self._ctx.read(lambda session: queries.command_event(session, pre_entry_no, self._options.key))
        if event is None or not event.actor.is_same_party(self._caller.principal.actor()):
            raise refusal("not_found")
        return await self.first_answer(event, fingerprint)

    async def _ended(self, known: Appointment, command: Command, request: CommandRequest) -> Done:
        """Answers for a workflow that has ended: the command took effect before the end, or the state forbids it."""
        event = await self._ctx.read(lambda session: queries.command_event(session, known.pre_entry_no, command.key))
        if event is not None:
            return await self.first_answer(event, command.body_hash)
        if _fits(known, request) or not (_event(request) or is_over(known)):
            log.error("the workflow of an open appointment is gone", pre_entry_no=known.pre_entry_no)
            raise refusal(_LOST, pre_entry_no=known.pre_entry_no)
        raise Refusal([not_permitted(known)])

    async def _unless_ahead(self, pre_entry_no: str, request: CommandRequest, refused: Refusal) -> Refusal:
        """Returns the refusal, or ``temporarily.unavailable`` while the rows contradict it.

        Rows may show what a lost attempt of the workflow wrote, until the workflow has repeated or voided it.
        """
        if refused.code != "state.not_permitted":
            return refused
        if not await self._ctx.read(lambda session: self._is_ahead(session, pre_entry_no, request)):
            return refused
        await self._ctx.dispatcher.outcomes.note(pre_entry_no)
        return refusal("temporarily.unavailable")

    def _is_ahead(self, session: Session, pre_entry_no: str, request: CommandRequest) -> bool:
        known = find_visible(session, pre_entry_no, self._caller, request.needed)
        if known is None:
            return False
        return _fits(known, request) or queries.command_event(session, pre_entry_no, self._options.key) is not None

    async def first_answer(self, event: RecordedEvent, fingerprint: str) -> Done:
        """Returns the answer that the recorded command had. Raises Refusal when this request is not the same."""
        if event.command_hash != fingerprint:
            raise refusal("idempotency.conflict", "Idempotency-Key")
        judged = Judgement.model_validate(event.decision)
        appointment = event.appointment or await left_of(self._ctx, event.pre_entry_no)
        return Done(appointment, judged.accepted, judged.refused)

    async def _at_version(self, known: Appointment, answer: Answer) -> Appointment:
        """Returns the appointment at the version that the command made, or what is left of a draft deleted since."""
        if answer.appointment is not None:
            return answer.appointment
        number, version = known.pre_entry_no, answer.version
        snapshot = await self._ctx.read(lambda session: queries.snapshot(session, number, version))
        return snapshot or await left_of(self._ctx, number)


async def keep_address(ctx: Context, caller: Caller, pre_entry_no: str, key: str) -> None:
    """Records from which address an accepted command came; the answer never depends on it."""
    if caller.address is None:
        return
    keep = partial(command_addresses.record, ctx.engine, pre_entry_no, key)
    try:
        await run_in_threadpool(keep, address=caller.address, received_at=caller.received_at)
    except (DBAPIError, Busy) as error:
        log.warning("the address of a command was not recorded", pre_entry_no=pre_entry_no, exc_info=error)


CommandsDep = Annotated[AppointmentCommands, Depends(AppointmentCommands)]


def _fits(known: Appointment, request: CommandRequest) -> bool:
    wanted = _event(request)
    return wanted is not None and permits(known.standing, wanted)


def _event(request: CommandRequest) -> str | None:
    """Returns the event of the chart; None for a command that changes no state."""
    return request.event or request.model.event


def _body(request: CommandRequest) -> Any:
    """Returns the body to compare; a signature is part of it."""
    signed = request.declared.signature_id if request.declared else None
    return request.body if signed is None else [request.body, signed]


def expected(versions: frozenset[int] | None, known: Appointment) -> int | None:
    """Returns the version that the workflow shall expect: the present one if ``versions`` has it, else another of them.

    Raises Refusal when ``versions`` is empty: no version can match.
    """
    if versions is None:
        return None
    if not versions:
        raise refusal("version.stale", version=known.version)
    return known.version if known.version in versions else max(versions)


def not_permitted(known: Appointment, field: str | None = None) -> Fault:
    """Returns ``state.not_permitted`` with the state and the actions that it permits."""
    facts = {
        "pre_entry_no": known.pre_entry_no,
        "state": known.state.value,
        "permitted_actions": list(permitted_actions(known.standing)),
    }
    return Fault(code="state.not_permitted", field=field, facts=facts)


async def left_of(ctx: Context, pre_entry_no: str) -> Appointment:
    """Returns the newest version of an appointment that exists; of a deleted draft, the fields that were not erased."""
    found = await ctx.read(lambda session: queries.appointment(session, pre_entry_no, viewer=None))
    if found is None:
        raise refusal("outcome.unknown")
    return found
