"""Where commands print, and how they fail."""

from typing import NoReturn

import typer
from rich.console import Console


def out() -> Console:
    """Standard output."""
    return Console(soft_wrap=True)


def fail(chinese: str, english: str, *, code: int = 1) -> NoReturn:
    """Ends the command with a message in both languages on standard error."""
    Console(stderr=True, soft_wrap=True).print(f"[red]✗[/] {chinese}\n  {english}", highlight=False)
    raise typer.Exit(code)
