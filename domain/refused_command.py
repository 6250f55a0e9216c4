"""A command that was refused: it changed nothing, so no event tells of it."""

from datetime import datetime

from domain.actor import Actor
from domain.model import Model
from domain.problems.kinds import Fault


class RefusedCommand(Model):
    """A command that was refused at ``version``, with all its faults; ``command`` is the name of its Update.

    ``received_at`` and ``address`` are those of the last of ``times`` equal refusals since ``first_at``.
    """

    pre_entry_no: str
    version: int
    command: str
    actor: Actor
    address: str | None = None
    faults: tuple[Fault, ...]
    policy_version: str
    first_at: datetime
    received_at: datetime
    times: int = 1
