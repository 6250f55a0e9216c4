"""Python's garbage collection around the start of a process that runs for long.

What a start makes, modules above all, stays until the end. To look through it again and again while it grows takes a
fifth of the start, and afterwards each full collection would stop the process for a tenth of a second
(``docs/performance.md``).
"""

import gc


def postpone() -> None:
    """Stops collections until ``set_aside``."""
    gc.disable()


def set_aside() -> None:
    """Exempts what exists now from all collections, and begins to collect what comes after it."""
    gc.freeze()
    gc.enable()
