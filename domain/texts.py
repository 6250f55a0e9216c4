"""Free texts: what can be written, shown and sent in XML."""

import re

from domain.normalising import free_text

#: Characters XML 1.0 cannot carry: controls but tab and line ends, lone surrogates, two non-characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def text_fault(text: str, limit: int | None = None) -> str | None:
    """``blank``, ``unprintable`` or ``too_long``; ``limit`` in Unicode code points."""
    if not free_text(text):
        return "blank"
    if _UNPRINTABLE.search(text):
        return "unprintable"
    return "too_long" if limit is not None and len(text) > limit else None
