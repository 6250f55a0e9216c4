"""Checks of every part and of the records, used by commands and by the health jobs of a worker."""

from runtime.health.job_list import jobs

__all__ = ["jobs"]
