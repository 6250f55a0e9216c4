"""The generated pages of docs/: ``python -m cli.docs`` writes them, ``--check`` fails if one is out of date."""

import sys
from collections.abc import Callable
from pathlib import Path

import domain.problems.page
import runtime.settings_page
import states.page
from cli import decisions

ROOT = Path(__file__).parents[1]

#: path from the root of the repository → the function that returns the text of the page.
PAGES: dict[str, Callable[[], str]] = {
    "docs/states.md": states.page.page,
    "docs/problems.md": domain.problems.page.page,
    "docs/settings.md": runtime.settings_page.page,
    "docs/decisions/README.md": decisions.page,
}


def stale(root: Path) -> tuple[str, ...]:
    """Returns the pages whose committed text is missing or differs from the generated one."""
    return tuple(path for path, page in PAGES.items() if _text(root / path) != page())


def write(root: Path) -> None:
    """Writes every page."""
    for path, page in PAGES.items():
        (root / path).write_text(page(), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Returns the exit code: 1 if ``--check`` finds a stale page."""
    if "--check" not in arguments:
        write(ROOT)
        return 0
    outdated = stale(ROOT)
    for path in outdated:
        sys.stderr.write(f"{path} 已过期，请运行 make docs · is out of date: run make docs\n")
    return 1 if outdated else 0


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
