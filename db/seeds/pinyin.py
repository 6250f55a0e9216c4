"""Stored spellings of the starter tables, so that a first start need not load dictionaries.

`make docs` writes the file again after a change of the tables or the library.
"""

import csv
from importlib import resources
from pathlib import Path

from db.spelling import Spelling, of_syllables

FILE = "pinyin.csv"


def spellings() -> dict[str, Spelling]:
    """Returns name → spelling from the file."""
    text = resources.files("db.seeds").joinpath(FILE).read_text(encoding="utf-8")
    return {row["name"]: of_syllables(row["pinyin"].split()) for row in csv.DictReader(text.splitlines())}


def write(folder: Path, spellings: dict[str, Spelling]) -> None:
    """Writes the whole file, sorted by name."""
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("name", "pinyin"))
        rows.writerows((name, spelling.pinyin) for name, spelling in sorted(spellings.items()))
