"""The workflows that a worker registers, and the sandbox in which they run: the same for worker, tests and replay."""

from typing import Any

from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workflows import activation_order
from workflows.appointment import AppointmentWorkflow
from workflows.collection import CollectionWorkflow
from workflows.health import HealthWorkflow
from workflows.receipt_pull import ReceiptPullWorkflow
from workflows.upkeep import UpkeepWorkflow
from workflows.webhooks import WebhooksWorkflow

WORKFLOWS = (
    AppointmentWorkflow,
    CollectionWorkflow,
    HealthWorkflow,
    ReceiptPullWorkflow,
    UpkeepWorkflow,
    WebhooksWorkflow,
)

#: Passed through by name, never the whole application: the chart's library and zone information
#: cannot be loaded inside, and these three are pure.
PASSED_THROUGH = ("statemachine", "states", "domain")

_NOWHERE = StorageDriverStoreContext(target=None)


def runner() -> WorkflowRunner:
    """Returns a runner with the restrictions of the sandbox."""
    return _Runner(
        SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))
    )


class _Runner(WorkflowRunner):
    """The SDK's sandbox with two differences: local activities come first, and it is never asked for a context.

    Contexts serve codecs and payload stores that read them; our converter has none. To compute them cost a fifth of
    the worker's time (``docs/performance.md``). With such a codec, remove the two context methods of ``_Instance``.
    """

    def __init__(self, sandboxed: SandboxedWorkflowRunner) -> None:
        self._sandboxed = sandboxed

    def prepare_workflow(self, defn: Any) -> None:
        self._sandboxed.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Instance(self._sandboxed.create_instance(det))

    def set_worker_level_failure_exception_types(self, types: Any) -> None:
        self._sandboxed.set_worker_level_failure_exception_types(types)


class _Instance(WorkflowInstance):
    def __init__(self, sandboxed: WorkflowInstance) -> None:
        self._sandboxed = sandboxed

    def activate(self, act: Any) -> Any:
        return activation_order.activate(act, self._sandboxed.activate)

    def get_serialization_context(self, command_info: Any) -> None:
        """None: the converter takes no context."""

    def get_external_store_context(self, command_info: Any) -> StorageDriverStoreContext:  # noqa: ARG002 of the SDK
        return _NOWHERE

    def get_info(self) -> Any:
        return self._sandboxed.get_info()

    def get_thread_id(self) -> int | None:
        return self._sandboxed.get_thread_id()
