"""Answers to the questions of operators about one appointment: a sentence each, with the record that proves it."""

from domain.answers.kinds import (
    AppointmentRecord,
    CustomsMessage,
    EventSummary,
    Evidence,
    Opening,
    Question,
    QuestionAnswer,
)
from domain.answers.rules import answers
from domain.answers.texts import TEXTS, said

__all__ = [
    "TEXTS",
    "AppointmentRecord",
    "CustomsMessage",
    "EventSummary",
    "Evidence",
    "Opening",
    "Question",
    "QuestionAnswer",
    "answers",
    "said",
]
