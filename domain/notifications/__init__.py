"""Notifications of events and of near deadlines: their kinds, texts and recipients."""

from domain.notifications.kinds import CODES, Kind, explain
from domain.notifications.rules import (
    ACTIONS,
    EVENTS,
    KNOWN,
    MARGINS,
    Due,
    Reminder,
    code_of,
    due_soon,
    fault_of,
    known_fault,
    recipients,
    reminder_fault,
)

__all__ = [
    "ACTIONS",
    "CODES",
    "EVENTS",
    "KNOWN",
    "MARGINS",
    "Due",
    "Kind",
    "Reminder",
    "code_of",
    "due_soon",
    "explain",
    "fault_of",
    "known_fault",
    "recipients",
    "reminder_fault",
]
