"""Python's garbage collection around the start of a process that runs for long.

What a start makes, modules above all, stays until the end. To look through it again and again while it grows takes a
fifth of the start, and afterwards each full collection would stop the process for a tenth of a second
(``docs/performance.md``).
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

#: More collections of the middle generation than one block ever sees.
_NEVER = 2**31 - 1


def postpone() -> None:
    """Stops collections until ``set_aside``."""
    gc.disable()


def set_aside() -> None:
    """Exempts what exists now from all collections, and begins to collect what comes after it."""
    gc.freeze()
    gc.enable()


@contextmanager
def without_full_collections() -> Iterator[None]:
    """Puts full collections off while many objects are made that live until the end of the block.

    A full collection looks at all of them, finds nothing, and stops every thread of the process for up to a second
    (``make bench-registers``). Young garbage is collected as before. Blocks of several threads may overlap.
    """
    _puts_off(1)
    try:
        yield
    finally:
        _puts_off(-1)


class _PutOff:
    """Blocks that are open, and the thresholds to restore after the last one."""

    lock = Lock()
    blocks = 0
    thresholds = gc.get_threshold()


def _puts_off(change: int) -> None:
    with _PutOff.lock:
        if _PutOff.blocks == 0:
            _PutOff.thresholds = gc.get_threshold()
        _PutOff.blocks += change
        young, middle, full = _PutOff.thresholds
        gc.set_threshold(young, middle, _NEVER if _PutOff.blocks else full)
