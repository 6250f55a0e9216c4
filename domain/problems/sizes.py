"""Sizes of files as people read them: 1024 bytes are 1 KB, as in the manual."""

from domain.problems.kinds import Language

_UNITS = ("KB", "MB", "GB")
_STEP = 1024
_TENTHS = 10


def size(count: int, language: Language) -> str:
    """Returns ``200 KB``, ``4 MB`` or ``223.1 KB``, rounded up to a tenth: a size over a limit never looks equal to it."""
    if count < _STEP:
        return f"{count} 字节" if language == "zh" else f"{count} bytes"
    power = 1
    while power < len(_UNITS) and count >= _STEP ** (power + 1):
        power += 1
    whole, tenths = divmod(-(-count * _TENTHS // _STEP**power), _TENTHS)
    return f"{whole}.{tenths} {_UNITS[power - 1]}" if tenths else f"{whole} {_UNITS[power - 1]}"
