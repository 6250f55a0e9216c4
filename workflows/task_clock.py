"""The time of events: the start of the workflow task in which they happen.

``workflow.now()`` runs ahead within a task: each local activity that ends moves it on by the time it took. An attempt
that was lost after a slow one would then look younger than the attempt that replaced it, and its rows would be kept.
The server gives the starts of tasks, and never starts one before it has given up the one before.
"""

from datetime import datetime

from temporalio import workflow


class TaskClock:
    """Gives the start of the current workflow task. Ask once in each task before a local activity ends in it."""

    def __init__(self) -> None:
        self._history_length = -1
        self._started_at = workflow.info().workflow_start_time

    def task_started_at(self) -> datetime:
        """Returns the start of the current workflow task, in UTC."""
        length = workflow.info().get_current_history_length()
        if length != self._history_length:
            self._history_length, self._started_at = length, workflow.now()
        return self._started_at
