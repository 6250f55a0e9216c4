"""The spelling of Chinese names: pinyin without tones, and initials; computed once, when a name is entered."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_SOUNDS = re.compile(r"[a-z0-9]+")


class Spelling(NamedTuple):
    """``pinyin`` in syllables with a blank between them (``pu dong``), ``initials`` together (``pd``)."""

    pinyin: str
    initials: str


@lru_cache(maxsize=4096)
def spelled(name: str) -> Spelling:
    """Returns the spelling; a character with several sounds is read by its word, if the library has it (重庆).

    ``ü`` becomes ``v``; Latin words and numbers stay as they are; punctuation is left out.
    """
    from pypinyin import lazy_pinyin  # noqa: PLC0415 it loads its dictionaries when imported, and only entering needs them

    return of_syllables(lazy_pinyin(name, errors=_unchanged))  # type: ignore[arg-type]  # it takes lists too


def of_syllables(syllables: Sequence[str]) -> Spelling:
    """Returns the spelling of these syllables."""
    return Spelling(" ".join(syllables), "".join(syllable[0] for syllable in syllables))


def _unchanged(foreign: str) -> list[str]:
    return _SOUNDS.findall(foreign.lower())
