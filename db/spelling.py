"""How a Chinese name is typed on a keyboard: pinyin without tones, and its initials. Told once, when it is entered."""

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
    """A character of several sounds is read by the words it stands in, as far as the library knows them (重庆).

    ``ü`` is ``v``; Latin words and numbers stand as they are; punctuation is left out.
    """
    from pypinyin import lazy_pinyin  # noqa: PLC0415 it loads its dictionaries when imported, and only entering needs them

    return of_syllables(lazy_pinyin(name, errors=_as_it_stands))  # type: ignore[arg-type]  # it takes lists too


def of_syllables(syllables: Sequence[str]) -> Spelling:
    """The spelling that these make."""
    return Spelling(" ".join(syllables), "".join(syllable[0] for syllable in syllables))


def _as_it_stands(foreign: str) -> list[str]:
    return _SOUNDS.findall(foreign.lower())
