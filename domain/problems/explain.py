"""One fault in one language. A fact that is missing or odd never costs the user the message."""

import re
from collections.abc import Mapping
from datetime import datetime
from string import Formatter
from typing import Any

from domain.instants import local
from domain.problems.kinds import Fault, Language, Problem, Text
from domain.problems.words import FIELDS, WORDS

_MISSING = "—"
_NONE = Text("无", "none")
_LINE = re.compile(r"(?P<list>\w+)\[(?P<index>\d+)\](?:\.(?P<field>\w+))?")
_EMPTY_BRACKETS = re.compile(rf"（(?:{_MISSING}|{_NONE.zh})?）| ?\((?:{_MISSING}|{_NONE.en})?\)")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")


class _Facts(dict[str, str]):
    """Facts as words; one that is not there reads as a dash."""

    def __missing__(self, key: str) -> str:
        return _MISSING


def placeholders(problem: Problem) -> frozenset[str]:
    """The names of the facts that a problem's sentences speak of."""
    sentences = (*problem.message, *problem.remedy)
    return frozenset(name for text in sentences for _, name, _, _ in Formatter().parse(text) if name)


def sentence(text: Text, fault: Fault, language: Language) -> str:
    """The text with the fault's facts in it; ``{field}`` is the fault's own field."""
    facts = _Facts({key: _worded(value, language) for key, value in fault.facts.items()})
    if fault.field is not None:
        facts["field"] = _field(fault.field, language)
    return _EMPTY_BRACKETS.sub("", getattr(text, language).format_map(facts))


def _worded(value: Any, language: Language) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        words = ("、" if language == "zh" else ", ").join(_worded(item, language) for item in value)
        return words or str(getattr(_NONE, language))
    if isinstance(value, datetime):
        return _clock(value)
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return _clock(datetime.fromisoformat(value))
    return _word(str(value), language)


def _word(word: str, language: Language, words: Mapping[str, Text] = WORDS) -> str:
    known = words.get(word)
    return word if known is None else str(getattr(known, language))


def _clock(instant: datetime) -> str:
    if instant.tzinfo is None:
        return instant.isoformat(" ")
    on_clock = local(instant).replace(tzinfo=None)
    return on_clock.isoformat(" ", "auto" if on_clock.second or on_clock.microsecond else "minutes")


def _field(field: str, language: Language) -> str:
    """``goods[0].name`` → 商品第1项名称."""
    line = _LINE.fullmatch(field)
    if line is None:
        return _name(field, language)
    name, number, part = _name(line["list"], language), int(line["index"]) + 1, _name(line["field"] or "", language)
    return f"{name}第{number}项{part}" if language == "zh" else f"{name} line {number} {part}".rstrip()


def _name(field: str, language: Language) -> str:
    # A reason may be called like the field it is about: as a field it is the field's name.
    return _word(field, language, WORDS | FIELDS)
