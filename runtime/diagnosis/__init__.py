"""Cause and remedy, in both languages, of errors that come from outside the program.

A database, a server, a disk or a setting that cannot be used is no fault of the code, so a traceback helps nobody:
``explained`` is the one place that says what is wrong and what to do.
"""

from runtime.diagnosis.database import NEWER, UNMIGRATED, explain_database, explain_sqlite
from runtime.diagnosis.explaining import explain_keys, explained
from runtime.diagnosis.services import no_attributes
from runtime.diagnosis.words import Diagnosis

__all__ = [
    "NEWER",
    "UNMIGRATED",
    "Diagnosis",
    "explain_database",
    "explain_keys",
    "explain_sqlite",
    "explained",
    "no_attributes",
]
