"""Nothing in the tree points to the machine it was written on."""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

HOME = re.compile(r"(?<![\w.])/(?:home|Users)/\w+|(?<![\w.])/(?:root|work)/|[A-Z]:\\\\Users")
SKIPPED = {"__pycache__", "yuyue.egg-info", "dist", "node_modules"}
#: Only at the root: what setuptools leaves behind.
LEFT_BEHIND = "build"
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|--(?:extra-)?index.url", re.IGNORECASE)


@cache
def _texts() -> dict[str, str]:
    """Every text file of the repository but this one, by path; caches and the environment are hidden folders."""
    kept = {str(path.relative_to(ROOT)): path for path in _files() if path != Path(__file__)}
    return {name: path.read_text(encoding="utf-8", errors="replace") for name, path in kept.items()}


def _files() -> Iterator[Path]:
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [name for name in inner if not _skipped(Path(folder), name)]
        # `.git` is a file in a work tree that is not the first one.
        yield from (Path(folder, name) for name in names if name != ".git")


def _skipped(folder: Path, name: str) -> bool:
    # Hidden folders are recognised by name: some of them come into being while the tests run.
    hidden = name.startswith(".") and name != ".ci"
    return hidden or name in SKIPPED or (name == LEFT_BEHIND and folder == ROOT)


@pytest.mark.parametrize("pattern", [HOME, REGISTRY], ids=["machine paths", "registry hosts"])
def test_no_file_names_a_machine_or_a_registry(pattern: re.Pattern[str]) -> None:
    assert [(path, match.group()) for path, text in _texts().items() for match in pattern.finditer(text)] == []


@pytest.mark.parametrize(
    ("specimen", "found"),
    [("/home/li/yuyue", True), ("cd /root/x", True), ("/ops/v1/appointments", False), ("docs/home/page", False)],
)
def test_a_machine_path_is_recognised(specimen: str, found: bool) -> None:
    assert bool(HOME.search(specimen)) == found
