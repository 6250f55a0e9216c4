"""Finding an entry of a list as it is typed: by code, name, pinyin, initials, and by what is nearly that."""

from db.lookup.cached_index import CachedIndex
from db.lookup.index import Hit, Index, Kind, Term

__all__ = ["CachedIndex", "Hit", "Index", "Kind", "Term"]
