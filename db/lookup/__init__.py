"""Finds entries of a list while they are typed: by code, name, pinyin, initials, and with typing errors."""

from db.lookup.cached_index import CachedIndex
from db.lookup.index import Hit, Index, MatchKind, Term

__all__ = ["CachedIndex", "Hit", "Index", "MatchKind", "Term"]
