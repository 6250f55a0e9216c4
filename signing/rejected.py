"""The error of every refused signature."""

from typing import Any


class Rejected(Exception):
    """A signature is refused; ``code`` is a problem code (``signature.…``), ``facts`` hold nothing personal."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
