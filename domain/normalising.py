"""Normalises what people type and paste. The page has the same rules in ``web/src/normalise.ts``.

Both are tested with ``tests/unit/domain/normalising.json``. Every function is pure and idempotent.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import accumulate

_CONTROL_BLANKS = "\t\n\v\f\r"
_BLANK_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cf"})
_DOTS = frozenset(".。·")
#: Digits before a dot of the tariff: ``0301.9999.90`` or ``0301.99.99.90``.
_TARIFF_DOTS = frozenset({4, 6, 8})
_MINUS = "−"
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=[0-9]{11}$)")


def is_blank(character: str) -> bool:
    """Returns True for spaces of any width, tabs, line ends and characters without width (``Cf``: U+200B, U+FEFF)."""
    return character in _CONTROL_BLANKS or unicodedata.category(character) in _BLANK_CATEGORIES


def code(text: str) -> str:
    """Returns a code in half-width capitals (NFKC) without blanks. ``３１２２ 26000ａ`` → ``312226000A``."""
    return _half_width(text).upper()


def hs_code(text: str) -> str:
    """Returns a 商品HS编码 as ``code`` does, without its dots and hyphens. ``0301.99.99-90`` → ``0301999990``.

    A tariff has them after 4, 6 and 8 digits only; in any other place they stay: ``301999590.0`` is a fraction.
    """
    written = code(text)
    parts = "".join("." if _is_hs_mark(character) else character for character in written).split(".")
    places = list(accumulate(map(len, parts[:-1])))
    return "".join(parts) if _TARIFF_DOTS.issuperset(places) and len(places) == len({*places}) else written


def mobile(text: str) -> str:
    """Returns the digits of a 手机号码, without ``+86``, ``0086`` or ``86`` when 11 digits follow it."""
    digits = _without(_half_width(text), lambda character: character in "()" or _is_hyphen(character))
    return _COUNTRY.sub("", digits)


def free_text(text: str) -> str:
    """Returns a name or a text without the blanks around it."""
    shown = [place for place, character in enumerate(text) if not is_blank(character)]
    return text[shown[0] : shown[-1] + 1] if shown else ""


def _half_width(text: str) -> str:
    return _without(unicodedata.normalize("NFKC", text), is_blank)


def _is_hs_mark(character: str) -> bool:
    return character in _DOTS or _is_hyphen(character)


def _is_hyphen(character: str) -> bool:
    return character == _MINUS or unicodedata.category(character) == "Pd"


def _without(text: str, unwanted: Callable[[str], bool]) -> str:
    return "".join(character for character in text if not unwanted(character))
