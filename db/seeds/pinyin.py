"""How the names of the starter tables are spelled, so that a first start need not load dictionaries and spell them all.

`make docs` writes the file anew, after the tables or the library have changed.
"""

import csv
from importlib import resources
from pathlib import Path

from db.spelling import Spelling, of_syllables

FILE = "pinyin.csv"


def spellings() -> dict[str, Spelling]:
    """Name → its spelling, as the file has it."""
    text = resources.files("db.seeds").joinpath(FILE).read_text(encoding="utf-8")
    return {row["name"]: of_syllables(row["pinyin"].split()) for row in csv.DictReader(text.splitlines())}


def write(folder: Path, spellings: dict[str, Spelling]) -> None:
    """The whole file, by name."""
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("name", "pinyin"))
        rows.writerows((name, spelling.pinyin) for name, spelling in sorted(spellings.items()))
