"""What entering a table changes, entry by entry."""

from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar

Entry = TypeVar("Entry")
Key = TypeVar("Key")


class Changes(NamedTuple, Generic[Entry]):
    """Entries as they become; changed ones with what they were before; removed ones as they were."""

    added: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Entry], ...]
    unchanged: int
    removed: tuple[Entry, ...]

    @property
    def new(self) -> list[Entry]:
        """What is to be written."""
        return [*self.added, *(after for _, after in self.changed)]


def difference(here: Mapping[Key, Entry], given: Mapping[Key, Entry], *, replace: bool) -> Changes[Entry]:
    """By key; ``replace``: what is not given goes."""
    changed = tuple((here[key], entry) for key, entry in given.items() if key in here and here[key] != entry)
    added = tuple(entry for key, entry in given.items() if key not in here)
    removed = tuple(entry for key, entry in here.items() if key not in given) if replace else ()
    return Changes(added, changed, len(given) - len(added) - len(changed), removed)
