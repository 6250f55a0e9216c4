"""Which language an answer speaks: Simplified Chinese unless the caller likes English better."""

from domain.problems.kinds import Language


def preferred(accept_language: str | None) -> Language:
    """By the q-values of ``Accept-Language``; Chinese when they are equal, absent or unreadable."""
    wishes: dict[str, float] = {}
    for part in (accept_language or "").split(","):
        tag, quality = _wish(part)
        wishes[tag] = max(quality, wishes.get(tag, 0.0))
    others = wishes.get("*", 0.0)
    return "en" if wishes.get("en", others) > wishes.get("zh", others) else "zh"


def _wish(part: str) -> tuple[str, float]:
    """``en-GB;q=0.8`` → ``("en", 0.8)``; an unreadable weight counts as none."""
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
