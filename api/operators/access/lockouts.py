"""Login names that have to wait after failed logins; an administrator lifts the wait."""

from fastapi import APIRouter, status

from api.context import CallerDep, Context, ContextDep
from api.operators.recording import record_act
from api.views import Shown, View
from db import attempts, users
from db.engine import writing
from identity.lockout import subject_of

router = APIRouter(prefix="/ops/v1/access/lockouts", tags=["operators"])

MOST = 500


class LockoutView(View):
    """A name that may not be tried before ``wait_until``; ``username`` is null for a name that no user has.

    ``lockout_id`` is a keyed hash of the name: people type passwords into that field.
    """

    lockout_id: str
    username: str | None
    failures: int
    last_at: Shown
    wait_until: Shown


class LockoutsView(View):
    """Names that have to wait, the longest wait first, 500 at most."""

    items: list[LockoutView]


@router.get("")
def list_lockouts(ctx: ContextDep, caller: CallerDep) -> LockoutsView:
    """Returns who is locked out, and until when."""
    waiting = ctx.read_sync(lambda session: attempts.waiting(session, caller.received_at, limit=MOST))
    names = _names(ctx) if waiting else {}
    return LockoutsView(
        items=[
            LockoutView(
                lockout_id=subject,
                username=names.get(subject),
                failures=each.failures,
                last_at=each.last_at,
                wait_until=each.wait_until or each.last_at,
            )
            for subject, each in waiting.items()
        ]
    )


@router.delete("/{lockout_id}", status_code=status.HTTP_204_NO_CONTENT)
def lift_lockout(ctx: ContextDep, caller: CallerDep, lockout_id: str) -> None:
    """Lifts the wait: the name may be tried at once, and the next failure counts as the first."""
    name = _names(ctx).get(lockout_id)
    with writing(ctx.engine) as session:
        attempts.clear(session, lockout_id)
        record_act(session, ctx, caller, "lockout.lifted", about=name or lockout_id[:16])


def _names(ctx: Context) -> dict[str, str]:
    """Returns the keyed hash of each user's name → the name."""
    known = ctx.read_sync(users.names)
    return {subject_of(name, ctx.sealer.fingerprint): name for name in known}
