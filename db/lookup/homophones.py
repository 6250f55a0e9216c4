"""How the characters of a list sound, learned from the list: a query typed with the wrong homophone is found too."""

from collections import Counter
from collections.abc import Iterable


class Homophones:
    """Character → its commonest syllable, of those names that have nothing but characters with a sound.

    ``names``: folded, each with its pinyin in syllables.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        heard: dict[str, Counter[str]] = {}
        for characters, pinyin in names:
            syllables = pinyin.split(" ")
            if len(characters) == len(syllables):
                for character, syllable in zip(characters, syllables, strict=True):
                    heard.setdefault(character, Counter())[syllable] += 1
        self._sounds = {character: counted.most_common(1)[0][0] for character, counted in heard.items()}

    def of(self, query: str) -> str | None:
        """The query's pinyin without blanks; None when one of its characters was never heard."""
        syllables = [self._sounds.get(character) for character in query]
        return "".join(filter(None, syllables)) if all(syllables) else None
