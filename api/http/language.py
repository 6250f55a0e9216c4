"""The language of an answer: Simplified Chinese unless the caller prefers English."""

from domain.problems.kinds import Language


def preferred(accept_language: str | None) -> Language:
    """Returns the language with the higher q-value; Chinese when they are equal, absent or malformed."""
    qualities: dict[str, float] = {}
    for part in (accept_language or "").split(","):
        tag, quality = _quality(part)
        qualities[tag] = max(quality, qualities.get(tag, 0.0))
    others = qualities.get("*", 0.0)
    return "en" if qualities.get("en", others) > qualities.get("zh", others) else "zh"


def _quality(part: str) -> tuple[str, float]:
    """Converts ``en-GB;q=0.8`` to ``("en", 0.8)``; a malformed weight counts as 0."""
    tag, _, parameters = part.partition(";")
    name, _, weight = parameters.partition("=")
    quality = 1.0
    if name.strip().lower() == "q":
        quality = _number(weight)
    return tag.strip().lower().partition("-")[0], quality


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if 0 <= number <= 1 else 0.0
