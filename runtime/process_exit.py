"""The end of a process that may have loaded Temporal's SDK."""

import atexit
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

SDK = "temporalio"
#: The interpreter's own codes for an error without a handler, output that could not be written, and Ctrl-C.
UNHANDLED, UNWRITTEN, INTERRUPTED = 1, 120, 130


@contextmanager
def keeping_exit_code() -> Iterator[None]:
    """Ends the process after the block with the code that the block ends with, once the SDK is loaded.

    Threads of the SDK's core may drop Python objects while the interpreter dismantles itself, which then aborts, and
    SIGABRT takes the place of the code. So this does all that the interpreter does at its end except that.
    """
    try:
        yield
        code = 0
    except BaseException as error:
        if not _is_loaded():
            raise
        code = _code_of(error)
    if _is_loaded():
        _leave(code)


def _is_loaded() -> bool:
    return SDK in sys.modules


def _code_of(error: BaseException) -> int:
    """Returns the exit code of an error that nobody has handled, and prints what the interpreter would."""
    if isinstance(error, SystemExit):
        if error.code is None or isinstance(error.code, int):
            return error.code or 0
        sys.stderr.write(f"{error.code}\n")
        return UNHANDLED
    sys.excepthook(type(error), error, error.__traceback__)
    return INTERRUPTED if isinstance(error, KeyboardInterrupt) else UNHANDLED


def _leave(code: int) -> NoReturn:
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 joins threads, those of executors too
    atexit._run_exitfuncs()  # noqa: SLF001 as the interpreter does, and in its order
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = code or UNWRITTEN
    os._exit(code)
