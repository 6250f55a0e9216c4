"""The pages say what the code does: generated ones are fresh, decisions are enforced, the map leads somewhere."""

import re
from pathlib import Path

import pytest

from cli.decisions import AREAS, slug
from cli.docs import PAGES, stale
from tests.architecture.source import ROOT

DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
#: Pages that name files of the repository: all that are written by hand.
PAGES_WITH_PATHS = [path for path in sorted(DOCS.glob("*.md")) if f"docs/{path.name}" not in PAGES]
#: A link to a file, without its anchor.
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
#: The last column of a row of the glossary: a file, and a name in it.
TERM = re.compile(r"\| `([\w./]+)` `(\w+)` \|$", re.MULTILINE)
FEWEST_TERMS = 40
#: No paths, though they look like it: folders of the data directory, purposes of a challenge, media types.
NO_PATH = re.compile(r"objects/|pki/cards|yuyue/\w+|application/\w+")
#: The fields of a decision in their order; further consequences may have a heading ("Consequences for ordinary files").
FIELDS = re.compile(r"Status Date Area Context Decision( Alternatives)? Consequences( Consequences)* Check")
#: A title is an order, so it begins with none of these.
NO_ORDER = {"a", "an", "the", "only", "what", "who", "how", "no", "nothing", "every", "one", "our"}
DATE = re.compile(r"^- Date: \d{4}-\d\d-\d\d$", re.MULTILINE)
AREA = re.compile(r"^- Area: (\w+)$", re.MULTILINE)
#: A path of the repository in backticks, as the pages write them, perhaps with a test in it.
PATH = re.compile(r"`((?:\.ci|[a-z_]+)/[\w./-]*|[\w.-]+\.(?:py|toml|lock|md)|Makefile)(?:::(\w+))?`")


def _missing(text: str) -> list[str]:
    """The paths and tests that the page names and that do not exist."""
    named = [(path, test) for path, test in PATH.findall(text) if not NO_PATH.fullmatch(path)]
    return [f"{path} {test}".rstrip() for path, test in named if not _exists(ROOT / path, test)]


def _exists(path: Path, test: str) -> bool:
    return path.exists() and (not test or f"def {test}(" in path.read_text(encoding="utf-8"))


def test_the_generated_pages_are_the_committed_ones() -> None:
    assert stale(ROOT) == ()


def test_a_missing_page_is_stale(tmp_path: Path) -> None:
    assert stale(tmp_path) == tuple(PAGES)


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_all_its_fields_and_ends_with_the_check_that_enforces_it(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert FIELDS.fullmatch(" ".join(re.findall(r"^- (\w+)[^:\n]*:", text, re.MULTILINE)))
    assert DATE.search(text), "no date"
    assert AREA.findall(text)[0] in AREAS
    last = text.rstrip().splitlines()[-1]
    assert PATH.search(last), "the last line names no check"


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_the_name_of_a_decision_is_the_slug_of_its_title_and_the_title_an_order(page: Path) -> None:
    number, title = page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").split(" ", 1)
    assert page.stem == f"{number}-{slug(title)}"
    assert title.split()[0].lower() not in NO_ORDER


def test_no_two_decisions_have_the_same_number() -> None:
    numbers = [page.stem[:4] for page in DECISIONS]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("page", [*PAGES_WITH_PATHS, *DECISIONS], ids=lambda page: page.stem)
def test_every_path_and_test_a_page_names_exists(page: Path) -> None:
    assert _missing(page.read_text(encoding="utf-8")) == []


def test_the_map_leads_to_every_page() -> None:
    text = (DOCS / "map.md").read_text(encoding="utf-8")
    assert [path.name for path in sorted(DOCS.glob("*.md")) if f"]({path.name})" not in text] == ["map.md"]


@pytest.mark.parametrize(
    "page",
    [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted(DOCS.rglob("*.md"))],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_term_of_the_glossary_is_in_the_file_that_defines_it() -> None:
    rows = TERM.findall((DOCS / "glossary.md").read_text(encoding="utf-8"))
    absent = [(path, name) for path, name in rows if not re.search(rf"\b{name}\b", _text(ROOT / path))]
    assert absent == []
    assert len(rows) >= FEWEST_TERMS


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


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
