"""Free texts: which characters they may have, and how long they may be."""

import re
import unicodedata

from domain.normalising import free_text

#: Controls (``Cc``, with U+007F and U+0085) but tab and line ends; lone surrogates and non-characters, which XML 1.0
#: cannot carry. XML could carry U+007F to U+009F, but no screen shows them and some programs read U+0085 as a line end.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: Controls, formatting (such as marks that turn the writing direction), surrogates, private and unassigned characters.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def is_printable(text: str) -> bool:
    """Returns True if every character can be shown and sent to customs."""
    return _UNPRINTABLE.search(text) is None


def visible(text: str) -> str:
    """Returns the text without the characters that leave no mark; for names that nobody is asked to correct."""
    return "".join(character for character in text if unicodedata.category(character) not in _INVISIBLE)


def text_fault(text: str, limit: int | None = None) -> str | None:
    """Returns ``blank``, ``unprintable``, ``too_long`` or None; ``limit`` is in Unicode code points."""
    if not free_text(text):
        return "blank"
    if not is_printable(text):
        return "unprintable"
    return "too_long" if limit is not None and len(text) > limit else None
