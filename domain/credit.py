"""Customs credit 企业信用等级: the level of a grade on a date (Shanghai)."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from domain.appointment import CreditLevel
from domain.enterprise import Grade


class CreditTable(NamedTuple):
    """A table in force from ``since`` until the next one; ``version`` is that date."""

    since: date
    levels: dict[Grade, CreditLevel]

    @property
    def version(self) -> str:
        """The version that a decision records."""
        return self.since.isoformat()


#: Orders 237 (2018), 251 (2021) and the 2026 revision of the credit measures, oldest first.
TABLES: tuple[CreditTable, ...] = (
    CreditTable(
        date(2018, 5, 1),
        {
            Grade.ADVANCED_CERTIFIED: CreditLevel.ADVANCED,
            Grade.GENERAL_CERTIFIED: CreditLevel.GENERAL,
            Grade.GENERAL_CREDIT: CreditLevel.GENERAL,
            Grade.DISHONEST: CreditLevel.FORBIDDEN,
        },
    ),
    CreditTable(
        date(2021, 11, 1),
        {
            Grade.ADVANCED_CERTIFIED: CreditLevel.ADVANCED,
            Grade.REGULAR: CreditLevel.GENERAL,
            Grade.DISHONEST: CreditLevel.FORBIDDEN,
        },
    ),
    CreditTable(
        date(2026, 4, 1),
        {
            Grade.ADVANCED_CERTIFIED: CreditLevel.ADVANCED,
            Grade.CERTIFIED: CreditLevel.GENERAL,
            Grade.REGULAR: CreditLevel.GENERAL,
            Grade.DISHONEST: CreditLevel.FORBIDDEN,
            Grade.SEVERELY_DISHONEST: CreditLevel.FORBIDDEN,
        },
    ),
)

_DISHONEST = frozenset({Grade.DISHONEST, Grade.SEVERELY_DISHONEST})
_RANK = {CreditLevel.FORBIDDEN: 0, CreditLevel.GENERAL: 1, CreditLevel.ADVANCED: 2}


def table_on(day: date) -> CreditTable:
    """Returns the table in force; before the first one, the first."""
    in_force = [table for table in TABLES if table.since <= day]
    return in_force[-1] if in_force else TABLES[0]


def level(grade: Grade, day: date) -> CreditLevel | None:
    """Returns the level of the grade on that date, None when that date's table does not have it.

    A dishonest grade is forbidden under every table, even one that does not have its name.
    """
    return CreditLevel.FORBIDDEN if grade in _DISHONEST else table_on(day).levels.get(grade)


def lower(levels: Iterable[CreditLevel | None]) -> CreditLevel | None:
    """Returns the lowest level of the parties 取较低的等级资质, None without any; an unknown one counts as general."""
    return min((one or CreditLevel.GENERAL for one in levels), key=_RANK.__getitem__, default=None)
