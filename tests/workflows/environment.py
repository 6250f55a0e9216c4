"""A real Temporal server on which every workflow has a clock of its own, that moves only when told to."""

from temporalio.common import SearchAttributeKey
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from cli.up.parts import temporal_binary
from workflows.contracts import SEARCH_ATTRIBUTES

_KEY = {"Keyword": SearchAttributeKey.for_keyword, "Datetime": SearchAttributeKey.for_datetime}
_DYNAMIC = (
    "frontend.WorkflowTimeSkippingEnabled=true",
    "limit.historyCount.suggestContinueAsNew=120",  # so that continue-as-new comes within a test
)


async def start() -> WorkflowEnvironment:
    """The one home of what is experimental about moving clocks."""
    return await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        data_converter=pydantic_data_converter,
        dev_server_existing_path=temporal_binary(),
        dev_server_extra_args=[part for value in _DYNAMIC for part in ("--dynamic-config-value", value)],
        dev_server_log_level="error",
        search_attributes=[_KEY[kind](name) for name, kind in SEARCH_ATTRIBUTES.items()],
    )
