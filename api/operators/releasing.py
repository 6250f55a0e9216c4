"""解除违约: ends a breach, or asks a second operator to, where policy wants two persons."""

from fastapi.concurrency import run_in_threadpool

from api.appointments.access import require_with_current_deadlines
from api.appointments.commands import AppointmentCommands, CommandRequest, not_permitted
from api.context import Caller, CommandOptions, Context
from api.http.problems import Refusal
from api.operators.two_persons import ApprovalView, Wanted, ask
from db.approvals import ApprovalKind
from domain.appointment import Appointment
from identity.authorization import Right
from states.appointment import permits
from workflows.contracts import Release


class Releasing:
    """Releases for one caller; ``options`` has the key of the command or of the request for it."""

    def __init__(self, ctx: Context, caller: Caller, options: CommandOptions) -> None:
        self._ctx = ctx
        self._caller = caller
        self._options = options

    async def release_or_ask(self, pre_entry_no: str, reason: str) -> Appointment | ApprovalView:
        """Returns the released appointment, or the request that waits for another operator."""
        if self._ctx.policy.two_persons.release:
            return await run_in_threadpool(self._ask, pre_entry_no, reason)
        return await self.release(pre_entry_no, reason)

    async def release(self, pre_entry_no: str, reason: str) -> Appointment:
        """Ends the breach. Raises Refusal when there is none."""
        sealed = self._ctx.sealer.seal(reason, context=f"{pre_entry_no}/release_reason")
        request = CommandRequest(Release, {"reason": sealed}, {"reason": reason}, right=Right.INTERVENE)
        done = await AppointmentCommands(self._ctx, self._caller, self._options).execute(pre_entry_no, request)
        return done.appointment

    def _ask(self, pre_entry_no: str, reason: str) -> ApprovalView:
        """Stores the request. Raises Refusal when there is nothing to release."""
        ctx, caller = self._ctx, self._caller
        known = ctx.read_sync(lambda session: require_with_current_deadlines(session, ctx, caller, pre_entry_no))
        if not permits(known.standing, "release"):
            raise Refusal([not_permitted(known)])
        return ask(ctx, caller, self._options, Wanted(ApprovalKind.RELEASE, pre_entry_no, reason, {}))
