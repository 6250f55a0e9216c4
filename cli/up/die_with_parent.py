"""Runs a command that cannot outlive the process that started it: ``python die_with_parent.py PARENT_PID COMMAND…``.

The kernel kills the command when its parent ends, however it ends (kill -9 too). This is a program of its
own and not a ``preexec_fn``, because no Python may run between fork and exec in a process with threads.
Only Linux knows the request; elsewhere the supervisor's own stop is all there is.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Asks for SIGKILL at the parent's end; ends at once when the parent has ended already."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the parent has ended")


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
