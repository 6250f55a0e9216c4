"""How a signature is refused."""

from typing import Any


class Rejected(Exception):
    """``code`` is a problem code of the catalogue (``signature.…``); ``facts`` hold nothing personal."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
