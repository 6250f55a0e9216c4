"""The list of all activities, for a worker to register."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Engine

from activities.assessment import Assessment
from activities.collection import Collection
from activities.declarations import Declarations, LookUp
from activities.delivery import DeliveryActivity, MessageSender, Opener
from activities.health import HealthActivity, HealthJob
from activities.projection import Projection
from activities.receipts import Puller, ReceiptActivity
from activities.recovery import RecoveryActivity
from activities.upkeep import Job, Upkeep
from domain.policy import Policy

#: Sender and receiver in the envelope of a message.
SENDER, RECEIVER = "YUYUE", "CUSTOMS"


class Background(NamedTuple):
    """Collaborators of what a worker does beside the effects of appointments."""

    jobs: Sequence[Job] = ()
    health: Mapping[str, HealthJob] = MappingProxyType({})
    puller: Puller | None = None


NO_BACKGROUND = Background()


class Customs(MessageSender, LookUp, Protocol):
    """Customs: takes messages and answers look-ups."""


def effects(
    engine: Engine,
    policy: Policy,
    background: Background = NO_BACKGROUND,
    *,
    customs: Customs,
    quick: LookUp,
    opener: Opener,
    files: Collection,
) -> list[Callable[..., Any]]:
    """Returns the activities of ``activities.contracts``, each with its collaborators.

    ``quick`` gives up within seconds.
    """
    declarations = Declarations(engine, policy, quick=quick, patient=customs)
    checks, receipts = HealthActivity(engine, background.health), ReceiptActivity(background.puller)
    return [
        Assessment(engine, policy).assess,
        Projection(engine, opener).project,
        DeliveryActivity(engine, customs, opener, sender_id=SENDER, receiver_id=RECEIVER).deliver,
        declarations.judge,
        declarations.recheck,
        declarations.release,
        files.collect,
        RecoveryActivity(engine).recover,
        Upkeep(background.jobs).keep_up,
        checks.run,
        checks.interrupted,
        receipts.is_due,
        receipts.pull,
    ]
