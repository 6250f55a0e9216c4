"""Errors of a command on its way to a workflow, each with the faults that explain it to the sender."""

from domain.problems import Fault, leading_code

#: Seconds after which a sender that has to slow down may send again.
RETRY_SECONDS = 2


class CommandFailed(Exception):
    """A command that was not done, or whose outcome is unknown; ``code`` is the leading one of its ``faults``."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        self.code = leading_code(faults)
        super().__init__(self.code)


class Refused(CommandFailed):
    """The workflow refused the command: nothing was done."""


class OutcomeUnknown(CommandFailed):
    """No answer came in time: the command may have taken effect, or may do so later."""

    def __init__(self) -> None:
        super().__init__(Fault(code="outcome.unknown"))


class Crowded(CommandFailed):
    """Too many commands to one workflow at a time: nothing was done."""

    def __init__(self) -> None:
        super().__init__(Fault(code="rate.limited", facts={"retry_after": RETRY_SECONDS}))


class TemporalUnavailable(CommandFailed):
    """Temporal cannot be used by this process: nothing was done."""

    def __init__(self) -> None:
        super().__init__(Fault(code="temporarily.unavailable"))


class ProcessMissing(CommandFailed):
    """The workflow of an open appointment is gone; ``yuyue revive`` brings it back."""

    def __init__(self, pre_entry_no: str) -> None:
        super().__init__(Fault(code="process.missing", facts={"pre_entry_no": pre_entry_no}))


class Closed(Exception):
    """The appointment has no running workflow: it ended, or never began."""
