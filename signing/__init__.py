"""Electronic signatures 电子签名: the signed statement, the check of a signature, and the holder of the card.

This folder knows bytes, certificates and keys only: no clock, no database, no network. Each fault of a signature
raises ``Rejected`` with its own problem code.
"""

from typing import Any


class Rejected(Exception):
    """A signature is refused; ``code`` is a problem code (``signature.…``), ``facts`` hold nothing personal."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
