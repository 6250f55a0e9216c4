"""The Temporal client, configured by Temporal's own standard variables and profiles.

``TEMPORAL_ADDRESS``, ``TEMPORAL_NAMESPACE``, ``TEMPORAL_API_KEY``, ``TEMPORAL_TLS_…``, ``TEMPORAL_PROFILE``,
``TEMPORAL_CONFIG_FILE``: the same process on the embedded server, a cluster or a cloud.
"""

import dataclasses
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from temporalio.api.errordetails.v1 import NamespaceNotFoundFailure
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.envconfig import ClientConfig
from temporalio.service import GrpcCompression, RPCError, RPCStatusCode

from runtime.codec import Codec
from runtime.sealing import parse_keys
from runtime.settings import Settings
from workflows.contracts import SEARCH_ATTRIBUTES

#: The defaults for address and namespace.
ADDRESS, NAMESPACE = "localhost:7233", "default"
CONNECT_TIMEOUT = ASK_TIMEOUT = timedelta(seconds=5)


class ConfigError(ValueError):
    """Temporal's own variables or its file of profiles cannot be used."""


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """Returns a client with the pydantic converter. A lazy one connects at its first call; a worker cannot use it.

    Raises ``KeyringError`` when the keys of the payload codec cannot be used, and ``ConfigError``.
    """
    where = config()
    return await Client.connect(
        **where,
        grpc_compression=compression(where["target_host"]),
        data_converter=_converter(settings),
        connect_timeout=CONNECT_TIMEOUT,
        lazy=lazy,
    )


def compression(target_host: str) -> GrpcCompression:
    """Returns no compression for a server on this machine, where it costs processor time and saves nothing."""
    host = target_host.rpartition(":")[0].strip("[]")
    try:
        return GrpcCompression.NONE if ip_address(host).is_loopback else GrpcCompression.GZIP
    except ValueError:
        return GrpcCompression.NONE if host == "localhost" else GrpcCompression.GZIP


def config() -> dict[str, Any]:
    """Returns the arguments of the connection from Temporal's own settings. Raises ``ConfigError``."""
    try:
        return {"target_host": ADDRESS, "namespace": NAMESPACE, **ClientConfig.load_client_connect_config()}
    except Exception as error:
        if type(error).__name__ != ConfigError.__name__:  # the SDK's own has no name that can be imported
            raise
        raise ConfigError(str(error)) from error


async def missing_attributes(client: Client) -> dict[str, str]:
    """Returns our search attributes that the namespace lacks, name → type; none where the server cannot list them."""
    request = ListSearchAttributesRequest(namespace=client.namespace)
    try:
        known = (await client.operator_service.list_search_attributes(request, timeout=ASK_TIMEOUT)).custom_attributes
    except RPCError as error:
        if error.status in (RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED):
            return {}
        raise
    return {name: kind for name, kind in SEARCH_ATTRIBUTES.items() if name not in known}


def _converter(settings: Settings) -> DataConverter:
    """Returns the pydantic converter, with encryption if the settings have keys for it."""
    if settings.payload_codec is None:
        return pydantic_data_converter
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=Codec(parse_keys(settings.payload_codec.get_secret_value())),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def marks_stuck_workflows(client: Client) -> bool:
    """Returns True if this server marks workflows whose tasks fail; a self-hosted one does so only if configured."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    described = await client.workflow_service.describe_namespace(request, timeout=ASK_TIMEOUT)
    return described.namespace_info.capabilities.reported_problems_search_attribute


def stuck_workflows_filter(settings: Settings) -> str:
    """Returns the list filter for our workflows whose tasks fail again and again, so that nothing reaches them.

    The server marks them after some failures in a row, and removes the mark with the first success.
    """
    marked = 'TemporalReportedProblems IS NOT NULL AND ExecutionStatus = "Running"'
    return f'{marked} AND TaskQueue = "{settings.task_queue}"'


def lacks_namespace(error: RPCError) -> bool:
    """Returns True if the server has no namespace of the name in the settings; it answers NOT_FOUND for that, too."""
    missing = NamespaceNotFoundFailure.DESCRIPTOR
    return error.status is RPCStatusCode.NOT_FOUND and any(each.Is(missing) for each in error.grpc_status.details)


def lacks_workflow(error: RPCError) -> bool:
    """Returns True if no workflow of that id runs; it has ended, or there never was one."""
    return error.status is RPCStatusCode.NOT_FOUND and not lacks_namespace(error)


def lacks_attributes(error: RPCError) -> bool:
    """Returns True if the namespace lacks a search attribute of ours, which only the server's message tells."""
    return error.status is RPCStatusCode.INVALID_ARGUMENT and "search attribute" in error.message


def unreachable(error: BaseException | None) -> bool:
    """Returns True if a lazy client could not connect: the SDK raises a bare ``RuntimeError`` and has sent nothing."""
    return type(error) is RuntimeError and str(error).startswith("Failed client connect")
