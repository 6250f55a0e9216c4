"""A customs office in the test's own memory: what was sent, what the look-up knows, and how it may fail."""

import threading
from collections.abc import Mapping, Sequence

from customs.channels import DeliveryRefused, Unavailable
from domain.declarations import DeclarationRecord, NotFound


class FakeCustoms:
    """Replaces the HTTP channel behind the very activities the worker runs."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self.messages: list[tuple[str, bytes]] = []
        self.attempts = 0
        self.known: dict[str, DeclarationRecord] = {}
        self.down = False
        self.refuses = False
        self.forgets_to_answer = False

    def send(self, message_id: str, xml: bytes, *, port: str | None) -> None:
        """Takes a message, once per id; of any port."""
        del port
        with self._guard:
            self.attempts += 1
            if self.down:
                raise Unavailable("the office is closed for the test")
            if self.refuses:
                raise DeliveryRefused("schema")
            if message_id not in [known for known, _ in self.messages]:
                self.messages.append((message_id, xml))
            if self.forgets_to_answer:
                raise Unavailable("the answer was lost")

    def look_up(self, numbers: Sequence[str]) -> Mapping[str, DeclarationRecord | NotFound]:
        """The record of each number."""
        if self.down:
            raise Unavailable("the office is closed for the test")
        return {number: self.known.get(number, NotFound()) for number in numbers}

    def types(self) -> list[str]:
        """The types of the messages taken, in order."""
        return [xml.split(b"message_type>")[1].split(b"<")[0].decode() for _, xml in self.messages]
