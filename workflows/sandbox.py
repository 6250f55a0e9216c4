"""The sandbox in which the workflow runs, the same for worker, tests and replay."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

#: Passed through by name, never the whole application: the chart's library and zone information
#: cannot be loaded inside, and these three are pure.
PASSED_THROUGH = ("statemachine", "states", "domain")


def runner() -> SandboxedWorkflowRunner:
    """A runner with the restrictions on."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))
