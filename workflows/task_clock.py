"""When things happened: at the start of the workflow task in which they did.

``workflow.now()`` runs ahead within a task: each local activity that ends moves it on by the time it took. An attempt
that was lost after a slow one would then look younger than the attempt that took its place, and its rows would stand.
Starts of tasks are given by the server, which never starts one before it has given up the one before.
"""

from datetime import datetime

from temporalio import workflow


class TaskClock:
    """The start of the present workflow task, provided that it is read before a local activity ends in it."""

    def __init__(self) -> None:
        self._history_length = -1
        self._began = workflow.info().workflow_start_time

    def began(self) -> datetime:
        """Aware, UTC."""
        length = workflow.info().get_current_history_length()
        if length != self._history_length:
            self._history_length, self._began = length, workflow.now()
        return self._began
