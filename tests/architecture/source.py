"""The code base as its own tests read it: our folders, their files, their syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Folders at the root that hold no code of the product.
NOT_PACKAGES = frozenset({"build", "deploy", "dist", "docs", "tests", "web"})

#: The folders that run the same way for ever, and so must not ask what time it is.
TIMELESS = ("domain", "states", "workflows")


def packages() -> tuple[str, ...]:
    """The folders of the product, by name."""
    return tuple(
        sorted(init.parent.name for init in ROOT.glob("*/__init__.py") if init.parent.name not in NOT_PACKAGES)
    )


def files(*folders: str) -> Iterator[Path]:
    """The Python files of these folders, generated ones apart; without folders, of the product and its tests."""
    for folder in folders or (*packages(), "tests"):
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if "versions" not in path.parts)
    if not folders:
        yield ROOT / "worker.py"


def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path, node: ast.AST) -> str:
    """``file:line``, as an editor opens it."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def imported(module: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Every module a file imports, with the import."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node, node.module
