"""Why a message did not leave."""

from domain.notifications.troubles import Trouble


class NotSent(Exception):
    """A message that was not taken; ``trouble`` says why, in a word without anything personal."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
