"""Aborts a Python that has loaded Temporal's SDK and dismantles itself, every time: the SDK does it now and then.

Python imports a module of this name at its start; the folder is in ``PYTHONPATH`` of the commands under test.
"""

import atexit
import os
import sys


class Aborting:
    """An object that a dismantled interpreter drops last."""

    def __del__(self) -> None:
        os.abort()


@atexit.register
def _plant() -> None:
    if "temporalio" in sys.modules:
        sys.aborting = Aborting()  # type: ignore[attr-defined]
