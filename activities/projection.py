"""``project``: writes event rows and the read row in one transaction."""

from typing import Protocol

from sqlalchemy import Engine
from temporalio import activity

from activities.contracts import PROJECT, Project
from db import projections
from domain.appointment import Appointment


class Digester(Protocol):
    """The owner of the keys."""

    def digests(self, appointment: Appointment) -> dict[str, str]:
        """Returns the keyed hash of each personal field by which appointments are found."""


class Projection:
    """Idempotent by (pre_entry_no, version): a retry writes nothing."""

    def __init__(self, engine: Engine, digester: Digester) -> None:
        self._engine = engine
        self._digester = digester

    @activity.defn(name=PROJECT, no_thread_cancel_exception=True)
    def project(self, request: Project) -> None:
        """Writes the events that are missing.

        A local activity refuses an event that differs from the written one. A regular activity voids that one,
        because it starts only after the workflow task that asked for it is durable.
        """
        durable = not activity.info().is_local
        projections.project(self._engine, request.events, durable=durable, digests=self._digester.digests)
