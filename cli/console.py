"""Output and failure of commands."""

from datetime import datetime
from typing import NoReturn

import typer
from rich.console import Console


def out() -> Console:
    """Returns the console of standard output."""
    return Console(soft_wrap=True)


def moment(at: datetime | None) -> str:
    """Returns an instant to the minute, in Shanghai; an empty text for None."""
    from domain.instants import local

    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""


def fail(chinese: str, english: str, *, code: int = 1) -> NoReturn:
    """Ends the command with a message in both languages on standard error."""
    err = Console(stderr=True, soft_wrap=True, highlight=False)
    err.print("✗", style="red", end=" ")
    err.print(f"{chinese}\n  {english}", markup=False)
    raise typer.Exit(code)
