"""The catalogue of all problems, in Chinese and English, each with a remedy.

Codes are stable and dotted; ``docs/problems.md`` is printed from here.
"""

from domain.problems.catalogue import CATALOGUE, explain
from domain.problems.kinds import Fault, Problem, Text
from domain.problems.leading import leading_code

__all__ = ["CATALOGUE", "Fault", "Problem", "Text", "explain", "leading_code"]
