"""Normalises texts for comparison: letters, digits and characters only, each in one form."""

import re
import unicodedata

_PUNCTUATION = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Returns half-width lower-case text, ``ü`` as ``v``, without punctuation: ``0301.99`` → ``030199``."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ü", "v")
    return _PUNCTUATION.sub("", plain)


def words(text: str) -> list[str]:
    """Returns the text from each of its words on: ``Pudong Airport`` → ``pudongairport``, ``airport``."""
    parts = [folded(part) for part in text.replace("(", " ").replace("-", " ").split()]
    return ["".join(parts[place:]) for place in range(len(parts)) if parts[place]]


def is_code(query: str) -> bool:
    """True if the query has nothing but digits."""
    return query.isascii() and query.isdigit()


def is_latin(query: str) -> bool:
    """True if the query can be pinyin, initials or English."""
    return query.isascii()
