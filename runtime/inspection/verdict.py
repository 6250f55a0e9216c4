"""The answer of an inspection, in plain values: the child imports nothing of ours but this folder."""

from typing import NamedTuple


class DocumentRefused(Exception):
    """The file is refused: a code of ``domain.documents.Refusal`` without its ``document.``, and the fault's facts."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class InspectionVerdict(NamedTuple):
    """The bytes of each page; ``fonts``, ``images``, ``drawing`` are parts of them. Or ``refused``, with ``facts``."""

    pages: tuple[int, ...] = ()
    fonts: tuple[int, ...] = ()
    images: tuple[int, ...] = ()
    drawing: tuple[int, ...] = ()
    refused: str | None = None
    facts: dict[str, str] = {}


def too_complex(reason: str) -> DocumentRefused:
    """Returns the refusal of a file that exceeds the limits of the inspection; ``reason`` is a stable word."""
    return DocumentRefused("too_complex", reason=f"inspection_{reason}")
