"""``python -m db.seeds`` (`make docs`) writes the spelling of the names in the starter tables."""

from pathlib import Path

from db.lists import NAMES
from db.seeds import pinyin, starter
from db.spelling import spelled

if __name__ == "__main__":
    pinyin.write(
        Path(__file__).parent, {entry.name: spelled(entry.name) for table in NAMES for entry in starter(table)}
    )
