"""Sounds of characters, learned from the names of a list, to find a name typed with a wrong homophone."""

from collections import Counter
from collections.abc import Iterable


class Homophones:
    """Maps a character to its most common syllable in the names that have one syllable for each character.

    ``names``: folded, each with its pinyin in syllables.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        counts: dict[str, Counter[str]] = {}
        for characters, pinyin in names:
            syllables = pinyin.split(" ")
            if len(characters) == len(syllables):
                for character, syllable in zip(characters, syllables, strict=True):
                    counts.setdefault(character, Counter())[syllable] += 1
        self._sounds = {character: counter.most_common(1)[0][0] for character, counter in counts.items()}

    def pinyin_of(self, query: str) -> str | None:
        """Returns the pinyin of the query without spaces; None when a character has no known sound."""
        syllables = [self._sounds.get(character) for character in query]
        return "".join(filter(None, syllables)) if all(syllables) else None
