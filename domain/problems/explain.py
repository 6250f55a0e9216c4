"""The text of a fault in one language. A missing or odd fact never prevents the message."""

import re
from collections.abc import Mapping
from datetime import datetime
from string import Formatter
from typing import Any

from domain.instants import clock, clock_of_end
from domain.problems.kinds import Fault, Language, Problem, Text
from domain.problems.sizes import size
from domain.problems.words import FIELDS, WORDS

_MISSING = "—"
_NONE = Text("无", "none")
_STEP = re.compile(r"(?P<name>\w+)(?:\[(?P<index>\d{1,9})\])?")
#: What an item of a batch holds; people know it as the application itself.
_CONTENT = "content"
_EMPTY_BRACKETS = re.compile(rf"（(?:{_MISSING}|{_NONE.zh})?）| ?\((?:{_MISSING}|{_NONE.en})?\)")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")


class _Fact:
    """A fact in a sentence: ``{name}`` as a word, or as the kind after the colon says.

    ``{name:until}`` is a deadline, ``{name:size}`` a size of bytes, and ``{name:plain}`` a text that is no word of ours,
    such as the name of a user. ``{name:choices}`` is a list in brackets, and nothing where there is none.
    """

    def __init__(self, value: Any, language: Language) -> None:
        self._value = value
        self._language = language

    def __format__(self, kind: str) -> str:
        instant = _instant(self._value)
        if kind == "until" and instant is not None and instant.tzinfo:
            return clock_of_end(instant)
        if kind == "size" and isinstance(self._value, int):
            return size(self._value, self._language)
        if kind == "choices":
            return self._choices()
        if kind == "plain" and isinstance(self._value, list):
            return self._listed()
        return str(self._value) if kind == "plain" else _worded(self._value, self._language)

    def _listed(self) -> str:
        return ("、" if self._language == "zh" else ", ").join(map(str, self._value))

    def _choices(self) -> str:
        if not isinstance(self._value, list):
            return ""
        return f"（{self._listed()}）" if self._language == "zh" else f" ({self._listed()})"


class _Facts(dict[str, _Fact]):
    """Facts by name; a missing one is shown as a dash."""

    def __missing__(self, key: str) -> _Fact:
        return _Fact(_MISSING, "zh")


def placeholders(problem: Problem) -> frozenset[str]:
    """Returns the names of the facts in a problem's sentences that every such problem has."""
    sentences = (*problem.message, *problem.remedy)
    parts = (part for text in sentences for part in Formatter().parse(text))
    return frozenset(name for _, name, kind, _ in parts if name and kind != "choices")


def sentence(text: Text, fault: Fault, language: Language) -> str:
    """Returns the text with the fault's facts; ``{field}`` is the fault's own field."""
    facts = _Facts({key: _Fact(value, language) for key, value in fault.facts.items()})
    if fault.field is not None:
        facts["field"] = _Fact(_field(fault.field, language), language)
    return _EMPTY_BRACKETS.sub("", getattr(text, language).format_map(facts))


def _worded(value: Any, language: Language) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        words = ("、" if language == "zh" else ", ").join(_worded(item, language) for item in value)
        return words or str(getattr(_NONE, language))
    instant = _instant(value)
    return _word(str(value), language) if instant is None else _clock(instant)


def _instant(value: Any) -> datetime | None:
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return datetime.fromisoformat(value)
    return value if isinstance(value, datetime) else None


def _word(word: str, language: Language, words: Mapping[str, Text] = WORDS) -> str:
    known = words.get(word)
    return word if known is None else str(getattr(known, language))


def _clock(instant: datetime) -> str:
    return clock(instant) if instant.tzinfo else instant.replace(microsecond=0).isoformat(" ")


def _field(field: str, language: Language) -> str:
    """``goods[0].name`` → 商品第1项名称, and ``items[1].content.goods[0].name`` → 项目第2项商品第1项名称.

    A path with a part that has no name stays as it is.
    """
    steps = [_STEP.fullmatch(part) for part in field.split(".") if part != _CONTENT]
    known = [step for step in steps if step and step["name"] in WORDS | FIELDS]
    if not known or len(known) < len(steps):
        return _name(field, language)
    return ("" if language == "zh" else " ").join(_step(step, language) for step in known)


def _step(step: re.Match[str], language: Language) -> str:
    name = _name(step["name"], language)
    if step["index"] is None:
        return name
    number = int(step["index"]) + 1
    return f"{name}第{number}项" if language == "zh" else f"{name} line {number}"


def _name(field: str, language: Language) -> str:
    # A reason may have the same word as a field; here the field's name is wanted.
    return _word(field, language, WORDS | FIELDS)
