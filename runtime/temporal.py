"""The Temporal client, told by Temporal's own standard variables and profiles.

``TEMPORAL_ADDRESS``, ``TEMPORAL_NAMESPACE``, ``TEMPORAL_API_KEY``, ``TEMPORAL_TLS_…``, ``TEMPORAL_PROFILE``,
``TEMPORAL_CONFIG_FILE``: the same process on the embedded server, a cluster or a cloud.
"""

import dataclasses
from datetime import timedelta
from typing import Any

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError, RPCStatusCode

from runtime.codec import Codec
from runtime.sealing import parse_keys
from runtime.settings import Settings
from workflows.contracts import SEARCH_ATTRIBUTES

#: Where Temporal is looked for when nothing says otherwise.
ADDRESS, NAMESPACE = "localhost:7233", "default"
CONNECT_TIMEOUT = ASK_TIMEOUT = timedelta(seconds=5)


class ConfigError(ValueError):
    """Temporal's own variables or its file of profiles cannot be used."""


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """A client that speaks pydantic. A lazy one connects at its first call; a worker cannot use it.

    Raises ``KeyringError`` when the keys of the payload codec cannot be used, and ``ConfigError``.
    """
    return await Client.connect(
        **config(),
        data_converter=_converter(settings),
        connect_timeout=CONNECT_TIMEOUT,
        lazy=lazy,
    )


def config() -> dict[str, Any]:
    """What Temporal's own settings say of the connection. Raises ``ConfigError``."""
    try:
        return {"target_host": ADDRESS, "namespace": NAMESPACE, **ClientConfig.load_client_connect_config()}
    except Exception as error:
        if type(error).__name__ != ConfigError.__name__:  # the SDK's own has no name that can be imported
            raise
        raise ConfigError(str(error)) from error


async def missing_attributes(client: Client) -> dict[str, str]:
    """Our search attributes that the namespace does not have, name → type; none where the server does not tell."""
    request = ListSearchAttributesRequest(namespace=client.namespace)
    try:
        known = (await client.operator_service.list_search_attributes(request, timeout=ASK_TIMEOUT)).custom_attributes
    except RPCError as error:
        if error.status in (RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED):
            return {}
        raise
    return {name: kind for name, kind in SEARCH_ATTRIBUTES.items() if name not in known}


def _converter(settings: Settings) -> DataConverter:
    """Readable by whoever may see the server, unless the settings have keys to hide everything from it."""
    if settings.payload_codec is None:
        return pydantic_data_converter
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=Codec(parse_keys(settings.payload_codec.get_secret_value())),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def marks_standing(client: Client) -> bool:
    """Whether this server marks workflows that stand still; one of one's own does only when it is told to."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    described = await client.workflow_service.describe_namespace(request, timeout=ASK_TIMEOUT)
    return described.namespace_info.capabilities.reported_problems_search_attribute


def stuck_workflows_filter(settings: Settings) -> str:
    """The list filter for our workflows whose tasks fail again and again: no command, receipt or deadline reaches them.

    The server marks them by itself, after some failures in a row, and takes the mark back with the first success.
    """
    marked = 'TemporalReportedProblems IS NOT NULL AND ExecutionStatus = "Running"'
    return f'{marked} AND TaskQueue = "{settings.task_queue}"'


def unreachable(error: BaseException | None) -> bool:
    """Whether a lazy client could not connect: the SDK says so with a bare ``RuntimeError``, and nothing was sent."""
    return type(error) is RuntimeError and str(error).startswith("Failed client connect")
