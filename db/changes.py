"""The difference between a table and a list that replaces or extends it."""

from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar

Entry = TypeVar("Entry")
Key = TypeVar("Key")


class Changes(NamedTuple, Generic[Entry]):
    """Added entries; changed ones as (before, after); the number of unchanged ones; removed ones."""

    added: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Entry], ...]
    unchanged: int
    removed: tuple[Entry, ...]

    @property
    def new(self) -> list[Entry]:
        """Returns the entries to write."""
        return [*self.added, *(after for _, after in self.changed)]


def difference(here: Mapping[Key, Entry], given: Mapping[Key, Entry], *, replace: bool) -> Changes[Entry]:
    """Compares entries by key; with ``replace``, entries that are not in ``given`` are removed."""
    changed = tuple((here[key], entry) for key, entry in given.items() if key in here and here[key] != entry)
    added = tuple(entry for key, entry in given.items() if key not in here)
    removed = tuple(entry for key, entry in here.items() if key not in given) if replace else ()
    return Changes(added, changed, len(given) - len(added) - len(changed), removed)
