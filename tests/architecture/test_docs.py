"""The pages say what the code does: generated ones are fresh, decisions are enforced, the map leads somewhere."""

import re
from pathlib import Path

import pytest

from cli.docs import PAGES, stale
from tests.architecture.source import ROOT

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
FIELDS = ["Status", "Context", "Decision", "Consequences", "Check"]
#: A path of the repository in backticks, as the pages write them, perhaps with a test in it.
PATH = re.compile(r"`((?:\.ci|[a-z_]+)/[\w./-]*|[\w.-]+\.(?:py|toml|lock|md)|Makefile)(?:::(\w+))?`")


def _missing(text: str) -> list[str]:
    """What the page names that is not there: a path, or a test in a file."""
    return [f"{path} {test}".rstrip() for path, test in PATH.findall(text) if not _exists(ROOT / path, test)]


def _exists(path: Path, test: str) -> bool:
    return path.exists() and (not test or f"def {test}(" in path.read_text(encoding="utf-8"))


def test_the_generated_pages_are_the_committed_ones() -> None:
    assert stale(ROOT) == ()


def test_a_missing_page_is_stale(tmp_path: Path) -> None:
    assert stale(tmp_path) == tuple(PAGES)


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_all_its_fields_and_ends_with_the_check_that_enforces_it(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+", page.stem)
    assert text.startswith(f"# {page.stem[:4]} ")
    assert re.findall(r"^- (\w+):", text, re.MULTILINE) == FIELDS
    last = text.rstrip().splitlines()[-1]
    assert PATH.search(last), "the last line names no check"


def test_no_two_decisions_have_the_same_number() -> None:
    numbers = [page.stem[:4] for page in DECISIONS]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("page", [ROOT / "docs" / "map.md", *DECISIONS], ids=lambda page: page.stem)
def test_every_path_and_test_a_page_names_exists(page: Path) -> None:
    assert _missing(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("specimen", "missing"),
    [
        ("`states/nowhere.py`", 1),
        ("`tests/architecture/test_docs.py::test_of_nothing`", 1),
        ("`tests/architecture/test_docs.py::test_a_missing_page_is_stale` and `docs/`", 0),
        ("`window_start` is no path", 0),
    ],
)
def test_a_dead_reference_is_recognised(specimen: str, missing: int) -> None:
    assert len(_missing(specimen)) == missing
