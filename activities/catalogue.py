"""All effects at once, each with its collaborators: what a worker registers."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlalchemy import Engine

from activities.assessment import Assessment
from activities.collection import Collection
from activities.declarations import Declarations, LookUp
from activities.delivery import Channel, Delivery, Opener
from activities.projection import Projection
from activities.recovery import Recovery
from activities.upkeep import Job, Upkeep
from domain.policy import Policy

#: How we and customs are called in the envelope of a message.
SENDER, RECEIVER = "YUYUE", "CUSTOMS"


class Office(Channel, LookUp, Protocol):
    """Customs, to send to and to ask."""


def effects(
    engine: Engine,
    policy: Policy,
    *,
    office: Office,
    hurried: LookUp,
    opener: Opener,
    files: Collection,
    jobs: Sequence[Job] = (),
) -> list[Callable[..., Any]]:
    """The activities of ``activities.contracts``, bound; ``hurried`` gives up within seconds."""
    declarations = Declarations(engine, policy, quick=hurried, patient=office)
    return [
        Assessment(engine, policy).assess,
        Projection(engine).project,
        Delivery(engine, office, opener, sender_id=SENDER, receiver_id=RECEIVER).deliver,
        declarations.judge,
        declarations.recheck,
        declarations.release,
        files.collect,
        Recovery(engine).recover,
        Upkeep(jobs).keep_up,
    ]
