"""Where commands print, and how they fail."""

from datetime import datetime
from typing import NoReturn

import typer
from rich.console import Console


def out() -> Console:
    """Standard output."""
    return Console(soft_wrap=True)


def moment(at: datetime | None) -> str:
    """To the minute, on the clock of Shanghai; nothing for none."""
    from domain.instants import local

    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""


def fail(chinese: str, english: str, *, code: int = 1) -> NoReturn:
    """Ends the command with a message in both languages on standard error."""
    err = Console(stderr=True, soft_wrap=True, highlight=False)
    err.print("✗", style="red", end=" ")
    err.print(f"{chinese}\n  {english}", markup=False)
    raise typer.Exit(code)
