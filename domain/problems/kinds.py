"""The models of the catalogue: a problem is a kind of fault, a fault is one occurrence."""

from typing import Any, Literal, NamedTuple

from domain.model import Model

Language = Literal["zh", "en"]


class Text(NamedTuple):
    """One sentence in both languages; ``{name}`` is replaced by a fact of the fault."""

    zh: str
    en: str


class Problem(NamedTuple):
    """A kind of fault. ``status`` is the HTTP status when it is the whole answer; ``source`` says whose rule it is."""

    code: str
    status: int
    title: Text
    message: Text
    remedy: Text
    source: str


class Fault(Model):
    """One occurrence of a problem: its code, the field (None for the whole), and the facts that the rule used."""

    code: str
    field: str | None = None
    facts: dict[str, Any] = {}
