"""Nothing in the tree points to the machine it was written on."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

HOME = re.compile(r"(?<![\w.])/(?:home|Users)/\w+|(?<![\w.])/(?:root|work)/|[A-Z]:\\\\Users")
SKIPPED = {"__pycache__", "yuyue.egg-info", "build", "dist"}
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|--(?:extra-)?index.url", re.IGNORECASE)


@cache
def _texts() -> dict[str, str]:
    """Every text file of the repository but this one, by path; caches and the environment are hidden folders."""
    found = (path for path in ROOT.rglob("*") if path.is_file() and path != Path(__file__))
    kept = {str(path.relative_to(ROOT)): path for path in found if not _skipped(path.relative_to(ROOT))}
    return {name: path.read_text(encoding="utf-8", errors="replace") for name, path in kept.items()}


def _skipped(path: Path) -> bool:
    # Hidden folders are told by their name: some of them come into being while the tests run.
    # `.git` is a file in a work tree that is not the first one.
    hidden = any(part in SKIPPED or (part.startswith(".") and part != ".ci") for part in path.parts[:-1])
    return hidden or path.name == ".git"


@pytest.mark.parametrize("pattern", [HOME, REGISTRY], ids=["machine paths", "registry hosts"])
def test_no_file_names_a_machine_or_a_registry(pattern: re.Pattern[str]) -> None:
    assert [(path, match.group()) for path, text in _texts().items() for match in pattern.finditer(text)] == []


@pytest.mark.parametrize(
    ("specimen", "found"),
    [("/home/li/yuyue", True), ("cd /root/x", True), ("/ops/v1/appointments", False), ("docs/home/page", False)],
)
def test_a_machine_path_is_recognised(specimen: str, found: bool) -> None:
    assert bool(HOME.search(specimen)) == found
