"""Acts on many items of a worklist: each is recorded with its reason, carried out once, and answered by itself."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated

import structlog
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from sqlmodel import Session

from api.context import Caller, CommandOptions, Context
from api.http.problems import as_refusal, refusal
from api.operators.access.acts import reason_context
from api.operators.reasons import ReasonBody
from api.operators.worklists.handlers import HANDLERS, Act, ActOutcome, ActResult, WorklistItem, row_id
from api.views import Error, View, errors
from db import deliveries, inbox, operator_acts
from db.operator_acts import OperatorAct
from db.queries import WORKLIST_KINDS, WorklistKind
from domain.problems import CATALOGUE, Fault
from identity.authorization import request_denial

MAX_ITEMS = 200
#: Items that are acted on at the same time, so that one request leaves room for others.
AT_A_TIME = 8

#: The acts on the items of each list.
ACTS: dict[WorklistKind, tuple[Act, ...]] = {
    kind: tuple(act for of, act in HANDLERS if of == kind) for kind in WORKLIST_KINDS
}

log = structlog.get_logger("api.operators")


class ActsBody(ReasonBody):
    """One act on the items with these keys, at most 200, and the reason for it."""

    act: Act
    # A list, because pydantic also reports a tuple with a faulty item as too short.
    items: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=1, max_length=MAX_ITEMS)
    ]


class ActedItemView(View):
    """Outcome of one item, and the ``state`` it is in now; ``status`` and ``code`` are those of the single call."""

    key: str
    pre_entry_no: str | None
    outcome: ActOutcome
    state: str | None
    status: int
    code: str | None
    errors: list[Error]


class ActsView(View):
    """Answers in the order of the request, each key once, and how many there are of each outcome."""

    items: list[ActedItemView]
    done: int
    unchanged: int
    refused: int


def act_faults(kind: WorklistKind, act: Act | None) -> tuple[Fault, ...]:
    """Returns ``field.invalid`` for an act that the items of the list do not know."""
    unknown = Fault(code="field.invalid", field="act", facts={"reason": "malformed"})
    return () if act is None or act in ACTS[kind] else (unknown,)


def permitted_acts(caller: Caller, kind: WorklistKind) -> tuple[Act, ...]:
    """Returns the acts on the items of a list that the caller may carry out."""
    return ACTS[kind] if request_denial(caller.principal, "POST", f"/ops/v1/worklists/{kind}/acts") is None else ()


class WorklistActs:
    """Carries out the acts of one request."""

    def __init__(self, ctx: Context, caller: Caller, options: CommandOptions, kind: WorklistKind) -> None:
        self._ctx = ctx
        self._caller = caller
        self._options = options
        self._kind = kind
        self._turns = asyncio.Semaphore(AT_A_TIME)

    async def carry_out(self, body: ActsBody) -> ActsView:
        """Returns what became of each item, when all have ended."""
        keys = list(dict.fromkeys(body.items))
        numbers = await self._ctx.read(lambda session: _numbers(session, self._kind, keys))
        chains: dict[str, list[str]] = {}
        for key in keys:
            chains.setdefault(numbers.get(key) or key, []).append(key)
        results: dict[str, ActResult] = {}
        await asyncio.gather(*(self._chain(body, chain, numbers, results) for chain in chains.values()))
        return self._view([(key, numbers.get(key), results[key]) for key in keys])

    async def _chain(
        self, body: ActsBody, keys: Sequence[str], numbers: dict[str, str], results: dict[str, ActResult]
    ) -> None:
        """Acts on the items of one appointment, one after the other."""
        for key in keys:
            async with self._turns:
                results[key] = await self._result(body, key, numbers.get(key))

    async def _result(self, body: ActsBody, key: str, number: str | None) -> ActResult:
        own = self._options_of(body.act, key)
        try:
            begun = await run_in_threadpool(self._begin, body, key, number, own.key)
            if begun.outcome == ActOutcome.DONE:
                return ActResult(ActOutcome.DONE, begun.detail)
        except Exception as error:  # noqa: BLE001 it becomes the item's problem, and is logged unless it is a refusal
            return ActResult(ActOutcome.REFUSED, refused=as_refusal(error))
        result = await self._carried_out(body, WorklistItem(self._ctx, self._caller, own, key, body.reason))
        await self._settle(own.key, key, body.act, result)
        return result

    async def _carried_out(self, body: ActsBody, item: WorklistItem) -> ActResult:
        try:
            return await HANDLERS[self._kind, body.act](item)
        except Exception as error:  # noqa: BLE001 as above
            return ActResult(ActOutcome.REFUSED, refused=as_refusal(error))

    def _options_of(self, act: Act, key: str) -> CommandOptions:
        """Returns the options with the item's own key: a request that is repeated, or cut in two, has one effect."""
        own = sha256(f"{self._options.key}\n{self._kind} {act} {key}".encode()).hexdigest()
        return replace(self._options, key=own, versions=None, anything=True)

    def _begin(self, body: ActsBody, key: str, number: str | None, own_key: str) -> OperatorAct:
        """Records the act. Raises ``idempotency.conflict`` when its key came with another reason or operator."""
        name = self._caller.principal.name
        fingerprint = self._ctx.sealer.fingerprint([self._kind, body.act, key, body.reason, name])
        act = OperatorAct(
            key=own_key,
            body_hash=fingerprint,
            act=f"{self._kind}.{body.act}",
            item=key,
            pre_entry_no=number,
            operator=name,
            at=self._caller.received_at,
            reason=self._ctx.sealer.seal(body.reason, context=reason_context(own_key)),
        )
        begun = operator_acts.begin(self._ctx.engine, act)
        if begun.body_hash != fingerprint:
            raise refusal("idempotency.conflict", "Idempotency-Key")
        return begun

    async def _settle(self, own_key: str, key: str, act: Act, result: ActResult) -> None:
        """Records what came of the act; while the database is away a repetition has to find out again."""
        detail = result.refused.code if result.refused else result.state
        outcome, now = result.outcome.value, datetime.now(UTC)
        by = self._caller.principal.name
        log.info("worklist act", kind=self._kind, act=act, item=key, outcome=outcome, detail=detail, operator=by)
        try:
            await run_in_threadpool(lambda: operator_acts.settle(self._ctx.engine, own_key, outcome, detail, at=now))
        except Exception as error:
            log.warning("the outcome of an act was not recorded", item=key, exc_info=error)

    def _view(self, results: Sequence[tuple[str, str | None, ActResult]]) -> ActsView:
        counts = {each.value: sum(result.outcome is each for _, _, result in results) for each in ActOutcome}
        return ActsView(items=[self._item(*each) for each in results], **counts)

    def _item(self, key: str, number: str | None, result: ActResult) -> ActedItemView:
        refused = result.refused
        return ActedItemView(
            key=key,
            pre_entry_no=number,
            outcome=result.outcome,
            state=result.state,
            status=CATALOGUE[refused.code].status if refused else 200,
            code=refused.code if refused else None,
            errors=errors(refused.faults, self._caller.language) if refused else [],
        )


def _numbers(session: Session, kind: WorklistKind, keys: Sequence[str]) -> dict[str, str]:
    """Returns the number of the appointment of each item that has one."""
    if kind == "deliveries":
        return {each.message_id: each.pre_entry_no for each in deliveries.by_ids(session, keys)}
    if kind == "receipts":
        rows = inbox.by_ids(session, [found for key in keys if (found := row_id(key)) is not None])
        return {str(each.id): each.pre_entry_no for each in rows if each.pre_entry_no}
    return {key: key for key in keys}
