"""Where commands print, and how they fail."""

from typing import NoReturn

import typer
from rich.console import Console


def out() -> Console:
    """Standard output."""
    return Console(soft_wrap=True)


def fail(chinese: str, english: str, *, code: int = 1) -> NoReturn:
    """Ends the command with a message in both languages on standard error."""
    err = Console(stderr=True, soft_wrap=True, highlight=False)
    err.print("✗", style="red", end=" ")
    err.print(f"{chinese}\n  {english}", markup=False)
    raise typer.Exit(code)
