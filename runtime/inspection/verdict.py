"""What an inspection answers: plain values, because the child that answers knows nothing of ours but this folder."""

from typing import NamedTuple


class Refused(Exception):
    """The file is refused: a code of ``domain.documents.Refusal`` without its ``document.``, and the fault's facts."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Verdict(NamedTuple):
    """``pages``: bytes of each; of these, ``fonts``, ``images`` and ``drawing``. Or ``refused``, with its ``facts``."""

    pages: tuple[int, ...] = ()
    fonts: tuple[int, ...] = ()
    images: tuple[int, ...] = ()
    drawing: tuple[int, ...] = ()
    refused: str | None = None
    facts: dict[str, str] = {}


def too_complex(reason: str) -> Refused:
    """For what cannot be inspected within the limits; ``reason`` is a stable word."""
    return Refused("too_complex", reason=f"inspection_{reason}")
