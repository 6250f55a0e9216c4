"""Notifications: which events the people of an enterprise are told of, in which words, and what is due soon."""

from domain.notifications.kinds import CODES, Kind, explain
from domain.notifications.rules import (
    ACTIONS,
    EVENTS,
    MARGINS,
    Due,
    Reminder,
    code_of,
    due_soon,
    fault_of,
    reminder_fault,
    told,
)

__all__ = [
    "ACTIONS",
    "CODES",
    "EVENTS",
    "MARGINS",
    "Due",
    "Kind",
    "Reminder",
    "code_of",
    "due_soon",
    "explain",
    "fault_of",
    "reminder_fault",
    "told",
]
