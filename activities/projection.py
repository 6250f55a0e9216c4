"""``project``: event rows and read row in one transaction."""

from sqlalchemy import Engine
from temporalio import activity

from activities.contracts import PROJECT, Project
from db import projections


class Projection:
    """Idempotent by (pre_entry_no, version): asked twice, it writes once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @activity.defn(name=PROJECT, no_thread_cancel_exception=True)
    def project(self, request: Project) -> None:
        """Writes what is not there yet; refuses an event that differs from the one already written.

        Unless it is a regular activity: that begins only once the workflow task that asked for it is durable.
        """
        projections.project(self._engine, request.events, durable=not activity.info().is_local)
