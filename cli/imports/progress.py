"""Progress bar of an import that takes long."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

from runtime.imports.job import Advance

#: A shorter import shows no progress bar.
PATIENCE_SECONDS = 2


@contextmanager
def bar(console: Console, title: str, total: int | None) -> Iterator[Advance]:
    """Yields a function that takes the number of finished rows; a progress bar appears when it takes long."""
    progress, began = Progress(console=console, transient=True), time.monotonic()
    task = progress.add_task(title, total=total)

    def advance(done: int) -> None:
        if not progress.live.is_started and time.monotonic() - began > PATIENCE_SECONDS:
            progress.start()
        progress.update(task, completed=done)

    try:
        yield advance
    finally:
        if progress.live.is_started:
            progress.stop()
