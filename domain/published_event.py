"""Events as enterprises read them, by the pull and by webhooks: CloudEvents 1.0 in JSON, without personal data."""

from datetime import datetime
from typing import Any

from domain.appointment import State
from domain.event import Action
from domain.instants import shown
from domain.model import Model

#: ``source`` and the beginning of ``type``; receivers compare them, so they never change.
SOURCE = "urn:yuyue:appointments"
TYPE_PREFIX = "yuyue.appointment."


class PublishedEvent(Model):
    """An event at its position among those of one enterprise; ``hash`` is that of its row in the chain."""

    position: int
    hash: str
    pre_entry_no: str
    version: int
    at: datetime
    action: Action
    before: State | None
    after: State
    due_at: datetime | None = None

    @property
    def event_id(self) -> str:
        """Returns the id by which receivers know the event: the same at every delivery and for both parties."""
        return event_id(self.hash)

    def cloud_event(self) -> dict[str, Any]:
        """Returns the event as a CloudEvent; the appointment itself is read by its number."""
        return {
            "specversion": "1.0",
            "id": self.event_id,
            "source": SOURCE,
            "type": f"{TYPE_PREFIX}{self.action}",
            "subject": self.pre_entry_no,
            "time": shown(self.at),
            "datacontenttype": "application/json",
            "data": {
                "pre_entry_no": self.pre_entry_no,
                "version": self.version,
                "action": self.action.value,
                "before": self.before.value if self.before else None,
                "state": self.after.value,
                "due_at": shown(self.due_at) if self.due_at else None,
            },
        }


def event_id(row_hash: str) -> str:
    """Returns the id of the event whose row has this hash."""
    return f"evt_{row_hash[:32]}"
