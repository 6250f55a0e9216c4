"""Execution of the items of a batch in parallel; each item is done or refused on its own."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from api.appointments import command_requests
from api.appointments.batch.bodies import AnyItem, CancelItem, CreateItem, FeedbackItem, SubmitItem
from api.appointments.commands import AppointmentCommands, CommandRequest, Done
from api.appointments.creation import Creation, Draft
from api.context import Caller, CommandOptions, Context
from api.http.lenient_body import LenientBody
from api.http.problems import Refusal, as_refusal, refusal
from api.signing import demand
from domain.appointment import Appointment
from identity.authorization import declaring_denial

#: Items that run at the same time, so that one request leaves room for others.
AT_A_TIME = 8


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """Outcome of an item: ``done``, ``refused``, or both for a draft that was saved but not submitted."""

    done: Done | None = None
    refused: Refusal | None = None


class Batch:
    """Executes the items of one request."""

    def __init__(self, ctx: Context, caller: Caller, options: CommandOptions) -> None:
        self._ctx = ctx
        self._caller = caller
        self._options = options
        self._turns = asyncio.Semaphore(AT_A_TIME)

    async def execute(self, items: Sequence[AnyItem]) -> list[ItemOutcome]:
        """Returns the outcomes in the order of the items, when all items have ended."""
        chains: dict[str, list[int]] = {}
        for place, item in enumerate(items):
            number = f"new {place}" if isinstance(item, CreateItem) else item.pre_entry_no
            chains.setdefault(number, []).append(place)
        outcomes: dict[int, ItemOutcome] = {}
        await asyncio.gather(*(self._chain(items, places, outcomes) for places in chains.values()))
        return [outcomes[place] for place in range(len(items))]

    async def _chain(self, items: Sequence[AnyItem], places: Iterable[int], outcomes: dict[int, ItemOutcome]) -> None:
        """Executes the items of one appointment, one after the other."""
        for place in places:
            async with self._turns:
                outcomes[place] = await self._outcome(items[place], self._options_of(place, items[place]))

    def _options_of(self, place: int, item: AnyItem) -> CommandOptions:
        """Returns the options with the item's own key; a ``client_key`` gives one effect in all batches."""
        if item.client_key is not None:
            return replace(self._options, key=own_key(item.client_key), chosen=True, versions=None, anything=True)
        return derived(self._options, f"item {place}")

    async def _outcome(self, item: AnyItem, command_options: CommandOptions) -> ItemOutcome:
        try:
            return await self._done(item, command_options)
        except Exception as error:  # noqa: BLE001 it becomes the item's problem, and is logged unless it is a refusal
            return ItemOutcome(refused=as_refusal(error))

    async def _done(self, item: AnyItem, command_options: CommandOptions) -> ItemOutcome:
        if isinstance(item, CreateItem):
            return await self._created(item, command_options)
        if item.version is not None:
            command_options = replace(command_options, versions=frozenset({item.version}), anything=False)
        request = self._request(item)
        return ItemOutcome(
            await AppointmentCommands(self._ctx, self._caller, command_options).execute(item.pre_entry_no, request)
        )

    def _request(self, item: SubmitItem | CancelItem | FeedbackItem) -> CommandRequest:
        match item:
            case SubmitItem():
                return command_requests.submission(item.signature)
            case CancelItem():
                return command_requests.cancellation(self._ctx, item.pre_entry_no, item.reason, item.signature)
            case FeedbackItem():
                return command_requests.feedback(item.declaration_numbers, item.signature)

    async def _created(self, item: CreateItem, command_options: CommandOptions) -> ItemOutcome:
        draft = Draft.of(LenientBody(item.content))
        creation = Creation(self._ctx, self._caller, command_options, draft)
        if not item.declare:
            return ItemOutcome(Done(await creation.create()))
        if denied := declaring_denial(self._caller.principal):
            raise refusal(denied)
        demand(self._ctx.policy, self._caller.principal, None)
        submission = derived(command_options, "submission")
        if done := await creation.declare(submission):
            return ItemOutcome(Done(done))
        return await self._declared(await creation.create(), submission)

    async def _declared(self, made: Appointment, submission: CommandOptions) -> ItemOutcome:
        commands = AppointmentCommands(self._ctx, self._caller, submission)
        try:
            return ItemOutcome(await commands.execute(made.pre_entry_no, command_requests.submission()))
        except Exception as error:  # noqa: BLE001 as above; the outcome includes the draft that was saved
            return ItemOutcome(Done(made), as_refusal(error))


def own_key(client_key: str) -> str:
    """Returns the key of an item that has a ``client_key``, the same in all batches."""
    return sha256(f"client_key {client_key}".encode()).hexdigest()


def derived(command_options: CommandOptions, part: str) -> CommandOptions:
    """Returns the options for a part of a request; a repeated request gives the part the same key."""
    return replace(
        command_options, key=sha256(f"{command_options.key}\n{part}".encode()).hexdigest(), versions=None, anything=True
    )
