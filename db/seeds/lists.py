"""The starter tables of ports and of the tariff: the CSV files beside this one."""

import csv
import hashlib
from datetime import datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from sqlalchemy import Engine

from db import lists
from db.engine import reading
from db.lists import NAMES, ListEntry, ListName
from db.seeds import pinyin


def seed_lists(engine: Engine, *, at: datetime) -> None:
    """Updates the seeded rows; only compares digests when the files have not changed since the last time."""
    with reading(engine) as session:
        statuses = {name: lists.status(session, name) for name in NAMES}
    outdated = [name for name, old in statuses.items() if old is None or old.seed_digest != _digest(name)]
    spellings = pinyin.spellings() if outdated else {}
    for name in outdated:
        lists.seed(engine, name, starter(name), _digest(name), at=at, spellings=spellings)


def starter(name: ListName) -> list[ListEntry]:
    """Returns the rows of the files by code: code, Chinese name, and for ports an English name."""
    texts = (file.read_text(encoding="utf-8") for file in _files(name))
    rows = [row for text in texts for row in csv.DictReader(text.splitlines())]
    return sorted((ListEntry.model_validate(row) for row in rows), key=lambda entry: entry.code)


@cache
def _digest(name: ListName) -> str:
    digest = hashlib.sha256()
    for file in _files(name):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(name: ListName) -> list[Traversable]:
    folder = resources.files("db.seeds")
    if name == "ports":
        return [folder / "ports.csv"]
    found = (file for file in (folder / "hs").iterdir() if file.name.endswith(".csv"))
    return sorted(found, key=lambda file: file.name)
