"""Answers to the questions of operators about one appointment: a sentence each, with the record that proves it."""

from domain.answers.kinds import Answer, Evidence, Happened, Message, Opening, Question, Record
from domain.answers.rules import answers
from domain.answers.texts import TEXTS, said

__all__ = ["TEXTS", "Answer", "Evidence", "Happened", "Message", "Opening", "Question", "Record", "answers", "said"]
