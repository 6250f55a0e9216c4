"""Finds prose that is not plain: `python -m tests.architecture.prose FOLDER…` lists the places in those folders.

The rules are of docs/style.md: a docstring begins with a verb or with a noun that says what is returned, it says more
than its name does, errors read "Raises X when …", and no word is archaic or inverted.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.architecture.source import ROOT, packages

#: Folders and pages of ours with text in them.
FOLDERS = (*packages(), "tests", "web/src", "docs", "findings", "README.md", "README.zh-CN.md")
#: Relative and interrogative words, and prepositions, begin a riddle: the noun or the verb comes too late.
OPENERS = re.compile(
    r"(what|where|whether|who|whom|whose|how|when|which|why|wh\w+ever|that|those"
    r"|as|by|of|with|without|for|in|from|at|so|to|both|nobody|nothing|everything|something)$"
)
BANNED = re.compile(
    r"\b(whoever|whatever|whomever|anew|lest|hence|thence|naught|whilst|thereof|one's"
    r"|(?:is|are|was|were|be|been|being) told|stands (?:in|for|there|beside|alone|still|once|so)|what stands)\b",
    re.IGNORECASE,
)
#: A sentence that is a name alone, or begins with the name of an error: the old notation of what is raised.
OLD_NOTATION = re.compile(r"(?:^|[.;:] )``(?:[A-Z]\w*|[a-z_]+\.[a-z_.]+)``(?: for\b|\.|$|,? (?:where|when|if)\b)")
FEWEST_WORDS = 3
SUFFIXES = {".py", ".ts", ".vue", ".md"}
_DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Fault(NamedTuple):
    """A place, and what is wrong there."""

    path: str
    line: int
    what: str


def faults(folder: str) -> list[Fault]:
    """All faults of one folder or page, file by file."""
    place = ROOT / folder
    files = [place] if place.is_file() else sorted(path for path in place.rglob("*") if _is_ours(path))
    return [fault for path in files for fault in _of_file(path)]


def _is_ours(path: Path) -> bool:
    return path.suffix in SUFFIXES and path != Path(__file__) and path.name != "schema.d.ts"


def _of_file(path: Path) -> Iterator[Fault]:
    text, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
    for number, line in enumerate(text.splitlines(), 1):
        for match in BANNED.finditer(line):
            yield Fault(name, number, f"the word {match.group()!r}")
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, _DOCUMENTED) and (docstring := ast.get_docstring(node)):
                yield from (Fault(name, node.lineno, f"{node.name}: {what}") for what in of_docstring(docstring))


def of_docstring(text: str) -> Iterator[str]:
    words = text.split()
    first = words[0].strip("`.,:;").lower()
    if OPENERS.match(first):
        yield f"begins with {words[0]!r}"
    if len(words) < FEWEST_WORDS and text.isascii():
        yield f"says too little: {text!r}"
    if OLD_NOTATION.search(" ".join(words)):
        yield "names an error without 'Raises'"


if __name__ == "__main__":
    found = [fault for folder in sys.argv[1:] or FOLDERS for fault in faults(folder)]
    print(*(f"{path}:{line}: {what}" for path, line, what in found), f"{len(found)} faults", sep="\n")  # noqa: T201
