"""The Temporal client, told by Temporal's own standard variables and profiles.

``TEMPORAL_ADDRESS``, ``TEMPORAL_NAMESPACE``, ``TEMPORAL_API_KEY``, ``TEMPORAL_TLS_…``, ``TEMPORAL_PROFILE``,
``TEMPORAL_CONFIG_FILE``: the same process on the embedded server, a cluster or a cloud.
"""

from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig

from runtime.settings import Settings

ADDRESS = "localhost:7233"
CONNECT_TIMEOUT = timedelta(seconds=5)


async def connect(settings: Settings, *, lazy: bool = False) -> Client:  # noqa: ARG001 one signature for all that is told by settings
    """A client that speaks pydantic. A lazy one connects at its first call; a worker cannot use it."""
    config: dict[str, Any] = {"target_host": ADDRESS, **ClientConfig.load_client_connect_config()}
    return await Client.connect(
        **config,
        data_converter=pydantic_data_converter,
        connect_timeout=CONNECT_TIMEOUT,
        lazy=lazy,
    )


def unreachable(error: BaseException | None) -> bool:
    """Whether a lazy client could not connect: the SDK says so with a bare ``RuntimeError``, and nothing was sent."""
    return type(error) is RuntimeError and str(error).startswith("Failed client connect")
