"""The items of a batch, carried out side by side: each is refused or done for itself."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from api.acts import Act, Acts, Done
from api.appointments import building
from api.appointments.assessing import as_submitted
from api.appointments.batch.bodies import AnyItem, CancelItem, CreateItem, FeedbackItem, SubmitItem
from api.appointments.creation import Creation, Draft
from api.context import Caller, Context, Wish
from api.given import Given
from api.problems import Refusal, as_refusal, refusal, refuse_if
from api.signing import demand
from db import queries
from domain.appointment import Appointment
from identity.authorization import declaring_denial

#: Items under way at a time, so that one request does not crowd out the others.
AT_A_TIME = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item: ``done``, ``refused``, or both for a draft that was saved and then not declared."""

    done: Done | None = None
    refused: Refusal | None = None


class Batch:
    """The items of one request."""

    def __init__(self, the: Context, who: Caller, how: Wish) -> None:
        self._the = the
        self._who = who
        self._how = how
        self._turns = asyncio.Semaphore(AT_A_TIME)

    async def carry_out(self, items: Sequence[AnyItem]) -> list[Outcome]:
        """Outcomes in the order of the items. Nothing goes on behind the answer."""
        chains: dict[str, list[int]] = {}
        for place, item in enumerate(items):
            number = f"new {place}" if isinstance(item, CreateItem) else item.pre_entry_no
            chains.setdefault(number, []).append(place)
        outcomes: dict[int, Outcome] = {}
        await asyncio.gather(*(self._chain(items, places, outcomes) for places in chains.values()))
        return [outcomes[place] for place in range(len(items))]

    async def _chain(self, items: Sequence[AnyItem], places: Iterable[int], outcomes: dict[int, Outcome]) -> None:
        """Acts on one appointment, one after the other."""
        for place in places:
            async with self._turns:
                outcomes[place] = await self._outcome(items[place], self._wish(place, items[place]))

    def _wish(self, place: int, item: AnyItem) -> Wish:
        """The item's own key: the same item has one effect in whatever batch when it names a ``client_key``."""
        if item.client_key is not None:
            return replace(self._how, key=own_key(item.client_key), chosen=True, versions=None, anything=True)
        return derived(self._how, f"item {place}")

    async def _outcome(self, item: AnyItem, wish: Wish) -> Outcome:
        try:
            return await self._done(item, wish)
        except Exception as error:  # noqa: BLE001 it becomes the item's problem, and is logged unless it is a refusal
            return Outcome(refused=as_refusal(error))

    async def _done(self, item: AnyItem, wish: Wish) -> Outcome:
        if isinstance(item, CreateItem):
            return await self._created(item, wish)
        if item.version is not None:
            wish = replace(wish, versions=frozenset({item.version}), anything=False)
        act = self._act(item)
        return Outcome(await Acts(self._the, self._who, wish).carry_out(item.pre_entry_no, act))

    def _act(self, item: SubmitItem | CancelItem | FeedbackItem) -> Act:
        match item:
            case SubmitItem():
                return building.submission(item.signature)
            case CancelItem():
                return building.cancellation(self._the, item.pre_entry_no, item.reason, item.signature)
            case FeedbackItem():
                return building.feedback(item.declaration_numbers, item.signature)

    async def _created(self, item: CreateItem, wish: Wish) -> Outcome:
        draft = Draft.of(Given(item.content))
        if item.declare:
            if denied := declaring_denial(self._who.principal):
                raise refusal(denied)
            demand(self._the.policy, self._who.principal, None)
            await self._refuse_undeclarable(draft, wish)
        made = await Creation(self._the, self._who, wish, draft).create()
        return await self._declared(made, wish) if item.declare else Outcome(Done(made))

    async def _refuse_undeclarable(self, draft: Draft, wish: Wish) -> None:
        """All faults at once, before anything is saved; what this key has made is judged when it is declared."""
        code, content = self._who.code, draft.content
        if await self._the.read(lambda session: queries.creation(session, code, wish.key)):
            return
        decision = await self._the.read(lambda session: as_submitted(session, self._the, self._who, content))
        refuse_if(draft.all_faults(decision.faults))

    async def _declared(self, made: Appointment, wish: Wish) -> Outcome:
        acts = Acts(self._the, self._who, derived(wish, "submission"))
        try:
            return Outcome(await acts.carry_out(made.pre_entry_no, building.submission()))
        except Exception as error:  # noqa: BLE001 as above; what was saved is told all the same
            return Outcome(Done(made), as_refusal(error))


def own_key(client_key: str) -> str:
    """The key of an item that names its own, whatever batch it comes in."""
    return sha256(f"client_key {client_key}".encode()).hexdigest()


def derived(wish: Wish, part: str) -> Wish:
    """The same wish for a part of it; asked again, it has the same key."""
    return replace(wish, key=sha256(f"{wish.key}\n{part}".encode()).hexdigest(), versions=None, anything=True)
