"""The index of `docs/decisions/` by area: `python -m cli.docs` writes it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parents[1] / "docs" / "decisions"
#: The areas in the order of the index → heading, and the page that has the notes on the implementation.
AREAS = {
    "architecture": ("Architecture", "architecture.md"),
    "domain": ("Rules", "glossary.md"),
    "states": ("States", "states.md"),
    "workflows": ("Workflows", "architecture.md"),
    "calendar": ("Calendar", "calendar.md"),
    "database": ("Database", "database.md"),
    "api": ("HTTP interface", "api-design.md"),
    "customs": ("Customs", "customs-messages.md"),
    "security": ("Security", "security.md"),
    "users": ("Users", "users.md"),
    "signing": ("Signatures", "signatures.md"),
    "cards": ("Cards", "cards.md"),
    "documents": ("Attached files", "documents.md"),
    "lists": ("Reference lists", "imports.md"),
    "web": ("Web page", "web.md"),
    "operations": ("Operations", "operations.md"),
    "tests": ("Tests", "tests.md"),
}
_HEADER = """# 设计决定 · Decisions

Generated from the files of this folder by `make docs`; edits here are overwritten and fail the build.

One page each: the context, the decision in one sentence, alternatives that were tried or rejected, consequences, and
the check that keeps the decision true. Notes on an implementation are on the page of their area.
"""


class DecisionPage(NamedTuple):
    """One page of the folder."""

    number: str
    title: str
    area: str
    date: str
    file: str


def slug(title: str) -> str:
    """Returns the title as a part of a file name."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def decisions(folder: Path = FOLDER) -> list[DecisionPage]:
    """Returns all decisions by number."""
    return [_read(path) for path in sorted(folder.glob("[0-9]*.md"))]


def _read(path: Path) -> DecisionPage:
    text = path.read_text(encoding="utf-8")
    number, title = text.partition("\n")[0].removeprefix("# ").split(" ", 1)
    return DecisionPage(number, title, _field(text, "Area"), _field(text, "Date"), path.name)


def _field(text: str, name: str) -> str:
    found = re.search(rf"^- {name}: (.+)$", text, re.MULTILINE)
    return found[1] if found else ""


def page() -> str:
    """Returns the text of the index."""
    return "\n".join((_HEADER, *_sections(decisions())))


def _sections(found: list[DecisionPage]) -> Iterator[str]:
    for area, (heading, notes) in AREAS.items():
        if own := [each for each in found if each.area == area]:
            yield f"## {heading}\n\nSee also [{notes}](../{notes}).\n\n| | decision | date |\n| --- | --- | --- |"
            yield from (f"| {each.number} | [{each.title}]({each.file}) | {each.date} |" for each in own)
            yield ""
