"""Client of the Yuyue HTTP API (预约通关).

``connect`` gives a client for every call in ``yuyue_client.api``: each is retried safely, and a refusal is raised as
``ProblemError``. ``wait_for`` waits for a state.
"""

from .client import AuthenticatedClient, Client
from .connecting import connect
from .problems import ErrorItem, ProblemError
from .waiting import wait_for

__all__ = ["AuthenticatedClient", "Client", "ErrorItem", "ProblemError", "connect", "wait_for"]
